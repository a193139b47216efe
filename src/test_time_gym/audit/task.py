"""Tasks: what every seat has to do, drawn again, and whether it can be done at all."""

from dataclasses import dataclass
from typing import Any

from test_time_gym.market.catalog import Group
from test_time_gym.market.domain import Trade

from .draws import Luck
from .scenario import PPM, DeclaredProduct, DeclaredScenario, share_of
from .totals import least

__all__ = ["DrawnTask", "draw_task", "infeasible", "suits"]


@dataclass(frozen=True, slots=True)
class DrawnTask:
    """What one seat has to do."""

    form: dict[str, str]
    """What its search form is filled with."""
    groups: tuple[Group, ...]
    """Every group of offers that will do."""
    budget: int
    wanted: dict[str, Any]
    """Constraints, by the names of the trade's filters."""
    wallet: list[str]
    drawn: int
    """WordStream that the seat's own stream has given for it."""


def draw_task(scenario: DeclaredScenario, luck: Luck, seat: int) -> DrawnTask:
    """Return the task of a seat, which follows from the seed alone."""
    options = scenario.task
    own = luck.stream("task", seat)
    dice = luck.stream("task-team", 0) if options["team"] else own
    forms = scenario.tasks.forms()
    form = forms[dice.below(len(forms))]
    budget = options["budgets_minor"][dice.below(len(options["budgets_minor"]))]
    wanted = {}
    for one in scenario.trade.filters:
        listed = options[one.options]
        if listed and dice.chance(options["constrained_ppm"]):
            wanted[one.argument.name] = listed[dice.below(len(listed))]
    wallet = options["wallets"][own.below(len(options["wallets"]))]
    return DrawnTask(
        form=form,
        groups=scenario.tasks.groups(form),
        budget=budget,
        wanted=wanted,
        wallet=wallet,
        drawn=own.drawn,
    )


def suits(trade: Trade, product: DeclaredProduct, wanted: dict[str, Any]) -> bool:
    """Return whether an offer meets constraints, the price left aside."""
    return all(
        trade.by_name[name].passes(product.facts, value)
        for name, value in wanted.items()
        if name != "max_price"
    )


def infeasible(scenario: DeclaredScenario, task: DrawnTask) -> bool:
    """Return whether the catalog proves that a task cannot be met.

    No offer suits, no card of the wallet ever pays, or the least that prices,
    coupons and fees can ever come to is above the budget.
    """
    prices = [
        _floor(scenario, product)
        for product in scenario.products
        if product.group in task.groups and suits(scenario.trade, product, task.wanted)
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
    own = scenario.market.get("pricing_of", {})
    rules = own.get(product.seller, scenario.market["pricing"])
    if rules["kind"] == "fixed":
        return product.base
    if rules["kind"] != "load_days":
        return max(share_of(product.base, rules["floor_ppm"]), 1)
    low = PPM
    for curve in (rules["load_curve"], rules["days_curve"], rules["clock_curve"]):
        low = low * min(factor for _, factor in curve) // PPM
    low = low * dict(rules["date_factors"]).get(product.day, PPM) // PPM
    minor, step = share_of(product.base, low), rules["round_to_minor"]
    return int(max(step, (minor + step // 2) // step * step))
