"""The revenue opportunity metric: how much of what could be gained was gained."""

from collections.abc import Iterable
from dataclasses import dataclass

from ...errors import Misuse
from .checks import dearest_first, numbers, same_length, whole

__all__ = ["RevenueOpportunity", "revenue_opportunity"]


@dataclass(frozen=True, slots=True)
class RevenueOpportunity:
    """What a departure earned, between no control and perfect foresight."""

    perfect: float
    """With demand known: the dearest are served first."""
    none: float
    """First come, first served, the cheapest first."""
    realised: float
    """Under the limits."""
    share: float
    """(realised − none) / (perfect − none); 1 where there is nothing to gain."""


def revenue_opportunity(
    fares: Iterable[float],
    demands: Iterable[float],
    capacity: int,
    limits: Iterable[float],
) -> RevenueOpportunity:
    """Return the revenue opportunity metric (ROM) of one departure.

    ``ROM = (realised − none) / (perfect − none)``.  Demand is what came, the cheapest
    class first; class j may sell as long as it and all cheaper ones have sold less than
    its limit (nested booking limits).

    Source: R. L. Phillips, Pricing and Revenue Optimization (2005), example 9.7;
    B. C. Smith, J. F. Leimkuhler and R. M. Darrow (1992), Yield management at
    American Airlines.

    Args:
        fares: of the classes, the dearest first, in any unit.
        demands: what came of each class, in seats.
        capacity: whole seats, 1 or more.
        limits: nested booking limit of each class, in seats, never rising; those above
            the capacity are the capacity.

    Returns:
        The three revenues, in the unit of the fares, and the share.

    Raises:
        ValueError: fares rise or are negative, a demand or a limit is negative or no
            number, limits rise, shapes differ, or the capacity is not whole or less
            than 1.

    >>> found = revenue_opportunity([1000, 800, 600, 200], [25, 30, 20, 50], 100,
    ...                             [100, 70, 45, 32])
    >>> found.perfect, found.none, found.realised, round(found.share, 9)
    (66000.0, 46000.0, 59200.0, 0.66)
    """
    known = dearest_first("fares", fares)
    came, asked = numbers("demands", demands), numbers("limits", limits)
    same_length("demands", came, "fares", len(known))
    same_length("limits", asked, "fares", len(known))
    seats = float(whole("capacity", capacity, least=1))
    for k in range(1, len(asked)):
        if asked[k] > asked[k - 1]:
            raise Misuse(
                f"limits[{k}] is {asked[k]:g}, above limits[{k - 1}] = "
                f"{asked[k - 1]:g}: nested limits, which never rise, are expected"
            )
    perfect = _earned(known, came, [seats] * len(known))
    backwards = list(zip(known, came, asked, strict=True))[::-1]
    cheap, later, nested = (list(row) for row in zip(*backwards, strict=True))
    none = _earned(cheap, later, [seats] * len(known))
    realised = _earned(cheap, later, [min(seats, limit) for limit in nested])
    gain = perfect - none
    share = (realised - none) / gain if gain > 0 else 1.0
    return RevenueOpportunity(perfect, none, realised, share)


def _earned(fares: list[float], demands: list[float], limits: list[float]) -> float:
    """Return the revenue of classes that come in this order."""
    sold = revenue = 0.0
    for fare, demand, limit in zip(fares, demands, limits, strict=True):
        taken = min(demand, max(0.0, limit - sold))
        sold += taken
        revenue += fare * taken
    return revenue
