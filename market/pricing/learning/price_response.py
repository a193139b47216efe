"""How demand answers to prices: exponential demand from sales at several prices.

Poisson regression with a logarithmic link (P. McCullagh and J. A. Nelder, Generalized
Linear Models, 1989, chapter 6), as demand with a constant semi-elasticity is estimated;
sales at one price alone identify none.
"""

from collections.abc import Sequence
from math import exp, fsum, sqrt
from typing import Final, NamedTuple

from .choice_estimate import more_than

__all__ = ["PriceResponse", "PricedSales", "price_response"]

_ROUNDS: Final = 300
_NEAR: Final = 1e-9
_STEEP: Final = 50.0
"""A slope beyond which nothing is known but that it is steep."""


class PricedSales(NamedTuple):
    """What was sold in a cell at one price, over several departures."""

    cell: int
    """Of a product and an interval: demand there differs by the price alone."""
    price: float
    """In parts of the base fare."""
    departures: int
    sold: int
    cut: tuple[int, ...] = ()
    """Of those that sold out, what each sold; they count in the two above."""


class PriceResponse(NamedTuple):
    """Of so many buyers ``e^(-slope · price)`` buy."""

    slope: float
    error: float
    """Its standard error, by the information in what was sold."""
    levels: tuple[float, ...]
    """Buyers of each cell, of one departure."""


def price_response(sales: Sequence[PricedSales], cells: int) -> PriceResponse | None:
    """Return the slope and the buyers under which what was sold is likeliest.

    Sales of a cell at the price p are Poisson with mean ``a_c e^(-β p)`` for each
    departure.  Given β, ``a_c`` is sales over ``Σ e^(-β p)``, and β is the root of
    ``Σ_c Z_c · mean_c(p) - Σ z p``, where the mean weighs prices by ``e^(-β p)``: it
    falls in β, and Newton's steps find it.  What sold out is taken for its mean, as in
    the EM algorithm.

    Args:
        sales: by cell and price.
        cells: how many there are.

    Returns:
        None if the slope is not identified: nothing was sold, all at one price, or at
        the least price alone.

    >>> cheap, dear = PricedSales(0, 1.0, 10, 40), PricedSales(0, 2.0, 10, 10)
    >>> found = price_response([cheap, dear], 1)
    >>> round(found.slope, 6), round(found.error, 6), round(found.levels[0], 6)
    (1.386294, 0.353553, 16.0)
    >>> price_response([cheap], 1) is None
    True
    """
    slope, asked = 0.0, [float(one.sold) for one in sales]
    for _ in range(_ROUNDS):
        found = _slope(sales, asked, cells, slope)
        if found is None:
            return None
        moved, slope = abs(found - slope), found
        levels = _levels(sales, asked, cells, slope)
        if not any(one.cut for one in sales) or moved < _NEAR:
            break
        asked = [
            one.sold
            + fsum(
                more_than(levels[one.cell] * exp(-slope * one.price), units)
                for units in one.cut
            )
            for one in sales
        ]
    _, seen = _score(sales, [float(one.sold) for one in sales], cells, slope)
    return PriceResponse(slope, 1 / sqrt(seen), tuple(levels))


def _slope(
    sales: Sequence[PricedSales], asked: Sequence[float], cells: int, start: float
) -> float | None:
    slope = start
    for _ in range(_ROUNDS):
        score, information = _score(sales, asked, cells, slope)
        if information <= _NEAR:
            return None
        step = max(-1.0, min(1.0, score / information))
        slope += step
        if abs(slope) > _STEEP:
            return None
        if abs(step) < _NEAR:
            break
    return slope


def _score(
    sales: Sequence[PricedSales], asked: Sequence[float], cells: int, slope: float
) -> tuple[float, float]:
    """Return the derivative of the likelihood in the slope, and its information."""
    weight, first, second, whole, paid = ([0.0] * cells for _ in range(5))
    for one, units in zip(sales, asked, strict=True):
        share = one.departures * exp(-slope * one.price)
        weight[one.cell] += share
        first[one.cell] += share * one.price
        second[one.cell] += share * one.price**2
        whole[one.cell] += units
        paid[one.cell] += units * one.price
    score, information = [], []
    for c in range(cells):
        if whole[c]:
            mean = first[c] / weight[c]
            score.append(whole[c] * mean - paid[c])
            information.append(whole[c] * max(0.0, second[c] / weight[c] - mean**2))
    return fsum(score), fsum(information)


def _levels(
    sales: Sequence[PricedSales], asked: Sequence[float], cells: int, slope: float
) -> list[float]:
    weight, whole = [0.0] * cells, [0.0] * cells
    for one, units in zip(sales, asked, strict=True):
        weight[one.cell] += one.departures * exp(-slope * one.price)
        whole[one.cell] += units
    return [
        units / all_ if all_ else 0.0 for units, all_ in zip(whole, weight, strict=True)
    ]
