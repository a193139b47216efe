"""All checks that apply to an environment, in one call."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from .deaths import check_dead_steps
from .hash_seed import check_hash_seed
from .mask_format import check_mask_format
from .masks import check_masks
from .privacy import check_privacy
from .resets import check_reset
from .returned_data import check_returned_data
from .seeding import check_seeding
from .walk import EnvFn, MaskedRandom, PolicyFn, is_parallel, mask_of, walk
from .wrappers import Wrapper, check_wrappers

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

_Checks: TypeAlias = dict[str, "Callable[[], None]"]
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ConformanceReport:
    """What `check_environment` has and has not looked at; findings are raised.

    Example:
        >>> print(ConformanceReport(("check_reset",), (("check_privacy", "no case"),)))
        passed check_reset
        skipped check_privacy: no case
    """

    passed: tuple[str, ...]
    """Names of the checks that found nothing."""
    skipped: tuple[tuple[str, str], ...]
    """Names of the checks that were not made, each with the reason."""

    def __str__(self) -> str:
        passed = [f"passed {name}" for name in self.passed]
        return "\n".join(passed + [f"skipped {n}: {why}" for n, why in self.skipped])


def check_environment(
    env_fn: EnvFn,
    *,
    seed: int = 42,
    max_steps: int | None = None,
    policy_fn: PolicyFn = MaskedRandom,
    factory: str | None = None,
    path: Sequence[str | os.PathLike[str]] = (),
    masks: Mapping[str, Any] = _NOTHING,
    privacy: Mapping[str, Any] = _NOTHING,
    wrappers: Sequence[Wrapper] | None = None,
    skip: Mapping[str, str] = _NOTHING,
) -> ConformanceReport:
    """Make every check that applies, the one with the clearest messages first.

    Args:
        env_fn: Makes a new AEC or Parallel environment.
        seed: The seed of the episodes.
        max_steps: Stop after so many actions; by default play to the end.
        policy_fn: Makes the policy that plays.
        factory: For `check_hash_seed`, which is skipped without.
        path: For `check_hash_seed`.
        masks: More arguments for `check_masks`, such as `noop`.
        privacy: More arguments for `check_privacy`, which is skipped without.
        wrappers: For `check_wrappers`.
        skip: Checks to leave out, each with the reason.

    Returns:
        Which checks passed, and which were skipped for what reason.

    Raises:
        ConformanceError: The first finding.

    Example:
        >>> print(check_environment(my_env))  # doctest: +SKIP
    """
    common: dict[str, Any] = {"seed": seed, "max_steps": max_steps}
    playing: dict[str, Any] = common | {"policy_fn": policy_fn}
    general: _Checks = {
        "check_dead_steps": lambda: check_dead_steps(env_fn, **playing),
        "check_seeding": lambda: check_seeding(env_fn, **playing),
        "check_reset": lambda: check_reset(env_fn, **playing),
        "check_returned_data": lambda: check_returned_data(env_fn, **playing),
        "check_wrappers": lambda: check_wrappers(env_fn, wrappers, **playing),
    }
    special: _Checks = {
        "check_mask_format": lambda: check_mask_format(env_fn, **playing),
        "check_masks": lambda: check_masks(env_fn, **playing, **masks),
        "check_privacy": lambda: check_privacy(env_fn, **common, **privacy),
        "check_hash_seed": lambda: check_hash_seed(factory or "", path=path, **common),
    }
    reasons = _known(skip, (*general, *special))
    _make(general, reasons)
    if not privacy:
        reasons.setdefault("check_privacy", "no private action was given")
    if factory is None:
        reasons.setdefault("check_hash_seed", "no factory was given to import")
    _make(special, reasons := _inapplicable(env_fn, playing, masks) | reasons)
    passed = [name for name in general | special if name not in reasons]
    return ConformanceReport(tuple(passed), tuple(reasons.items()))


def _known(skip: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    unknown = [name for name in skip if name not in names]
    if unknown:
        raise ValueError(f"skip names no check: {unknown}; checks are {list(names)}")
    return dict(skip)


def _make(checks: _Checks, reasons: Mapping[str, str]) -> None:
    for name, check in checks.items():
        if name not in reasons:
            check()


def _inapplicable(
    env_fn: EnvFn, playing: Mapping[str, Any], masks: Mapping[str, Any]
) -> dict[str, str]:
    """Which checks of masks this environment gives no ground for, and why."""
    settings = dict(playing)
    policy = settings.pop("policy_fn")()
    with closing(env_fn()) as env:
        parallel = is_parallel(env)
        turns = walk("check_environment", env, policy, **settings)
        views = [view for turn in turns for view in turn.views()]
    if all(mask_of(observation, info) is None for _, observation, info in views):
        reason = "no turn has an action_mask"
        return {"check_mask_format": reason, "check_masks": reason}
    told = masks.get("accepted") or any("accepted" in info for _, _, info in views)
    if not told:
        return {"check_masks": "no info has 'accepted', and no accepted was given"}
    if masks.get("noop") is None:
        name = "check_masks" if parallel else "check_masks (effects of refusals)"
        return {name: "no noop was given"}
    return {}
