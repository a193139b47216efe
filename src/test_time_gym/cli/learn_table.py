"""The table of a learning study, and what is said below it."""

from typing import TYPE_CHECKING, Any, Final

from .output import table
from .terminal import note, say, say_block, wrapped

if TYPE_CHECKING:
    from test_time_gym.evaluation.learning import Study

__all__ = ["show_study"]

_BASELINES: Final = ("cheapest", "clerk")
_MILLION: Final = 10**6

_Cells = dict[str, str | None]


def show_study(study: "Study") -> None:
    """Show how each arm did, and of a language model also what it took."""
    found = study.as_dict()
    arms: dict[str, dict[str, Any]] = found["arms"]
    sites, named = found["sites"], found["sites"]["range"]
    say(
        f"{found['agent']} at {found['scenario']}: {found['seeds']} seeds, "
        f"{found['episodes']} episodes each"
    )
    within = f" ({named})" if named else ""
    say(f"sites {sites['first']} to {sites['last']}{within}")
    for name, after in found["drifts"].items():
        say(f"{name} happens after {after} episodes")
    say()
    if study.spec.model is None:
        _show_arms(study, found)
    else:
        twin = study.spec.twin("none")
        table(
            [
                {"arm": name}
                | _cells_of_model(arm, found["currency"], _gain(arm, name == twin))
                for name, arm in arms.items()
            ]
        )
        say()
        say(f"clairvoyant oracle: {_share(found['oracle']['success']) or '-'}")
    say_block(wrapped(_told(study, found)))
    say(f"folder: {study.folder}")
    _note_what_failed(arms)


def _show_arms(study: "Study", found: dict[str, Any]) -> None:
    """Show what each arm came to, what it gained over which, and how it explored."""
    arms: dict[str, dict[str, Any]] = found["arms"]
    currency, oracle = found["currency"], found["oracle"]
    best: _Cells = dict.fromkeys(_cells({}, currency)) | {
        "first 10": _share(oracle["success_first10"]),
        "last 50": _share(oracle["success_last50"]),
        f"regret {currency}": "0",
        "of last 50": "0",
    }
    rows = [_named(name) | _cells(arm, currency) for name, arm in arms.items()]
    table([*rows, _named("clairvoyant") | best])
    say()
    say("gain in points, paired by episode, over")
    table(
        [
            {
                "arm": name,
                # A twin's gain over itself says nothing.
                "frozen twin": _gain(arm, study.spec.twin(name) == name),
                "cheapest": _gain(arm, name == "cheapest", "_over_cheapest"),
                "clerk": _gain(arm, name == "clerk", "_over_clerk"),
                f"saved over clerk, {currency}": _saved(arm, currency, name == "clerk"),
            }
            for name, arm in arms.items()
        ]
    )
    say()
    telling = [one for one in arms.items() if one[1]["share_skills"] is not None]
    if telling:
        say("steps, and choices that had an alternative")
        table([{"arm": name} | _exploring(arm) for name, arm in telling])
        say()


def _named(name: str) -> _Cells:
    return {"arm": name}


def _exploring(arm: dict[str, Any]) -> _Cells:
    early = _share(arm["shares_first10"]["share_exploring"])
    late = _share(arm["shares_last50"]["share_exploring"])
    return {
        "in skills": _share(arm["share_skills"]),
        "in trials": _share(arm["share_trials"]),
        "exploring": _share(arm["share_exploring"]),
        "of first 10 → last 50": f"{early or '-'} → {late or '-'}",
        "exploratory choices": _share(arm["explore_ratio"]),
    }


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


def _cells(arm: dict[str, Any], currency: str) -> _Cells:
    first, last = arm.get("steps_first50"), arm.get("steps_last50")
    return {
        "first 10": _share(arm.get("success_first10")),
        "last 50": _share(arm.get("success_last50")),
        "steps": None if first is None else f"{first:.1f} → {last:.1f}",
        "violations": _share(arm.get("violation_rate")),
        f"regret {currency}": _regret(arm, currency),
        "of last 50": _regret(arm, currency, "regret_last50"),
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


def _told(study: "Study", found: dict[str, Any]) -> str:
    """Return how many seeds the gain would have needed."""
    twins = [study.spec.twin(name) for name in found["arms"]]
    others = [name for name in found["arms"] if name not in (*twins, *_BASELINES)]
    name = others[0] if others else twins[0]
    arm = found["arms"][name]
    if arm["seeds_needed"] is None:
        return f"How many seeds the gain of {name} needs cannot be told from these."
    return (
        f"The gain of {name} over its frozen twin spreads by "
        f"{100 * arm['spread']:.1f} points from seed to "
        f"seed: {arm['seeds_needed']} seeds would show it with a chance of 0.8; "
        f"{found['seeds']} were played."
    )


def _regret(arm: dict[str, Any], currency: str, key: str = "regret_mean") -> str | None:
    return _money(arm.get(key), currency)


def _money(minor: float | None, currency: str) -> str | None:
    from test_time_gym.market.money import exponent_of, show

    return None if minor is None else str(show(round(minor), exponent_of(currency)))


def _saved(arm: dict[str, Any], currency: str, itself: bool) -> str | None:
    found = arm["saved_over_clerk"]
    if itself or found["estimate"] is None:
        return None
    low, high = (_money(found[end], currency) for end in ("low", "high"))
    bounds = f" [{low}, {high}]" if low else ""
    return f"{_money(found['estimate'], currency)}{bounds}"


def _gain(arm: dict[str, Any], itself: bool, over: str = "") -> str | None:
    if itself:
        return None
    gain = arm[f"gain{over}"]
    low, high = _points(gain["low"]), _points(gain["high"])
    bounds = f" [{low}, {high}]" if low else ""
    return f"{_points(gain['estimate']) or '-'}{bounds}"


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"


def _points(value: float | None) -> str | None:
    return None if value is None else f"{100 * value:+.1f}"
