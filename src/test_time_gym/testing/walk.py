"""Play an episode and record what a consumer sees, through either PettingZoo door."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from operator import index
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np

from .compare import difference, snapshot
from .errors import ConformanceError, guarded

Env: TypeAlias = Any
"""A PettingZoo environment, AEC or Parallel, wrapped or not."""
EnvFn: TypeAlias = Callable[[], Env]
"""Makes a new environment; called as often as a check needs one."""
Policy: TypeAlias = Callable[[Env, str, Any, Any], Any]
"""Answers (environment, agent, observation, info) with an action."""
PolicyFn: TypeAlias = Callable[[], Policy]
"""Makes a new policy, which must act the same each time it is made."""

ENDLESS = 20_000
"""An episode with more actions than this counts as one that never ends."""

Item = TypeVar("Item")


@dataclass(slots=True)
class Turn:
    """What could be seen before one action, and the action."""

    step: int
    """How many actions had been taken since the reset."""
    agent: str | None
    """Whose turn it is; `None` through the Parallel door and after the end."""
    seen: dict[str, Any]
    """Copies of everything a consumer reads, by PettingZoo's names."""
    given: dict[str, tuple[Any, Any]]
    """For each agent, the observation and info themselves, not copies."""
    action: Any = None
    """What was given to `step`, once it has been; `None` for a dead agent."""

    @property
    def someone_died(self) -> bool:
        """Whether this is a dead step (AEC) or brought an end (Parallel)."""
        ends = (self.seen.get("termination"), self.seen.get("truncation"))
        return any(any(e.values()) if isinstance(e, Mapping) else e for e in ends)

    def views(self) -> Iterator[tuple[str, Any, Any]]:
        """The live agents that act now, each with observation and info."""
        if self.agent is not None:
            if not self.someone_died:
                yield self.agent, self.seen["observation"], self.seen["info"]
            return
        observations = self.seen.get("observation", {})
        for agent in self.seen["agents"]:
            yield agent, observations.get(agent), self.seen["info"].get(agent, {})


class MaskedRandom:
    """A policy that samples legal actions and acts the same for the same seed.

    The environment's own spaces keep their random state: copies are sampled.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = index(seed)
        self._spaces: dict[str, Any] = {}

    def __call__(self, env: Env, agent: str, observation: object, info: object) -> Any:
        """Sample an action, within the mask if observation or info has one."""
        if agent not in self._spaces:
            space = copy.deepcopy(env.action_space(agent))
            space.seed(self._seed + zlib.crc32(str(agent).encode()))
            self._spaces[agent] = space
        mask = mask_of(observation, info)
        if mask is None:
            return self._spaces[agent].sample()
        if not isinstance(mask, tuple):
            mask = np.asarray(mask).astype(np.int8)
        return self._spaces[agent].sample(mask)


def is_parallel(env: Env) -> bool:
    """Whether all agents act at once, rather than one after another."""
    return not hasattr(env, "agent_iter")


def mask_of(observation: object, info: object) -> Any:
    """The action mask from the observation, else from the info, else `None`."""
    for source in (observation, info):
        if isinstance(source, Mapping) and "action_mask" in source:
            return source["action_mask"]
    return None


def walk(
    check: str,
    env: Env,
    policy: Policy,
    *,
    seed: int,
    max_steps: int | None = None,
    options: dict[str, Any] | None = None,
) -> Iterator[Turn]:
    """Reset and play, yielding each turn *before* its action is taken.

    The last turn shows the state after the last action. With `max_steps=None` the
    episode must end by itself.

    Raises:
        ConformanceError: The environment raised, or the episode has no end.
    """
    settings: dict[str, Any] = {"seed": index(seed)}
    if options is not None:
        settings["options"] = options
    given = ", ".join(f"{name}={value!r}" for name, value in settings.items())
    with guarded(check, f"reset({given})"):
        started = env.reset(**settings)
    turns = (
        _parallel(check, env, policy, started)
        if is_parallel(env)
        else _sequential(check, env, policy)
    )
    for turn in turns:
        yield turn
        if max_steps is not None and turn.step >= max_steps:
            return
        if turn.step >= ENDLESS:
            problem = (
                f"the episode has not ended after {ENDLESS} steps; "
                "give max_steps to look at a part of it"
            )
            raise ConformanceError(check, problem, turn.agent, turn.step)


def _sequential(check: str, env: Env, policy: Policy) -> Iterator[Turn]:
    step = 0
    for agent in env.agent_iter():
        with guarded(check, "last()", agent, step):
            observation, reward, terminated, truncated, info = env.last()
        mine = {
            "agent": agent,
            "observation": observation,
            "reward": reward,
            "termination": terminated,
            "truncation": truncated,
            "info": info,
        }
        given = {agent: (observation, info)}
        turn = Turn(step, agent, _copied(mine | _everyone(env)), given)
        yield turn
        if not (terminated or truncated):
            turn.action = policy(env, agent, observation, info)
        with guarded(check, f"step({turn.action!r})", agent, step):
            answer = env.step(turn.action)
        if answer is not None:
            problem = f"step() must return None through the AEC door, not {answer!r}"
            raise ConformanceError(check, problem, agent, step)
        step += 1
    yield Turn(step, None, _copied(_everyone(env)), {})


def _everyone(env: Env) -> dict[str, Any]:
    names = ("agents", "rewards", "terminations", "truncations", "infos")
    return {name: getattr(env, name) for name in names}


def _parallel(check: str, env: Env, policy: Policy, started: Any) -> Iterator[Turn]:
    with guarded(check, "unpacking what reset() returned"):
        observations, infos = started
    seen = {"observation": observations, "info": infos}
    step = 0
    while True:
        agents = list(env.agents)
        given = {a: (observations[a], infos.get(a, {})) for a in observations}
        turn = Turn(step, None, _copied({"agents": agents} | seen), given)
        yield turn
        if not agents:
            return
        turn.action = {
            agent: policy(env, agent, observations.get(agent), infos.get(agent, {}))
            for agent in agents
        }
        with guarded(check, "step(actions)", step=step):
            observations, rewards, terminated, truncated, infos = env.step(turn.action)
        seen = {
            "observation": observations,
            "reward": rewards,
            "termination": terminated,
            "truncation": truncated,
            "info": infos,
        }
        step += 1


def _copied(seen: dict[str, Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", snapshot(seen))


def until(turns: Iterable[Turn], step: int) -> None:
    """Play on until `step` actions have been taken, or to the end."""
    for turn in turns:
        if turn.step >= step:
            return


def require_same(
    check: str,
    first: Iterable[Turn],
    second: Iterable[Turn],
    names: tuple[str, str],
    fields: Sequence[str] = (),
) -> None:
    """Advance two episodes in lock step and compare each turn.

    Args:
        check: Named in the finding.
        first: One episode.
        second: The other.
        names: What to call them in the finding.
        fields: Compare only these parts of what was seen; all when empty.

    Raises:
        ConformanceError: Something differs, or one ends before the other.
    """
    for one, two in zip_longest(first, second):
        if one is None or two is None:
            longer, over = (two, names[0]) if one is None else (one, names[1])
            problem = f"the {over} is over, the other goes on"
            agent, step = (longer.agent, longer.step) if longer else (None, None)
            raise ConformanceError(check, problem, agent, step)
        found = difference(_part(one, fields), _part(two, fields))
        if found is not None:
            agent = one.agent
            if agent is None and len(found.path) > 1:
                agent = str(found.path[1])
            raise ConformanceError(check, found.told(*names), agent, one.step)


def _part(turn: Turn, fields: Sequence[str]) -> dict[str, Any]:
    if not fields:
        return turn.seen
    return {name: turn.seen[name] for name in fields if name in turn.seen}


def spread(items: Sequence[Item], count: int) -> list[Item]:
    """Choose at most `count` items, evenly and with both ends.

    Example:
        >>> spread(range(10), 4)
        [0, 3, 6, 9]
    """
    if len(items) <= count:
        return list(items)
    if count == 1:
        return [items[-1]]
    last = len(items) - 1
    return [items[position * last // (count - 1)] for position in range(count)]
