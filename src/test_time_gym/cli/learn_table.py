"""The table of a study in which a language model plays."""

from typing import TYPE_CHECKING, Any, Final

from .output import table
from .terminal import note, say

if TYPE_CHECKING:
    from test_time_gym.evaluation.learning import Study

__all__ = ["show_models"]

_MILLION: Final = 10**6


def show_models(study: "Study") -> None:
    """Show what memories have brought, and what they took."""
    found = study.as_dict()
    say(
        f"{found['agent']} at {found['scenario']}: {found['seeds']} seeds, "
        f"{found['episodes']} episodes each"
    )
    for name, after in found["drifts"].items():
        say(f"{name} happens after {after} episodes")
    say()
    table([{"arm": name} | _row(arm, found) for name, arm in found["arms"].items()])
    say()
    say(f"clairvoyant oracle: {_share(found['oracle']['success']) or '-'}")
    say(f"folder: {study.folder}")
    stopped = False
    for name, arm in found["arms"].items():
        for outcome, count in arm["not_counted"].items():
            stopped = True
            note(f"{name}: {count} episodes are not counted: {outcome}")
        if arm["errors"]:
            note(
                f"{name}: {arm['errors']} episodes ended with an error: {arm['error']}"
            )
    if stopped:
        note("The same command plays that again; after --cassette FILE with --resume.")


def _row(arm: dict[str, Any], found: dict[str, Any]) -> dict[str, str | None]:
    from test_time_gym.market.money import exponent_of, show

    regret, usage, gain = arm["regret_mean"], arm["usage"], arm["gain"]
    mean = None
    if regret is not None:
        mean = show(round(regret), exponent_of(found["currency"]))
    cost = usage.get("cost_microdollars")
    tokens = usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0)
    low, high = _points(gain["low"]), _points(gain["high"])
    bounds = f" [{low}, {high}]" if low else ""
    return {
        "success": _share(arm["success"]),
        "violations": _share(arm["violation_rate"]),
        "regret": None if mean is None else str(mean),
        "gain in points": f"{_points(gain['estimate']) or '-'}{bounds}",
        "calls": f"{usage.get('calls', 0):,}",
        "tokens": f"{tokens:,}",
        "cost USD": None if cost is None else f"{cost / _MILLION:.4f}",
    }


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"


def _points(value: float | None) -> str | None:
    return None if value is None else f"{100 * value:+.1f}"
