"""The table of a learning study, and what is said below it."""

from typing import TYPE_CHECKING, Any, Final

from .output import table
from .terminal import note, say, say_block, wrapped

if TYPE_CHECKING:
    from test_time_gym.evaluation.learning import Study

__all__ = ["show_study"]

_MILLION: Final = 10**6

_Cells = dict[str, str | None]


def show_study(study: "Study") -> None:
    """Show how each arm did, and of a language model also what it took."""
    found, twin = study.as_dict(), study.spec.twin
    arms: dict[str, dict[str, Any]] = found["arms"]
    cells = _cells if study.spec.model is None else _cells_of_model
    say(
        f"{found['agent']} at {found['scenario']}: {found['seeds']} seeds, "
        f"{found['episodes']} episodes each"
    )
    for name, after in found["drifts"].items():
        say(f"{name} happens after {after} episodes")
    say()
    # A twin's gain over itself says nothing.
    table(
        [
            {"arm": name}
            | cells(arm, found["currency"], None if name == twin else _gain(arm))
            for name, arm in arms.items()
        ]
    )
    say()
    say(f"clairvoyant oracle: {_share(found['oracle']['success']) or '-'}")
    say_block(wrapped(_told(found, twin)))
    say(f"folder: {study.folder}")
    _note_what_failed(arms)


def _note_what_failed(arms: dict[str, dict[str, Any]]) -> None:
    stopped = False
    for name, arm in arms.items():
        for outcome, count in arm["not_counted"].items():
            stopped = True
            note(f"{name}: {count} episodes are not counted: {outcome}")
        if arm["errors"]:
            note(
                f"{name}: {arm['errors']} episodes ended with an error: {arm['error']}"
            )
    if stopped:
        note("The same command plays that again; after --cassette FILE with --resume.")


def _cells(arm: dict[str, Any], currency: str, gain: str | None) -> _Cells:
    first, last = arm["steps_first50"], arm["steps_last50"]
    return {
        "first 10": _share(arm["success_first10"]),
        "last 50": _share(arm["success_last50"]),
        "steps": None if first is None else f"{first:.1f} → {last:.1f}",
        "violations": _share(arm["violation_rate"]),
        "explore": _share(arm["explore_ratio"]),
        f"regret {currency}": _regret(arm, currency),
        "gain in points": gain,
    }


def _cells_of_model(arm: dict[str, Any], currency: str, gain: str | None) -> _Cells:
    usage = arm["usage"]
    cost = usage.get("cost_microdollars")
    tokens = usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0)
    return {
        "success": _share(arm["success"]),
        "violations": _share(arm["violation_rate"]),
        f"regret {currency}": _regret(arm, currency),
        "gain in points": gain,
        "calls": f"{usage.get('calls', 0):,}",
        "tokens": f"{tokens:,}",
        "cost USD": None if cost is None else f"{cost / _MILLION:.4f}",
    }


def _told(found: dict[str, Any], twin: str) -> str:
    """Return how many seeds the gain would have needed."""
    name = next((name for name in found["arms"] if name != twin), twin)
    arm = found["arms"][name]
    if arm["seeds_needed"] is None:
        return f"How many seeds the gain of {name} needs cannot be told from these."
    return (
        f"The gain of {name} spreads by {100 * arm['spread']:.1f} points from seed to "
        f"seed: {arm['seeds_needed']} seeds would show it with a chance of 0.8; "
        f"{found['seeds']} were played."
    )


def _regret(arm: dict[str, Any], currency: str) -> str | None:
    from test_time_gym.market.money import exponent_of, show

    mean = arm["regret_mean"]
    return None if mean is None else str(show(round(mean), exponent_of(currency)))


def _gain(arm: dict[str, Any]) -> str:
    gain = arm["gain"]
    low, high = _points(gain["low"]), _points(gain["high"])
    bounds = f" [{low}, {high}]" if low else ""
    return f"{_points(gain['estimate']) or '-'}{bounds}"


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"


def _points(value: float | None) -> str | None:
    return None if value is None else f"{100 * value:+.1f}"
