"""What a seller learns of demand that answers to its prices."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from math import exp, floor
from typing import Final, NamedTuple

from ...config import PPM
from ..booking_slices import BookingPath
from ..past_sales import PastDeparture
from .choice_estimate import more_than
from .learned_forecast import LearningSteps, rounded
from .methods import METHODS
from .price_response import PricedSales, PriceResponse, price_response

__all__ = ["LearnedPrices", "learned_prices"]

_SURE: Final = 2.0
"""So many standard errors a slope has to be above 0 to count as known."""


class LearnedPrices(NamedTuple):
    """Of one product: demand that falls exponentially with its price."""

    scale_minor: int
    """With each further amount of this, one in e still buys; rounded half up."""
    buyers: BookingPath
    """Who would buy at the price `scale_minor`."""


@lru_cache(maxsize=64)
def learned_prices(
    past: tuple[PastDeparture, ...], bases_minor: tuple[int, ...], steps: LearningSteps
) -> dict[int, LearnedPrices] | None:
    """Return what is learned of each product; the last ones are remembered.

    One slope is learned for all that the seller offers, in parts of base fares: demand
    for each has the same elasticity at its base fare.

    Args:
        past: the oldest first; two at least.
        bases_minor: base fare of each of its products.
        steps: how; ``none`` takes sales for all that was wanted.

    Returns:
        Product → what is known of it; None if sales do not tell how demand answers.
    """
    rows = [_cells(departure, bases_minor, steps.untruncate) for departure in past]
    intervals = len(past[-1][0].taken)
    cells = len(past[-1]) * intervals
    found = price_response(_together(rows), cells)
    if found is None or found.slope < _SURE * found.error:
        return None
    levels = _levels(rows, found, steps, cells)
    known = {}
    for k, (sales, base) in enumerate(zip(past[-1], bases_minor, strict=True)):
        own = levels[k * intervals : (k + 1) * intervals]
        to_come = [rounded(one, 0)[0] for one in accumulate(reversed(own))]
        known[sales.product] = LearnedPrices(
            max(1, floor(base / found.slope + 0.5)),
            BookingPath((*sales.starts_ms, 0), (*reversed(to_come), 0)),
        )
    return known


def _cells(
    departure: PastDeparture, bases_minor: Sequence[int], untruncate: str
) -> list[PricedSales]:
    """Return what a departure sold in each cell at which price.

    With ``em`` cells are left out that were closed before they began.
    """
    found, cell = [], 0
    for sales, base in zip(departure, bases_minor, strict=True):
        shut = False
        rows = zip(sales.taken, sales.closed, sales.prices_minor, strict=True)
        for taken, closed, price in rows:
            if not shut or untruncate == "none":
                cut = (taken,) if closed and untruncate == "em" else ()
                found.append(PricedSales(cell, price / base, 1, taken, cut))
            shut, cell = closed, cell + 1
    return found


def _together(rows: Sequence[Sequence[PricedSales]]) -> list[PricedSales]:
    """Return sales of one cell and price as one."""
    found: dict[tuple[int, float], PricedSales] = {}
    for row in rows:
        for one in row:
            known = found.get((one.cell, one.price), PricedSales(*one[:2], 0, 0))
            found[one.cell, one.price] = known._replace(
                departures=known.departures + 1,
                sold=known.sold + one.sold,
                cut=(*known.cut, *one.cut),
            )
    return list(found.values())


def _levels(
    rows: Sequence[Sequence[PricedSales]],
    found: PriceResponse,
    steps: LearningSteps,
    cells: int,
) -> list[float]:
    """Return who would buy in each cell at the price 1 / slope.

    What was asked for, over the share that its price let buy: means of both over
    departures, by the forecasting method.
    """
    method, smoothing = METHODS[steps.forecast], steps.smoothing_ppm / PPM
    asked: list[list[float]] = [[] for _ in range(cells)]
    shares: list[list[float]] = [[] for _ in range(cells)]
    for row in rows:
        for one in row:
            share = exp(1 - found.slope * one.price)
            mean = found.levels[one.cell] * share / exp(1)
            more = sum(more_than(mean, units) for units in one.cut)
            asked[one.cell].append(one.sold + more)
            shares[one.cell].append(share)
    return [
        method(units, smoothing)[0] / method(parts, smoothing)[0]
        if len(units) > 1
        else found.levels[cell] / exp(1)
        for cell, (units, parts) in enumerate(zip(asked, shares, strict=True))
    ]
