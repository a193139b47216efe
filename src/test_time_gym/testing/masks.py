"""A mask tells the truth: what it allows works, what it forbids does nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from .compare import Array, difference
from .errors import ConformanceError, guarded
from .walk import (
    Env,
    EnvFn,
    MaskedRandom,
    PolicyFn,
    Turn,
    is_parallel,
    mask_of,
    spread,
    walk,
)

CHECK = "check_masks"
Accepted: TypeAlias = Callable[[Env, str], bool]
"""Tells after a step whether the action of this agent was carried out."""
Noop: TypeAlias = Callable[[Env, str], Any]
"""The action with which this agent does nothing now."""
Digest: TypeAlias = Callable[[Env], Any]
"""Everything in the world that an action may change, as comparable data."""


def check_masks(
    env_fn: EnvFn,
    accepted: Accepted | None = None,
    noop: Noop | None = None,
    digest: Digest | None = None,
    *,
    seed: int = 42,
    max_steps: int | None = None,
    max_states: int = 24,
    stride: int = 1,
    max_actions_per_state: int = 12,
    refusals: tuple[type[Exception], ...] = (),
    policy_fn: PolicyFn = MaskedRandom,
) -> None:
    """Legal actions must be accepted, illegal ones refused without effect.

    A step also lets time pass for everyone, so an effect shows in a pair: two new
    environments are brought to a state by the same actions, one gets the illegal action
    and one the no-op, and then their digests must be equal. Leave out of the digest
    what a refusal may cost, such as a penalty or a line in a log, and let a refusal
    take as long as the no-op. The work grows with `max_states` ×
    `max_actions_per_state` × the length of the episode.

    Args:
        env_fn: Makes a new environment with `Discrete` actions. A Parallel one needs
            `noop`: the others idle meanwhile, lest they take the last unit away.
        accepted: Called as (environment, agent) after the step; by default the agent's
            `infos[agent]["accepted"]`.
        noop: The idle action, called as (environment, agent) before the step. Without
            it, effects of refusals are not judged.
        digest: Called with the environment; by default `env.unwrapped.digest()`.
        seed: The seed of the episode.
        max_steps: Look at so many actions; by default to the end.
        max_states: Judge at most so many states, spread over the episode.
        stride: Consider only every n-th state.
        max_actions_per_state: Judge at most so many legal and so many illegal actions,
            others in each state, but the same in each run.
        refusals: Exceptions from `step` that count as a refusal.
        policy_fn: Makes the policy that plays.

    Raises:
        ConformanceError: The mask and the environment disagree about an action.

    Example:
        >>> from test_time_gym import market_v0  # doctest: +SKIP
        >>> check_masks(market_v0.env, noop=my_wait)  # doctest: +SKIP
    """
    with closing(env_fn()) as env:
        if is_parallel(env) and noop is None:
            raise ConformanceError(CHECK, "a Parallel environment needs a noop")
        turns = list(walk(CHECK, env, policy_fn(), seed=seed, max_steps=max_steps))
        states = _states(env, turns)[::stride]
    history = [turn.action for turn in turns]
    judge = _Judge(env_fn, seed, history, accepted, noop, digest, refusals)
    for step, agent, start, mask in spread(states, max_states):
        for legal in (True, False):
            actions = start + np.flatnonzero((mask != 0) == legal)
            chosen = spread(np.roll(actions, -step).tolist(), max_actions_per_state)
            judge.judge(step, agent, chosen, legal=legal)


def _states(env: Env, turns: Sequence[Turn]) -> list[tuple[int, str, int, Array]]:
    """Steps at which an agent acts, with its first action and its mask."""
    states = []
    for turn in turns:
        for agent, observation, info in turn.views():
            mask, space = mask_of(observation, info), env.action_space(agent)
            if mask is None:
                continue
            if not hasattr(space, "start"):
                problem = f"only Discrete actions can be judged one by one, not {space}"
                raise ConformanceError(CHECK, problem, agent, turn.step)
            states.append((turn.step, agent, int(space.start), np.asarray(mask)))
    if not states:
        raise ConformanceError(CHECK, "no turn has an 'action_mask' to be judged")
    return states


@dataclass(frozen=True, slots=True)
class _Judge:
    """Tries actions at states that it reaches by repeating a recorded episode."""

    env_fn: EnvFn
    seed: int
    history: Sequence[Any]
    accepted: Accepted | None
    noop: Noop | None
    digest: Digest | None
    refusals: tuple[type[Exception], ...]

    def judge(
        self, step: int, agent: str, actions: Sequence[int], *, legal: bool
    ) -> None:
        """Compare what the mask says about some actions with what they do."""
        if not actions:
            return
        told, done = ("legal", "refused") if legal else ("illegal", "accepted")
        idle = None if legal or self.noop is None else self._outcome(step, agent)[1]
        for action in actions:
            accepted, world = self._outcome(step, agent, action)
            if accepted != legal:
                problem = f"action {action} is {told} by the mask but was {done}"
                raise ConformanceError(CHECK, problem, agent, step)
            found = None if idle is None else difference(idle, world)
            if found:
                problem = (
                    f"the refused action {action} had an effect: "
                    f"{found.told('digest after the no-op', 'after the refusal')}"
                )
                raise ConformanceError(CHECK, problem, agent, step)

    def _outcome(
        self, step: int, agent: str, action: int | None = None
    ) -> tuple[bool, Any]:
        """Whether an action, or the no-op, is accepted, and the world after it."""
        with closing(self.env_fn()) as env:
            with guarded(CHECK, "playing the same actions again", step=step):
                env.reset(seed=self.seed)
                for past in self.history[:step]:
                    env.step(past)
            given = self._given(env, agent, action)
            with guarded(CHECK, f"step({given!r})", agent, step):
                try:
                    answer = env.step(given)
                except self.refusals:
                    accepted = False
                else:
                    infos = answer[4] if is_parallel(env) else env.infos
                    accepted = self._was_accepted(env, agent, infos)
            return accepted, None if self.noop is None else self._world(env)

    def _given(self, env: Env, agent: str, action: int | None) -> object:
        """What to give to `step`: the action or the no-op, and no-ops for others."""
        own = {} if action is None else {agent: action}
        actors = env.agents if is_parallel(env) else [agent]
        for each in actors:
            if each not in own and self.noop is not None:
                own[each] = self.noop(env, each)
        return own if is_parallel(env) else own[agent]

    def _was_accepted(self, env: Env, agent: str, infos: Mapping[str, Any]) -> bool:
        if self.accepted is not None:
            return bool(self.accepted(env, agent))
        if "accepted" not in infos.get(agent, {}):
            problem = f"infos[{agent!r}] has no 'accepted'; give accepted=..."
            raise ConformanceError(CHECK, problem, agent)
        return bool(infos[agent]["accepted"])

    def _world(self, env: Env) -> object:
        if self.digest is not None:
            return self.digest(env)
        if not hasattr(env.unwrapped, "digest"):
            problem = "the environment has no digest(); give digest=... or no noop"
            raise ConformanceError(CHECK, problem)
        return env.unwrapped.digest()
