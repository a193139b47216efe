"""Tasks for an imported market: budgets and constraints that its flights give."""

from collections.abc import Sequence
from typing import Any, Final

from test_time_gym.market.config import PPM
from test_time_gym.market.world import World

__all__ = ["constraints", "task_budgets"]

_BUDGETS_PPM: Final = (20_000, 50_000, 100_000, 150_000, 200_000, 250_000, 350_000)
"""Places, among the opening prices from cheap to dear, where budgets lie."""

_TOO_LITTLE_PPM: Final = 900_000
"""Share of the least price that can ever be asked: a budget nobody can meet."""


def task_budgets(world: World, opening: Sequence[int], round_to: int) -> list[int]:
    """Return budgets, from one that is certainly too small to comfortable ones.

    Args:
        world: knows the least price of every flight.
        opening: prices expected when the market opens.
        round_to: the step of all prices.
    """
    ordered = sorted(opening)
    least = min(world.floors) * _TOO_LITTLE_PPM // PPM
    budgets = [least, *(ordered[len(ordered) * at // PPM] for at in _BUDGETS_PPM)]
    return sorted({max(1, -(-b // round_to) * round_to) for b in budgets})


def constraints(world: World) -> dict[str, Any]:
    """Return earliest departures and most stops that some flights can meet.

    Departures are the full hours at or before the quartiles of the schedule.
    """
    minutes = sorted(product.depart_minute for product in world.catalog.products)
    hours = sorted({minutes[len(minutes) * k // 4] // 60 for k in (1, 2, 3)})
    stops = sorted({product.stops for product in world.catalog.products})
    wanted: dict[str, Any] = {"depart_after": [f"{hour:02d}:00" for hour in hours]}
    if stops[:-1]:
        wanted["max_stops"] = stops[:-1]
    return wanted
