"""A mask that samplers and trainers can use."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import numpy as np

from .compare import arrays, difference
from .errors import ConformanceError, told
from .walk import (
    Env,
    EnvFn,
    MaskedRandom,
    Policy,
    PolicyFn,
    Turn,
    mask_of,
    require_same,
    walk,
)

CHECK = "check_mask_format"


def check_mask_format(
    env_fn: EnvFn,
    *,
    seed: int = 42,
    max_steps: int | None = None,
    policy_fn: PolicyFn = MaskedRandom,
) -> None:
    """Masks must be int8 arrays of the right shape, never all zero, and copies.

    `Discrete.sample` accepts nothing but int8, and for a mask of zeros it silently
    returns the first action. If observation and info both carry a mask, both must be
    the same. Writing into a mask that was returned must not change what follows.

    Args:
        env_fn: Makes a new AEC or Parallel environment.
        seed: The seed of the episode.
        max_steps: Look at so many actions; by default to the end.
        policy_fn: Makes the policy that plays.

    Raises:
        ConformanceError: A mask is malformed, or there is none in the whole episode.

    Example:
        >>> from test_time_gym import market_v0  # doctest: +SKIP
        >>> check_mask_format(market_v0.parallel_env)  # doctest: +SKIP
    """
    found = False
    with closing(env_fn()) as env:
        for turn in walk(CHECK, env, policy_fn(), seed=seed, max_steps=max_steps):
            for agent, observation, info in turn.views():
                masks = {
                    "observation": mask_of(observation, None),
                    "info": mask_of(None, info),
                }
                masks = {place: m for place, m in masks.items() if m is not None}
                found = found or bool(masks)
                _require_wellformed(masks, env.action_space(agent), agent, turn)
    if not found:
        problem = "no turn has an 'action_mask', neither in observation nor in info"
        raise ConformanceError(CHECK, problem)
    with (
        closing(env_fn()) as kept,
        closing(env_fn()) as spoilt,
        told("after the caller wrote into the masks it was given"),
    ):
        require_same(
            CHECK,
            walk(CHECK, kept, policy_fn(), seed=seed, max_steps=max_steps),
            walk(CHECK, spoilt, spoiling(policy_fn()), seed=seed, max_steps=max_steps),
            ("untouched", "written into"),
            fields=("agents", "agent", "observation", "reward", "info"),
        )


def spoiling(policy: Policy, *, only_masks: bool = True) -> Policy:
    """Let a policy act, then write into the arrays that it was shown."""

    def act(env: Env, agent: str, observation: object, info: object) -> object:
        action = policy(env, agent, observation, info)
        for path, array in (*arrays(observation), *arrays(info)):
            if not array.flags.writeable:
                continue
            if "action_mask" in path:
                array[...] = array == 0
            elif not only_masks:
                array[...] = 0
        return action

    return act


def _require_wellformed(
    masks: dict[str, Any],
    space: Any,
    agent: str,
    turn: Turn,
) -> None:
    for place, mask in masks.items():
        problem = _malformed(mask, getattr(space, "n", None))
        if problem:
            problem = f"the mask in the {place} {problem}"
            raise ConformanceError(CHECK, problem, agent, turn.step)
    if len(masks) > 1:
        found = difference(
            *({"action_mask": mask} for mask in masks.values()),
        )
        if found:
            problem = found.told(*masks)
            raise ConformanceError(CHECK, problem, agent, turn.step)


def _malformed(mask: object, size: int | None) -> str | None:
    if isinstance(mask, tuple):  # one mask for each part of a composed space
        return next(filter(None, (_malformed(part, None) for part in mask)), None)
    if not isinstance(mask, np.ndarray) or mask.dtype != np.int8:
        kind = getattr(mask, "dtype", type(mask).__name__)
        return f"must be a numpy array of int8, not {kind}"
    if size is not None and mask.shape != (size,):
        return f"must have shape ({size},), not {mask.shape}"
    if not np.isin(mask, (0, 1)).all():
        return f"must hold only 0 and 1, not {mask.tolist()}"
    if not mask.any():
        return "is all zero: no action is legal"
    return None
