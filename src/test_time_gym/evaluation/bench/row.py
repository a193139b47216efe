"""A row: the figures of one entrant in one scenario, and how sure they are."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from test_time_gym.evaluation.statistics import (
    Interval,
    mean_interval,
    ratio_interval,
    wilson,
)
from test_time_gym.market.events import CRASHES

from .score import Score

__all__ = ["COLUMNS", "NOT_COUNTED", "Row", "row_of"]

NOT_COUNTED: Final = CRASHES[1:]
"""Outcomes that say nothing of how well an agent plays."""


_MONEY: Final = ("regret", "timing", "search", "execution", "lost_surplus")
"""Figures in minor units of the row's currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entrant in one scenario; shares are 0 to 1, money is in minor units."""

    scenario: str
    agent: str
    currency: str
    episodes: int
    feasible: int
    success: Interval
    """Successes / feasible episodes."""
    certified: int
    """Episodes with a certificate that the task cannot be met."""
    correct_abort: Interval
    """Of these, the share that was aborted."""
    violation: Interval
    """Tickets that do not meet the task / all episodes that count."""
    steps: Interval
    """Mean number of actions, legal or not."""
    reward: Interval
    """Mean."""
    regrets: int
    """Successes whose regret is known."""
    regret: Interval
    """Mean of these."""
    timing: float | None
    search: float | None
    execution: float | None
    """Means of the regret's parts, which sum to it."""
    tickets: int
    """Episodes with a ticket, good or bad."""
    first_offer: Interval
    """Of these, the share in which what was bought stood first on its page."""
    losses: int
    """Failures at feasible tasks whose lost surplus is known: none in a team."""
    lost_surplus: Interval
    """Mean of these."""
    ceiling: int | None
    """Published, in per cent of the feasible tasks; None where there is none."""
    not_counted: dict[str, int]
    """Outcome → episodes that are in no share and no mean above: the one who answers
    for the entrant could not or would not go on."""
    errors: int
    """Episodes that the entrant's own program ended."""
    error: str | None
    """The first of these."""

    @property
    def counted(self) -> int:
        """Episodes that are in the figures."""
        return self.episodes - sum(self.not_counted.values())

    @property
    def exceeds(self) -> bool:
        """Whether the success rate is surely above the ceiling."""
        low = self.success.low
        return self.ceiling is not None and low is not None and 100 * low > self.ceiling

    def as_dict(self) -> dict[str, Any]:
        """Return plain data; an interval is its estimate, low and high."""
        data = asdict(self)
        for name, value in data.items():
            if isinstance(getattr(self, name), Interval):
                data[name] = dict(zip(Interval._fields, value, strict=True))
        return {**data, "exceeds": self.exceeds}

    def flat(self) -> dict[str, Any]:
        """Return plain data without anything inside anything; see `COLUMNS`."""
        data: dict[str, Any] = {}
        for name, kind in _KINDS.items():
            value = getattr(self, name)
            shown = f"{name}_minor" if name in _MONEY else name
            if kind is not Interval:
                data[shown] = value
                continue
            data[shown] = value.estimate
            data |= {f"{shown}_low": value.low, f"{shown}_high": value.high}
        return data


_KINDS: Final[dict[str, type]] = {
    "scenario": str,
    "agent": str,
    "currency": str,
    "episodes": int,
    "feasible": int,
    "success": Interval,
    "certified": int,
    "correct_abort": Interval,
    "violation": Interval,
    "steps": Interval,
    "reward": Interval,
    "regrets": int,
    "regret": Interval,
    "timing": float,
    "search": float,
    "execution": float,
    "tickets": int,
    "first_offer": Interval,
    "losses": int,
    "lost_surplus": Interval,
    "ceiling": int,
    "exceeds": bool,
    "counted": int,
    "errors": int,
    "error": str,
}
COLUMNS: Final[dict[str, type]] = {
    f"{name}_minor{end}" if name in _MONEY else f"{name}{end}": float
    if kind is Interval
    else kind
    for name, kind in _KINDS.items()
    for end in (("", "_low", "_high") if kind is Interval else ("",))
}
"""Columns of `Row.flat`: an interval has three, and money ends with ``_minor``."""


def row_of(
    scenario: str,
    agent: str,
    currency: str,
    scores: Sequence[Score],
    ceiling: int | None,
) -> Row:
    """Return the figures of one entrant in one scenario.

    Intervals of shares are Wilson's; where several episodes are of one seed, and for
    all means, the studentised bootstrap over seeds.
    """
    stopped = [score.outcome for score in scores if score.outcome in NOT_COUNTED]
    total, not_counted = len(scores), {one: stopped.count(one) for one in stopped}
    scores = [score for score in scores if score.outcome not in NOT_COUNTED]
    open_ones = [score for score in scores if score.feasible]
    closed = [score for score in scores if score.certified]
    known = [score for score in scores if score.regret is not None]
    held = [score for score in scores if score.first_offer is not None]
    lost = [score for score in scores if score.lost_surplus is not None]
    split = [score for score in known if score.timing is not None]
    errors = [score.error for score in scores if score.error is not None]
    return Row(
        scenario=scenario,
        agent=agent,
        currency=currency,
        episodes=total,
        feasible=len(open_ones),
        success=_share(open_ones, "success"),
        certified=len(closed),
        correct_abort=_share(closed, "infeasible_aborted"),
        violation=_share(scores, "violation"),
        steps=_mean(scores, "steps"),
        reward=_mean(scores, "reward"),
        regrets=len(known),
        regret=_mean(known, "regret"),
        timing=_average(split, "timing"),
        search=_average(split, "search"),
        execution=_average(split, "execution"),
        tickets=len(held),
        first_offer=_rate([score.first_offer is True for score in held], held),
        losses=len(lost),
        lost_surplus=_mean(lost, "lost_surplus"),
        ceiling=ceiling,
        not_counted=dict(sorted(not_counted.items())),
        errors=len(errors),
        error=errors[0] if errors else None,
    )


def _share(scores: Sequence[Score], outcome: str) -> Interval:
    return _rate([score.outcome == outcome for score in scores], scores)


def _rate(hits: Sequence[bool], scores: Sequence[Score]) -> Interval:
    seeds = [score.seed for score in scores]
    if len(dict.fromkeys(seeds)) == len(seeds):
        return wilson(sum(hits), len(hits))
    met = [float(hit) for hit in hits]
    return ratio_interval(met, [1.0] * len(met), seeds).within(0, 1)


def _mean(scores: Sequence[Score], name: str) -> Interval:
    values = [float(getattr(score, name)) for score in scores]
    return mean_interval(values, [score.seed for score in scores])


def _average(scores: Sequence[Score], name: str) -> float | None:
    values = [getattr(score, name) for score in scores]
    return sum(values) / len(values) if values else None
