"""What an environment hands out belongs to the caller, and fits its spaces."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from .compare import Array, Path, arrays, difference, shown, spelled
from .errors import ConformanceError, guarded, told
from .mask_format import spoiling
from .walk import (
    Env,
    EnvFn,
    MaskedRandom,
    Policy,
    PolicyFn,
    Turn,
    is_parallel,
    require_same,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECK = "check_returned_data"
_UNKNOWN = {"an_option_that_nobody_knows": 1}


def check_returned_data(
    env_fn: EnvFn,
    *,
    seed: int = 42,
    max_steps: int | None = None,
    policy_fn: PolicyFn = MaskedRandom,
) -> None:
    """Observations must be the caller's own, and looking must change nothing.

    - Arrays are new at each step: no memory is shared with arrays handed out before,
      which would rewrite the past in a replay buffer. Read-only arrays may be shared.
    - Spaces are the same object at each call, and contain the observations, with the
      same dtype and finite numbers.
    - The episode stays the same if the caller writes into what it was given, observes
      every live agent at every step (AEC), acts with `np.int32` where it is an int, or
      resets with unknown `options`.

    Args:
        env_fn: Makes a new AEC or Parallel environment.
        seed: The seed of the episodes.
        max_steps: Stop after so many actions; by default play to the end.
        policy_fn: Makes the policy that plays.

    Raises:
        ConformanceError: Returned data is shared, misshapen, or has a life of its own.

    Example:
        >>> from test_time_gym import market_v0  # doctest: +SKIP
        >>> check_returned_data(market_v0.env)  # doctest: +SKIP
    """
    with closing(env_fn()) as env:
        turns = walk(CHECK, env, policy_fn(), seed=seed, max_steps=max_steps)
        plain = list(_inspected(env, turns))
    mine = ("agents", "agent", "observation", "reward", "termination", "truncation")
    trials: list[tuple[str, Policy, dict[str, Any] | None, tuple[str, ...]]] = [
        ("arrays written into", spoiling(policy_fn(), only_masks=False), None, mine),
        ("actions as np.int32", _narrow(policy_fn()), None, ()),
        ("unknown options for reset", policy_fn(), _UNKNOWN, ()),
        ("everyone observed", policy_fn(), None, ()),
    ]
    for story, policy, options, fields in trials:
        with closing(env_fn()) as env, told(f"usual episode against: {story}"):
            turns = walk(
                CHECK, env, policy, seed=seed, max_steps=max_steps, options=options
            )
            if story == "everyone observed" and not is_parallel(env):
                turns = _observed(env, turns)
            require_same(CHECK, plain, turns, ("usual", story), fields)


def _inspected(env: Env, turns: Iterator[Turn]) -> Iterator[Turn]:
    """Pass turns on, looking at spaces and arrays on the way."""
    spaces: dict[str, tuple[Any, Any]] = {}
    latest: dict[str, list[_Kept]] = {}
    kept: list[_Kept] = []
    for turn in turns:
        now: dict[str, list[_Kept]] = {}
        for agent, (observation, info) in turn.given.items():
            if agent not in turn.seen["agents"] and agent not in spaces:
                continue  # a shared entry beside the agents' own
            both = env.observation_space(agent), env.action_space(agent)
            _require_same_spaces(spaces.setdefault(agent, both), both, agent, turn.step)
            _require_fit(both[0], observation, agent, turn.step)
            now[agent] = [
                _Kept(agent, turn.step, path, array, array.copy())
                for path, array in (
                    *arrays(observation, ("observation",)),
                    *arrays(info, ("info",)),
                )
            ]
            _require_fresh(now[agent], latest)
        latest |= now
        kept += [each for group in now.values() for each in group]
        yield turn
    for each in kept:
        found = difference({"array": each.copy}, {"array": each.array})
        if found:
            problem = f"{spelled(each.path)} was overwritten later: "
            problem += found.told("when returned", "at the end of the episode")
            raise ConformanceError(CHECK, problem, each.agent, each.step)


@dataclass(frozen=True, slots=True)
class _Kept:
    """An array that was handed out, and what it held then."""

    agent: str
    step: int
    path: Path
    array: Array
    copy: Array


def _require_fresh(now: list[_Kept], latest: dict[str, list[_Kept]]) -> None:
    for new, group in product(now, latest.values()):
        for old in group:
            if not (new.array.flags.writeable and old.array.flags.writeable):
                continue
            if np.shares_memory(new.array, old.array):
                problem = (
                    f"{spelled(new.path)} shares memory with {spelled(old.path)} "
                    f"that {old.agent!r} was given at step {old.step}"
                )
                raise ConformanceError(CHECK, problem, new.agent, new.step)


def _require_same_spaces(
    before: tuple[Any, Any], now: tuple[Any, Any], agent: str, step: int
) -> None:
    for name, old, new in zip(("observation", "action"), before, now, strict=True):
        if old is not new:
            problem = (
                f"{name}_space() returns a new object at each call, so that seeding "
                f"it has no effect: {old} at {id(old):#x}, {new} at {id(new):#x}"
            )
            raise ConformanceError(CHECK, problem, agent, step)


def _require_fit(space: Any, observation: object, agent: str, step: int) -> None:
    if not space.contains(observation):
        problem = f"the observation {shown(observation)} is not in {shown(space)}"
        raise ConformanceError(CHECK, problem, agent, step)
    for path, array in arrays(observation, ("observation",)):
        part = space
        for key in path[1:]:
            part = getattr(part, "spaces", {key: None})[key]
        expected = getattr(part, "dtype", None)
        if expected is not None and array.dtype != expected:
            problem = f"{spelled(path)} has dtype {array.dtype}, its space {expected}"
            raise ConformanceError(CHECK, problem, agent, step)
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            problem = f"{spelled(path)} is not finite: {shown(array)}"
            raise ConformanceError(CHECK, problem, agent, step)


def _observed(env: Env, turns: Iterator[Turn]) -> Iterator[Turn]:
    """Pass turns on, observing every agent in between."""
    for turn in turns:
        for agent in turn.seen["agents"]:
            with guarded(CHECK, f"observe({agent!r})", agent, turn.step):
                observation = env.observe(agent)
            _require_fit(env.observation_space(agent), observation, agent, turn.step)
        yield turn


def _narrow(policy: Policy) -> Policy:
    """Let a policy give its integers as `np.int32`."""

    def act(env: Env, agent: str, observation: object, info: object) -> object:
        action = policy(env, agent, observation, info)
        whole = isinstance(action, int | np.integer) and not isinstance(action, bool)
        return np.int32(action) if whole else action

    return act
