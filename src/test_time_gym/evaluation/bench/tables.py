"""Tables of a bench for people: one of each scenario."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from test_time_gym.evaluation.statistics import Interval
from test_time_gym.tables import TitledTable, major

from .row import Row

if TYPE_CHECKING:
    from .bench import Bench

__all__ = ["bench_tables"]


def bench_tables(found: "Bench") -> list[TitledTable]:
    """Return a table of each scenario, with a line of each agent."""
    last = found.start + found.seeds - 1
    each = "" if found.episodes == 1 else f", {found.episodes} episodes each"
    return [
        TitledTable(
            f"{name}, seeds {found.start} to {last}{each}",
            [_cells(row) for row in found.rows if row.scenario == name],
        )
        for name in dict.fromkeys(row.scenario for row in found.rows)
    ]


def _cells(row: Row) -> dict[str, str | None]:
    currency = row.currency
    parts = (row.timing, row.search, row.execution)
    return {
        "agent": row.agent,
        "success %": _percent(row.success, row.feasible),
        "ceiling": None
        if row.ceiling is None
        else f"{row.ceiling}{'!' if row.exceeds else ''}",
        "correct abort %": _percent(row.correct_abort, row.certified),
        "violation %": _percent(row.violation, row.counted),
        "steps": _bounded(row.steps, lambda value: f"{value:.1f}"),
        "reward": _bounded(row.reward, lambda value: f"{value:.2f}"),
        f"regret {currency}": _money(row.regret, currency),
        "= timing + search + execution": None
        if row.timing is None
        else " + ".join(str(major(part, currency)) for part in parts),
        f"lost {currency}": _money(row.lost_surplus, currency),
    }


def _percent(share: Interval, count: int) -> str | None:
    """Return a share with its bounds, and out of how many."""
    shown = _bounded(share, lambda value: f"{100 * value:.0f}") if count else None
    return None if shown is None else f"{shown} of {count}"


def _money(mean: Interval, currency: str) -> str | None:
    return _bounded(mean, lambda value: str(major(value, currency)))


def _bounded(interval: Interval, shown: Callable[[float], str]) -> str | None:
    if interval.estimate is None:
        return None
    text = shown(interval.estimate)
    if interval.low is None or interval.high is None:
        return text
    return f"{text} ({shown(interval.low)} to {shown(interval.high)})"
