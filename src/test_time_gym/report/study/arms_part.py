"""What each arm came to, in tables."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from test_time_gym.evaluation.learning.finished_study import FinishedStudy
from test_time_gym.report.parts import (
    Number,
    Part,
    amount,
    bounded,
    cell,
    column,
    points,
    share,
    table,
    text,
)

from .findings import arm_says

__all__ = ["arms_parts"]

_NONE: Final[dict[str, Number]] = {"estimate": None, "low": None, "high": None}
_Shown = Callable[[Number], str | None]


def arms_parts(study: FinishedStudy) -> list[Part]:
    """Return the table of what arms did, that of what they gained, and the usage."""
    return [
        _arms(study),
        _figures(study),
        _gains(study),
        *_usage(study),
        *_failures(study),
    ]


def interval_cell(found: Mapping[str, Number] | None, shown: _Shown) -> Part | None:
    """Return a cell of an interval, in words of ``shown``."""
    known = _NONE if found is None else found
    ends = [shown(known[key]) for key in ("estimate", "low", "high")]
    return cell(bounded(ends), known)


def _arms(study: FinishedStudy) -> Part:
    rows = []
    for arm in study.arms:
        twin = study.twin(arm)
        rows.append([arm, arm_says(study, arm), None if twin == arm else twin])
    rows.append(["clairvoyant", "It knows the best purchase of each episode.", None])
    columns = [
        column("arm", number=False),
        column("what it is", number=False),
        column("its twin", number=False, help="the same agent, which does not learn"),
    ]
    return table(columns, rows, caption="The arms: ways to play the same episodes.")


def _figures(study: FinishedStudy) -> Part:
    currency = study.figures["currency"]
    first, last = min(10, study.episodes), min(50, study.episodes)
    rows: list[list[str | Part | None]] = []
    for name in study.arms:
        arm = study.figures["arms"][name]
        found = arm.get("intervals", {})
        steps = [arm.get("steps_first50"), arm.get("steps_last50")]
        rows.append(
            [
                name,
                interval_cell(found.get("success_first10"), share),
                interval_cell(found.get("success_last50"), share),
                interval_cell(found.get("success"), share),
                " → ".join(["–" if one is None else f"{one:.1f}" for one in steps]),
                interval_cell(found.get("violation_rate"), share),
                interval_cell(found.get("regret_mean"), lambda n: amount(n, currency)),
                interval_cell(
                    found.get("regret_last50"), lambda n: amount(n, currency)
                ),
            ]
        )
    best = study.figures["oracle"]
    rates = [share(best[k]) for k in ("success_first10", "success_last50", "success")]
    rows.append(["clairvoyant", *rates, None, None, *["0"] * 2])
    columns = [
        column("arm", number=False),
        column(
            f"success, first {first}", help="successes / episodes whose task can be met"
        ),
        column(f"success, last {last}"),
        column("success, all"),
        column("steps", help="mean of the first and the last 50 successes of a run"),
        column("violations", help="purchases that break a constraint / episodes"),
        column(
            f"regret, {currency}",
            help="paid above the least price there was, in the mean of successes",
        ),
        column(f"regret, last {last}"),
    ]
    caption = "What each arm did. In brackets: 95 % intervals, clustered by seed."
    return table(columns, rows, caption=caption)


def _gains(study: FinishedStudy) -> Part:
    currency = study.figures["currency"]
    rivals = [name for name in ("cheapest", "clerk") if name in study.arms]
    rows: list[list[str | Part | None]] = []
    for name in study.arms:
        arm, twin = study.figures["arms"][name], study.twin(name)
        row: list[str | Part | None] = [name]
        row.append(interval_cell(arm.get("gain"), points) if twin != name else None)
        for rival in rivals:
            found = arm.get(f"gain_over_{rival}") if rival != name else None
            row.append(interval_cell(found, points))
        if "clerk" in rivals:
            found = arm.get("saved_over_clerk") if name != "clerk" else None
            row.append(interval_cell(found, lambda n: amount(n, currency)))
        seeds = arm.get("seeds_needed") if twin != name else None
        rows.append([*row, None if seeds is None else str(seeds)])
    columns = [
        column("arm", number=False),
        column("gain over its twin"),
        *[column(f"over {rival}") for rival in rivals],
    ]
    if "clerk" in rivals:
        columns.append(
            column(f"saved over clerk, {currency}", help="where both have bought")
        )
    columns.append(
        column(
            "seeds needed", help="to see the gain over the twin with a chance of 0.8"
        )
    )
    caption = "What each arm gained: success rates less those of another arm on the "
    caption += (
        "same episodes, in points. An interval without 0 is more than chance explains."
    )
    return table(columns, rows, caption=caption)


def _usage(study: FinishedStudy) -> list[Part]:
    """Return what a language model's answers took; nothing of other agents."""
    arms = study.figures["arms"]
    told = [name for name in study.arms if arms[name].get("usage")]
    if not told:
        return []
    keys = dict.fromkeys(key for name in told for key in arms[name]["usage"])
    columns = [column("arm", number=False)]
    columns += [column(key.replace("_", " ")) for key in keys]
    rows = []
    for name in told:
        counts = [arms[name]["usage"].get(key) for key in keys]
        rows.append([name, *[None if n is None else f"{n:,}" for n in counts]])
    return [table(columns, rows, caption="What the model's answers took.")]


def _failures(study: FinishedStudy) -> list[Part]:
    """Return what ended episodes that says nothing of how well an agent plays."""
    said: list[str] = []
    for name in study.arms:
        arm: dict[str, Any] = study.figures["arms"][name]
        if arm.get("errors"):
            said.append(
                f"{name}: its program failed in {arm['errors']} episodes, first: "
                f"{arm.get('error')}"
            )
        for outcome, count in (arm.get("not_counted") or {}).items():
            said.append(f"{name}: {count} episodes are in no figure: {outcome}")
    return [text(*said)] if said else []
