"""Drifts: what happened to the sites, and how arms came back."""

from test_time_gym.evaluation.learning.finished_study import (
    FinishedStudy,
    HappenedDrift,
)
from test_time_gym.report.parts import Part, column, section, share, table, text

from .arms_part import interval_cell
from .drift_recovery import STRETCHES, levels_around
from .findings import learning_arms, recovery_of

__all__ = ["drift_section"]


def drift_section(study: FinishedStudy) -> Part:
    """Return the section of what happened to the sites."""
    if not study.drifts:
        line = "Nothing happened to the sites: all stayed as they were. With --drift "
        line += "NAME, `ttgym learn` changes every site while agents learn."
        return section("drifts", "When the site changes", text(line))
    ends = [one.after_episodes for one in study.drifts[1:]]
    parts: list[Part] = []
    for drift, until in zip(study.drifts, [*ends, study.episodes], strict=True):
        parts += [_told(study, drift), _levels(study, drift, until)]
    return section("drifts", "When the site changes", *parts)


def _told(study: FinishedStudy, drift: HappenedDrift) -> Part:
    says = f" {drift.says}" if drift.says else ""
    return text(
        f"{drift.name}, after episode {drift.after_episodes}.{says}",
        *[recovery_of(study, drift.name, arm) for arm in learning_arms(study)],
    )


def _levels(study: FinishedStudy, drift: HappenedDrift, until: int) -> Part:
    rows = []
    for arm in study.arms:
        runs = [run.episodes for run in study.runs(arm)]
        found = levels_around(runs, drift.after_episodes, until)
        levels = [found.before, *found.after]
        shown = [
            None if one is None else interval_cell(one._asdict(), share)
            for one in levels
        ]
        told = study.figures["arms"][arm].get("recovery", {}).get(drift.name) or {}
        median = told.get("median")
        back = [share(told.get("share")), None if median is None else f"{median:g}"]
        rows.append([arm, *shown, *back])
    columns = [
        column("arm", number=False),
        column("ten before"),
        *[
            column(f"next {last}" if not first else f"{first + 1}–{last}")
            for first, last in STRETCHES
        ],
        column(
            "back within 40",
            help="runs whose mean of ten episodes was 90 % of "
            "that before again, of those that had met a task before",
        ),
        column("back after", help="episodes; the median of these runs"),
    ]
    caption = f"Success before and after {drift.name}. A stretch that the next change "
    caption += "or the end cuts off has what is left of it."
    return table(columns, rows, caption=caption)
