"""One seed, one trajectory, to the very end."""

from __future__ import annotations

from contextlib import closing
from itertools import zip_longest

from .compare import difference
from .errors import ConformanceError, told
from .walk import EnvFn, MaskedRandom, PolicyFn, require_same, walk

CHECK = "check_seeding"


def check_seeding(
    env_fn: EnvFn,
    *,
    seed: int = 42,
    other_seed: int | None = 43,
    max_steps: int | None = None,
    policy_fn: PolicyFn = MaskedRandom,
) -> None:
    """Two new environments with one seed must show the same, turn by turn.

    They are stepped alternately through the whole episode: deaths, dead steps and
    all, until `agents` is empty. Compared are the order of turns, observations and
    masks (with dtype and bytes), rewards, terminations, truncations and infos of all
    agents. Seed 0 is always tried too, since `if seed:` takes it for no seed at all.

    Args:
        env_fn: Makes a new AEC or Parallel environment.
        seed: The seed to try besides 0.
        other_seed: Must give another trajectory than `seed` under the same policy.
            `None` for an environment without chance.
        max_steps: Stop after so many actions; by default play to the end.
        policy_fn: Makes the policy that plays.

    Raises:
        ConformanceError: The trajectories differ, or do not differ between seeds.

    Example:
        >>> from test_time_gym import market_v0  # doctest: +SKIP
        >>> check_seeding(market_v0.env)  # doctest: +SKIP
    """
    for each in dict.fromkeys((0, seed)):
        with (
            closing(env_fn()) as first,
            closing(env_fn()) as second,
            told(f"both with seed {each}"),
        ):
            require_same(
                CHECK,
                walk(CHECK, first, policy_fn(), seed=each, max_steps=max_steps),
                walk(CHECK, second, policy_fn(), seed=each, max_steps=max_steps),
                ("first env", "second env"),
            )
    if other_seed is not None:
        _require_chance(env_fn, (seed, other_seed), max_steps, policy_fn)


def _require_chance(
    env_fn: EnvFn, seeds: tuple[int, int], max_steps: int | None, policy_fn: PolicyFn
) -> None:
    with closing(env_fn()) as first, closing(env_fn()) as second:
        episodes = (
            walk(CHECK, env, policy_fn(), seed=seed, max_steps=max_steps)
            for env, seed in zip((first, second), seeds, strict=True)
        )
        for one, two in zip_longest(*episodes):
            if not (one and two) or difference(one.seen, two.seen):
                return
    problem = (
        f"seed {seeds[0]} and seed {seeds[1]} give the same trajectory; "
        "give other_seed=None if there is no chance in this environment"
    )
    raise ConformanceError(CHECK, problem)
