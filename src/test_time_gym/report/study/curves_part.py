"""Curves over episodes: how arms do, and by what they take their steps."""

from collections.abc import Sequence
from typing import Final

from test_time_gym.evaluation.learning.arms import BASELINES
from test_time_gym.evaluation.learning.finished_study import FinishedStudy
from test_time_gym.evaluation.statistics import Interval
from test_time_gym.market.money import exponent_of
from test_time_gym.report.parts import (
    Part,
    axis,
    chart,
    choice,
    column,
    option,
    section,
    series,
    share,
    table,
    text,
)

from .findings import learning_arms
from .windows import Windows, window_size, windows_of

__all__ = ["curve_sections"]

_SHOWN: Final = 4
"""Arms beside the twins and baselines that are drawn at first."""
_SHARES: Final = ("share_skills", "share_trials", "share_exploring")


def curve_sections(study: FinishedStudy) -> list[Part]:
    """Return the sections of learning curves and of steps."""
    runs = {arm: [run.episodes for run in study.runs(arm)] for arm in study.arms}
    ends, found = windows_of(runs, study.twin)
    drawn = _Curves(study, ends, found)
    return [drawn.curves(), drawn.steps()]


class _Curves:
    """Draws windows of a study."""

    def __init__(
        self, study: FinishedStudy, ends: list[int], found: dict[str, Windows]
    ) -> None:
        self._study, self._found = study, found
        self._x: Part = {"label": "episode", "values": ends}
        self._marks = [(one.after_episodes, one.name) for one in study.drifts]
        self._size = window_size(study.episodes)
        first = learning_arms(study)[:_SHOWN]
        self._drawn = [*first, *study.arms[:1], BASELINES[-1]]

    def curves(self) -> Part:
        currency = self._study.figures["currency"]
        money = axis(f"regret, {currency}", "money", exponent=exponent_of(currency))
        rate = axis("success rate", "share", least=0, most=1)
        gained = [a for a in self._study.arms if self._study.twin(a) != a]
        return section(
            "curves",
            "From episode to episode",
            text(self._about()),
            self._chart("success", "Success", rate, "success"),
            self._chart(
                "gain",
                "Gain over the twin that does not learn",
                axis("gain, points", "points"),
                "gain",
                gained,
            ),
            self._chart("steps", "Steps", axis("steps", least=0), "steps"),
            self._chart("regret", "Regret of successes", money, "regret"),
            self._chart(
                "violations",
                "Violations",
                axis("violations", "share", least=0),
                "violations",
            ),
        )

    def steps(self) -> Part:
        telling = [arm for arm in self._study.arms if self._tells(arm)]
        if not telling:
            line = "These agents do not tell by what they take their steps."
            return section("steps-taken", "Skills, trials, exploring", text(line))
        charts = [
            option(arm, arm, self._shares(arm))
            for arm in _learning_first(telling, learning_arms(self._study))
        ]
        return section(
            "steps-taken",
            "Skills, trials, exploring",
            text(
                "Each step is by what was known (a skill, or what prices have taught), "
                "a trial of what a price would be, or free exploration. An agent that "
                "learns explores less and less, and again after a change.",
            ),
            self._share_table(telling),
            choice("steps-of", "Arm", charts),
        )

    def _about(self) -> str:
        said = "Each point is the mean of the "
        said += f"{self._size} episodes before it" if self._size > 1 else "episode"
        seeds = self._study.figures["seeds"]
        said += f" over {seeds} sites; " if seeds > 1 else " at one site. "
        if seeds > 1:
            said += "the band is its 95 % interval, clustered by site; where it is "
            said += "missing, all sites did the same. "
        return said + "Upright lines are changes of the sites."

    def _chart(
        self,
        name: str,
        title: str,
        y: Part,
        figure: str,
        arms: Sequence[str] | None = None,
    ) -> Part | None:
        names = self._study.arms if arms is None else list(arms)
        drawn = [
            _banded(arm, getattr(self._found[arm], figure), self._style(arm))
            for arm in names
        ]
        known = [v for one in drawn for v in one["values"] if v is not None]
        if not known:
            return None
        if figure == "violations" and not any(known):
            return text("No purchase of any arm broke a constraint.")
        return chart(f"curve-{name}", title, self._x, y, drawn, marks=self._marks)

    def _style(self, arm: str) -> tuple[int, bool]:
        """Return the number of an arm's style, and whether it is drawn at first."""
        return self._study.arms.index(arm), arm in self._drawn

    def _tells(self, arm: str) -> bool:
        return self._study.figures["arms"][arm].get("share_skills") is not None

    def _shares(self, arm: str) -> Part:
        found = self._found[arm]
        y = axis("share of steps", "share", least=0, most=1)
        drawn = [
            series("in skills", found.in_skills),
            series("in trials", found.in_trials),
            series("exploring", found.exploring),
        ]
        return chart(f"shares-{arm}", arm, self._x, y, drawn, marks=self._marks)

    def _share_table(self, arms: Sequence[str]) -> Part:
        rows = []
        for name in arms:
            arm = self._study.figures["arms"][name]
            ends = [arm.get(key) or {} for key in ("shares_first10", "shares_last50")]
            exploring = [share(one.get("share_exploring")) or "–" for one in ends]
            shares = [share(arm.get(key)) for key in _SHARES]
            ratio = share(arm.get("explore_ratio"))
            rows.append([name, *shares, " → ".join(exploring), ratio])
        columns = [
            column("arm", number=False),
            *[column(name) for name in ("in skills", "in trials", "exploring")],
            column("exploring, first 10 → last 50"),
            column(
                "exploratory choices",
                help="choices of what did not look best / choices with an alternative",
            ),
        ]
        return table(columns, rows, caption="Shares of all steps.")


def _banded(name: str, found: Sequence[Interval], style: tuple[int, bool]) -> Part:
    return series(
        name,
        [one.estimate for one in found],
        [one.low for one in found],
        [one.high for one in found],
        style=style[0],
        shown=style[1],
    )


def _learning_first(arms: Sequence[str], learning: Sequence[str]) -> list[str]:
    return sorted(arms, key=lambda arm: arm not in learning)
