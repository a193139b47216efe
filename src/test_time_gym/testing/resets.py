"""A reset leaves nothing behind, wherever the episode before it was broken off."""

from __future__ import annotations

from contextlib import closing
from operator import index

from .errors import told
from .walk import (
    EnvFn,
    MaskedRandom,
    PolicyFn,
    Turn,
    require_same,
    spread,
    until,
    walk,
)

CHECK = "check_reset"


def check_reset(
    env_fn: EnvFn,
    *,
    seed: int = 42,
    max_steps: int | None = None,
    max_stops: int = 8,
    policy_fn: PolicyFn = MaskedRandom,
) -> None:
    """An instance that was used and reset must act like a new one with that seed.

    One instance plays another seed, is broken off, reset and played through; this is
    repeated for several stops: at the start, in the middle, at the end, and where
    agents die, with dead steps still to come. At last the same seed is played again.

    Args:
        env_fn: Makes a new AEC or Parallel environment.
        seed: The seed that is compared; the episodes broken off have `seed + 1`.
        max_steps: Stop after so many actions; by default play to the end.
        max_stops: How many deaths to break off at, at most.
        policy_fn: Makes the policy that plays.

    Raises:
        ConformanceError: The instance remembers something.

    Example:
        >>> from test_time_gym import market_v0  # doctest: +SKIP
        >>> check_reset(market_v0.parallel_env, seed=7)  # doctest: +SKIP
    """

    def episode(env: object, seed: int) -> list[Turn]:
        return list(walk(CHECK, env, policy_fn(), seed=seed, max_steps=max_steps))

    seed = index(seed)  # of numpy's unsigned integers the largest have no successor
    names = ("new env", "env after a reset")
    with closing(env_fn()) as fresh, closing(env_fn()) as other:
        clean = episode(fresh, seed)
        stops = _stops(episode(other, seed + 1), max_stops)
    with closing(env_fn()) as env:
        for stop, story in stops.items():
            with told(f"reset after {stop} steps of seed {seed + 1}, {story}"):
                until(walk(CHECK, env, policy_fn(), seed=seed + 1), stop)
                again = walk(CHECK, env, policy_fn(), seed=seed, max_steps=max_steps)
                require_same(CHECK, clean, again, names)
        with told(f"reset after a whole episode of the same seed {seed}"):
            again = walk(CHECK, env, policy_fn(), seed=seed, max_steps=max_steps)
            require_same(CHECK, clean, again, names)


def _stops(turns: list[Turn], max_stops: int) -> dict[int, str]:
    last = turns[-1].step
    deaths = [turn.step for turn in turns if turn.someone_died]
    stops = dict.fromkeys(spread(deaths, max_stops), "at a death")
    ends = {0: "before the first", last // 2: "in the middle", last: "at the end"}
    return stops | {step: story for step, story in ends.items() if step not in stops}
