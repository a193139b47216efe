"""Tasks for an imported market: budgets and constraints that rehearsals give."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from test_time_gym.market.config import PPM
from test_time_gym.market.interface.task import Task
from test_time_gym.market.world import World

from .rehearsal import Rehearsal
from .shares import BudgetRule

__all__ = ["CONSTRAINED_PPM", "constraints", "task_budgets"]

CONSTRAINED_PPM: Final = 400_000
"""Chance that a task has each kind of constraint."""

_ON_SALE_PPM: Final = 900_000
"""Share of the rehearsed markets that have an offer for every constraint."""

_IMPOSSIBLE_PPM: Final = 900_000
"""Of the least price that can ever be asked: certainly too small a budget."""

Constraints = dict[str, list[Any]]


def constraints(world: World, form: dict[str, str], played: Rehearsal) -> Constraints:
    """Return earliest departures and most stops that some flights meet.

    Departures are the full hours at or before the quartiles of the schedule. What
    is sold out in more than one rehearsed market of ten, alone or with another
    constraint, is not asked for.
    """
    offers = [product.facts for product in world.catalog.products]
    departs = sorted(facts["depart"] for facts in offers)
    hours = sorted({int(departs[len(departs) * k // 4][:2]) for k in (1, 2, 3)})
    stops = sorted({facts["stops"] for facts in offers})

    def on_sale(**wanted: Any) -> bool:
        totals = played.least_totals(_task(form, wanted))
        there = sum(total is not None for total in totals)
        return there * PPM >= len(totals) * _ON_SALE_PPM

    most = [count for count in stops[:-1] if on_sale(max_stops=count)]
    after = [
        clock
        for clock in (f"{hour:02d}:00" for hour in hours)
        if on_sale(depart_after=clock)
        and all(on_sale(depart_after=clock, max_stops=count) for count in most)
    ]
    wanted: Constraints = {"depart_after": after, "max_stops": most}
    return {name: values for name, values in wanted.items() if values}


def task_budgets(
    world: World,
    form: dict[str, str],
    asked: Constraints,
    rules: Iterable[BudgetRule],
    played: Rehearsal,
) -> list[int]:
    """Return the budgets, in growing order.

    They have three digits, as people set budgets, rounded so that they keep what
    their rule says.

    Args:
        world: the market.
        form: of the tasks.
        asked: constraints of the tasks.
        rules: what each budget is to be.
        played: rehearsed markets.
    """
    rules = tuple(rules)
    exponent = world.exponent
    amounts = [rule.minor(exponent) for rule in rules if rule.share_ppm is None]
    shares = sorted(rule.share_ppm for rule in rules if rule.share_ppm is not None)
    floor = min(world.floors)
    totals = _weighted_totals(form, asked, played)
    budgets: list[int] = []
    for share in shares:
        if share == 0:
            impossible = floor * _IMPOSSIBLE_PPM // PPM
            step = _step(impossible)
            budgets.append(max(1, impossible // step * step))
            continue
        exact = _quantile(totals, share) or floor
        step = _step(exact)
        budget = -(-exact // step) * step
        # Prices that hardly move would make several budgets of one: a task in
        # eight would then be impossible, and the others all the same.
        budgets.append(max(budget, budgets[-1] + step) if budgets else budget)
    return sorted([*budgets, *amounts])


def _step(minor: int) -> int:
    step: int = 10 ** max(0, len(str(minor)) - 3)
    return step


def _quantile(totals: Sequence[tuple[int, int]], share_ppm: int) -> int:
    """Return the least total that so many of all tasks can be met with.

    Args:
        totals: least total and weight of tasks, growing; those that could not be
            met at any price at the end, with the total 0.
        share_ppm: beyond one million, of the dearest total.
    """
    whole = sum(weight for _, weight in totals)
    reached, found = 0, 0
    for total, weight in totals:
        if not total:
            break
        found = total
        reached += weight
        if reached * PPM >= whole * share_ppm:
            break
    return found * max(share_ppm, PPM) // PPM


def _weighted_totals(
    form: dict[str, str], asked: Constraints, played: Rehearsal
) -> list[tuple[int, int]]:
    """Return least totals of all tasks in all markets, with their weights."""
    combinations: list[tuple[dict[str, Any], int]] = [({}, 1)]
    for name, values in asked.items():
        combinations = [
            (wanted | one, weight * chance)
            for wanted, weight in combinations
            for one, chance in [
                ({}, (PPM - CONSTRAINED_PPM) * len(values)),
                *(({name: value}, CONSTRAINED_PPM) for value in values),
            ]
        ]
    totals = [
        (total or 0, weight)
        for wanted, weight in combinations
        for total in played.least_totals(_task(form, wanted))
    ]
    met = sorted(one for one in totals if one[0])
    return met + [one for one in totals if not one[0]]


def _task(form: dict[str, str], wanted: dict[str, Any]) -> Task:
    return Task(
        seat=0,
        form=form,
        groups=(tuple(form.values()),),
        budget_minor=0,
        wanted=wanted,
        party=1,
        wallet=(),
        deadline_ms=0,
        ends_on="receipt",
        team=False,
    )
