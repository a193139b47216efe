"""Tables of a learning study for people: its arms, their gains, how they explored."""

from typing import TYPE_CHECKING, Any, Final

from test_time_gym.market.money import exponent_of, show
from test_time_gym.tables import TitledTable

if TYPE_CHECKING:
    from .study import Study

__all__ = ["study_tables"]

_MILLION: Final = 10**6

_Cells = dict[str, str | None]


def study_tables(study: "Study", found: dict[str, Any]) -> list[TitledTable]:
    """Return the tables of a study.

    Args:
        study: what was played.
        found: its ``as_dict()``, which takes a while.
    """
    title = (
        f"{found['agent']} at {found['scenario']}: {found['seeds']} seeds, "
        f"{found['episodes']} episodes each"
    )
    arms: dict[str, dict[str, Any]] = found["arms"]
    if study.spec.model is not None:
        twin = study.spec.twin("none")
        rows = [
            _named(name)
            | _cells_of_model(arm, found["currency"], _gain(arm, itself=name == twin))
            for name, arm in arms.items()
        ]
        oracle = _named("clairvoyant") | dict.fromkeys(list(rows[0])[1:])
        oracle["success"] = _share(found["oracle"]["success"])
        return [TitledTable(title, [*rows, oracle])]
    tables = [
        TitledTable(title, _successes(found)),
        TitledTable("gain in points, paired by episode, over", _gains(study, found)),
    ]
    telling = [one for one in arms.items() if one[1]["share_skills"] is not None]
    if telling:
        rows = [_named(name) | _exploring(arm) for name, arm in telling]
        tables.append(TitledTable("steps, and choices that had an alternative", rows))
    return tables


def _successes(found: dict[str, Any]) -> list[_Cells]:
    """Return what each arm came to, and what there was to reach."""
    currency, oracle = found["currency"], found["oracle"]
    best: _Cells = dict.fromkeys(_cells({}, currency)) | {
        "first 10": _share(oracle["success_first10"]),
        "last 50": _share(oracle["success_last50"]),
        f"regret {currency}": "0",
        "of last 50": "0",
    }
    rows = [_named(name) | _cells(arm, currency) for name, arm in found["arms"].items()]
    return [*rows, _named("clairvoyant") | best]


def _gains(study: "Study", found: dict[str, Any]) -> list[_Cells]:
    """Return what each arm gained over which other."""
    currency = found["currency"]
    return [
        {
            "arm": name,
            # A twin's gain over itself says nothing.
            "frozen twin": _gain(arm, itself=study.spec.twin(name) == name),
            "cheapest": _gain(arm, "_over_cheapest", itself=name == "cheapest"),
            "clerk": _gain(arm, "_over_clerk", itself=name == "clerk"),
            f"saved over clerk, {currency}": _saved(
                arm, currency, itself=name == "clerk"
            ),
        }
        for name, arm in found["arms"].items()
    ]


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


def _regret(arm: dict[str, Any], currency: str, key: str = "regret_mean") -> str | None:
    return _money(arm.get(key), currency)


def _money(minor: float | None, currency: str) -> str | None:
    return None if minor is None else str(show(round(minor), exponent_of(currency)))


def _saved(arm: dict[str, Any], currency: str, *, itself: bool) -> str | None:
    found = arm["saved_over_clerk"]
    if itself or found["estimate"] is None:
        return None
    low, high = (_money(found[end], currency) for end in ("low", "high"))
    bounds = f" [{low}, {high}]" if low else ""
    return f"{_money(found['estimate'], currency)}{bounds}"


def _gain(arm: dict[str, Any], over: str = "", *, itself: bool) -> str | None:
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
