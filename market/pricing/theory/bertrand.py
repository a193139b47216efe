"""Competition in prices among sellers that buyers tell apart: logit demand."""

from dataclasses import dataclass
from math import exp

from ...errors import MarketBug
from .checks import number, whole

__all__ = ["LogitBertrand", "logit_bertrand"]

_LARGEST = 700.0
"""Logarithms beyond are no floats any more."""


@dataclass(frozen=True, slots=True)
class LogitBertrand:
    """What symmetric sellers ask and earn, each for itself and all together."""

    nash_price: float
    nash_profit: float
    """Of each seller, from one buyer."""
    joint_price: float
    joint_profit: float
    """Of each seller, from one buyer."""


def logit_bertrand(
    n: int, a: float, a0: float, mu: float, cost: float
) -> LogitBertrand:
    """Return Nash and joint prices of n like sellers under logit demand.

    A buyer takes each with chance ``q(p) = e^((a − p)/μ) / (n e^((a − p)/μ) +
    e^(a0/μ))``.  In the one symmetric equilibrium ``p = c + μ / (1 − q)``; the prices
    that are best for all together fulfil ``p = c + μ / (1 − n q)``.

    Source: S. P. Anderson and A. de Palma (1992), The logit as a model of product
    differentiation; the setting of E. Calvano, G. Calzolari, V. Denicolò and
    S. Pastorello (2020), Artificial intelligence, algorithmic pricing, and collusion.

    Args:
        n: sellers, 1 or more.
        a: quality of what each sells, in units of money.
        a0: value of buying nothing.
        mu: scale of tastes, above 0: the smaller, the more alike are the sellers.
        cost: of one unit, 0 or more.

    Returns:
        Prices in units of money, and profits of each seller from one buyer.  With one
        seller both are the same.

    Raises:
        ValueError: n is not whole or less than 1, the scale is not above 0, the cost is
            negative, or one of them is no number.

    >>> found = logit_bertrand(2, a=2, a0=0, mu=0.25, cost=1)
    >>> round(found.nash_price, 6), round(found.nash_profit, 6)
    (1.472927, 0.222927)
    >>> round(found.joint_price, 6), round(found.joint_profit, 6)
    (1.924981, 0.33749)
    """
    sellers = whole("n", n, least=1)
    quality, nothing = number("a", a), number("a0", a0)
    scale, unit = number("mu", mu, above=0), number("cost", cost, least=0)
    nash = _price(sellers, 1, quality - nothing, scale, unit)
    joint = _price(sellers, sellers, quality - nothing, scale, unit)
    return LogitBertrand(
        nash_price=nash,
        nash_profit=(nash - unit) * _share(sellers, (quality - nothing - nash) / scale),
        joint_price=joint,
        joint_profit=(joint - unit)
        * _share(sellers, (quality - nothing - joint) / scale),
    )


def _price(n: int, together: int, better: float, mu: float, cost: float) -> float:
    """Return the root of ``p − c − μ / (1 − together · q(p))``, which rises with p."""

    def falls_short(price: float) -> bool:
        z = (better - price) / mu
        if z > _LARGEST:
            rest = (n - together) / n
            if not rest:
                return True
        else:
            odds = exp(z)
            rest = (1 + (n - together) * odds) / (1 + n * odds)
        return (price - cost) * rest < mu

    low = cost
    width = mu
    while falls_short(cost + width):
        low, width = cost + width, 2 * width
    high = cost + width
    for _ in range(2000):
        middle = low + (high - low) / 2
        if middle in (low, high):
            return high
        low, high = (middle, high) if falls_short(middle) else (low, middle)
    raise MarketBug("the bisection of a price did not end")


def _share(n: int, z: float) -> float:
    """Return the chance that a buyer takes one of the sellers.

    >>> _share(2, 0.0) == 1 / 3, _share(2, 1000.0), _share(2, -1000.0)
    (True, 0.5, 0.0)
    """
    return 1 / (n + exp(-z)) if z > -_LARGEST else 0.0
