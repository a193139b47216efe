"""Tasks: what every seat has to do, drawn again, and whether it can be done at all."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from .draws import Luck
from .scenario import PPM, DeclaredProduct, DeclaredScenario, share_of
from .totals import least

__all__ = ["DrawnTask", "draw_task", "infeasible", "suits"]

_DAYS_MAX = 7


@dataclass(frozen=True, slots=True)
class DrawnTask:
    """What one seat has to do."""

    form: dict[str, str]
    """``from``, ``to`` and ``date``."""
    dates: list[str]
    """Every date of departure that will do."""
    budget: int
    wanted: dict[str, Any]
    """``depart_after``, ``depart_before``, ``max_stops``, ``airline``."""
    wallet: list[str]
    drawn: int
    """Words that the seat's own stream has given for it."""


def draw_task(scenario: DeclaredScenario, luck: Luck, seat: int) -> DrawnTask:
    """Return the task of a seat, which follows from the seed alone."""
    options = scenario.task
    own = luck.stream("task", seat)
    dice = luck.stream("task-team", 0) if options["team"] else own
    trip = options["trips"][dice.below(len(options["trips"]))]
    budget = options["budgets_minor"][dice.below(len(options["budgets_minor"]))]
    wanted = {}
    for name, listed in (
        ("depart_after", options["depart_after"]),
        ("depart_before", options["depart_before"]),
        ("max_stops", options["max_stops"]),
        ("airline", options["airlines"]),
    ):
        if listed and dice.chance(options["constrained_ppm"]):
            wanted[name] = listed[dice.below(len(listed))]
    wallet = options["wallets"][own.below(len(options["wallets"]))]
    return DrawnTask(
        form={"from": trip["from"], "to": trip["to"], "date": trip["date"]},
        dates=_dates(trip["date"], options["flexible_days"]),
        budget=budget,
        wanted=wanted,
        wallet=wallet,
        drawn=own.drawn,
    )


def suits(product: DeclaredProduct, wanted: dict[str, Any]) -> bool:
    """Return whether a flight meets constraints, the price left aside."""
    after, before = wanted.get("depart_after"), wanted.get("depart_before")
    stops, airline = wanted.get("max_stops"), wanted.get("airline")
    return (
        (after is None or product.depart_minute >= _minute(after))
        and (before is None or product.depart_minute <= _minute(before))
        and (stops is None or product.stops <= stops)
        and (airline is None or product.airline.casefold() == airline.casefold())
    )


def infeasible(scenario: DeclaredScenario, task: DrawnTask) -> bool:
    """Return whether the catalog proves that a task cannot be met.

    No flight suits, no card of the wallet ever pays, or the least that prices,
    coupons and fees can ever come to is above the budget.
    """
    pair = (task.form["from"], task.form["to"])
    prices = [
        _floor(scenario, product)
        for product in scenario.products
        if product.pair[:2] == pair
        and product.pair[2] in task.dates
        and suits(product, task.wanted)
    ]
    if not prices:
        return True
    items = min(prices) * scenario.party
    minima = [coupon["minimum_minor"] for coupon in scenario.coupons.values()]
    totals = [
        least(scenario, asked, task.wallet)
        for asked in (items, *(most for most in minima if most > items))
    ]
    found = [total for total in totals if total is not None]
    members = len(scenario.names) if scenario.task["team"] else 1
    return not found or members * min(found) > task.budget


def _floor(scenario: DeclaredScenario, product: DeclaredProduct) -> int:
    """Return the least price that a product can ever have."""
    rules = scenario.market["pricing"]
    if rules["kind"] == "fixed":
        return product.base
    low = PPM
    for curve in (rules["load_curve"], rules["days_curve"], rules["clock_curve"]):
        low = low * min(factor for _, factor in curve) // PPM
    low = low * dict(rules["date_factors"]).get(product.pair[2], PPM) // PPM
    minor, step = share_of(product.base, low), rules["round_to_minor"]
    return int(max(step, (minor + step // 2) // step * step))


def _dates(day: str, flexible_days: int) -> list[str]:
    """Return the dates that will do.

    >>> _dates("2026-07-01", 1)
    ['2026-06-30', '2026-07-01', '2026-07-02']
    """
    if not flexible_days:
        return [day]
    middle, most = date.fromisoformat(day).toordinal(), min(flexible_days, _DAYS_MAX)
    span = range(middle - most, middle + most + 1)
    return [date.fromordinal(number).isoformat() for number in span]


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])
