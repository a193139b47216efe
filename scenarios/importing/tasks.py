"""Tasks for an imported market: budgets and constraints that its flights give."""

from typing import Any, Final

from test_time_gym.market.config import PPM
from test_time_gym.market.world import World

__all__ = ["constraints", "task_budgets"]

_ABOVE_LEAST_PPM: Final = (
    900_000,
    1_130_000,
    1_150_000,
    1_170_000,
    1_200_000,
    1_250_000,
    1_330_000,
    1_500_000,
)
"""Budgets, as multiples of the least price that can ever be asked: the first is
too small for certain, the next ones ask for luck or patience."""


def task_budgets(world: World) -> list[int]:
    """Return budgets around the least price that the market can ever ask.

    They have three digits, as people set budgets.
    """
    least = min(world.floors)
    budgets = []
    for share in _ABOVE_LEAST_PPM:
        exact = least * share // PPM
        step = 10 ** max(0, len(str(exact)) - 3)
        budgets.append(max(1, exact // step * step))
    return list(dict.fromkeys(budgets))


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
