"""What the environment shows is what a consumer behind wrappers sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from importlib import import_module
from typing import Any, TypeAlias

from .errors import told
from .walk import Env, EnvFn, MaskedRandom, PolicyFn, is_parallel, require_same, walk

CHECK = "check_wrappers"
Wrapper: TypeAlias = Callable[[Env], Env]
"""Makes a wrapped environment out of an environment."""


def check_wrappers(
    env_fn: EnvFn,
    wrappers: Sequence[Wrapper] | None = None,
    *,
    seed: int = 42,
    max_steps: int | None = None,
    policy_fn: PolicyFn = MaskedRandom,
) -> None:
    """The trajectory through each wrapper must equal the bare one.

    PettingZoo's wrappers forward `observe`, `step` and the dictionaries, but inherit
    `last` and `agent_iter`: what an environment adds by overriding these is lost as
    soon as anyone wraps it, and `env()` functions usually do.

    Args:
        env_fn: Makes a new AEC or Parallel environment. Stock wrappers that it already
            wears are taken off for the comparison.
        wrappers: Each is applied alone. By default PettingZoo's `BaseWrapper`,
            `OrderEnforcingWrapper` and `AssertOutOfBoundsWrapper`, or
            `BaseParallelWrapper` for the Parallel door.
        seed: The seed of the episodes.
        max_steps: Stop after so many actions; by default play to the end.
        policy_fn: Makes the policy that plays.

    Raises:
        ConformanceError: A consumer behind the wrapper sees something else.

    Example:
        >>> from test_time_gym import market_v0  # doctest: +SKIP
        >>> check_wrappers(market_v0.raw_env)  # doctest: +SKIP
    """
    with closing(env_fn()) as env:
        stock = _stock(parallel=is_parallel(env))
    for wrapper in stock if wrappers is None else wrappers:
        name = getattr(wrapper, "__name__", repr(wrapper))
        bare, inner = (_bare(env_fn(), stock) for _ in range(2))
        with closing(bare), closing(wrapper(inner)) as wrapped, told(f"through {name}"):
            require_same(
                CHECK,
                walk(CHECK, bare, policy_fn(), seed=seed, max_steps=max_steps),
                walk(CHECK, wrapped, policy_fn(), seed=seed, max_steps=max_steps),
                ("bare env", "wrapped env"),
            )


def _stock(*, parallel: bool) -> tuple[Any, ...]:
    # Loaded when asked for: the other checks run without PettingZoo.
    found = import_module("pettingzoo.utils.wrappers")
    if parallel:
        return (found.BaseParallelWrapper,)
    return (
        found.BaseWrapper,
        found.OrderEnforcingWrapper,
        found.AssertOutOfBoundsWrapper,
    )


def _bare(env: Env, stock: Sequence[Any]) -> Env:
    while type(env) in stock:
        env = env.env
    return env
