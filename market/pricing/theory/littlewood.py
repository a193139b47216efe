"""Littlewood's rule: what is kept for the dearer of two classes."""

from collections.abc import Iterable
from math import inf
from statistics import NormalDist

from ...errors import Misuse
from .checks import dearest_first, numbers, same_length

__all__ = ["littlewood", "protection"]

_LAW = NormalDist()
_MOST = 2
_LEAST = 5e-324
"""Above 0: a quotient of very different fares is nothing."""


def littlewood(
    fares: Iterable[float], means: Iterable[float], sds: Iterable[float]
) -> float:
    """Return the protection level of the dear class against the cheap one.

    ``y = μ_1 + σ_1 · Φ⁻¹(1 − f_2 / f_1)``, not below 0: the cheap class is refused
    once no more than ``y`` seats are left, since ``f_2 = f_1 · P(D_1 > y)`` there.
    ``to_seats`` rounds it to whole seats.

    Source: K. Littlewood (1972), Forecasting and control of passenger bookings;
    K. T. Talluri and G. J. van Ryzin, The Theory and Practice of Revenue Management
    (2004), section 2.2.1; normal demand.

    Args:
        fares: of one or two classes, the dearest first, in any unit.
        means: expected demand of each class, in seats; the cheap one's is not used.
        sds: standard deviation of each class's demand, in seats.

    Returns:
        Seats.  With one class, or equal fares, nothing is kept: 0.  Without variance
        it is the mean.  Where the cheap class pays nothing, all is kept: infinity.

    Raises:
        ValueError: fares rise or are negative, there are more than two, a mean or a
            deviation is negative or no number, or the shapes differ.

    >>> round(littlewood([100, 40], [50, 0], [100, 0]), 4)
    75.3347
    """
    known = dearest_first("fares", fares)
    if len(known) > _MOST:
        raise Misuse(
            f"fares has the length {len(known)}: one class or two are expected; "
            "emsr_a and emsr_b are for more"
        )
    mu, sigma = numbers("means", means), numbers("sds", sds)
    same_length("means", mu, "fares", len(known))
    same_length("sds", sigma, "fares", len(known))
    if len(known) == 1:
        return 0.0
    dear, cheap = known
    return protection(dear - cheap, cheap, mu[0], sigma[0])


def protection(more: float, cheap: float, mean: float, sd: float) -> float:
    """Return Littlewood's level for normal demand, of arguments that are checked.

    Args:
        more: what the dear fare is above the cheap one; passed by itself, so that equal
            fares are exactly equal.
        cheap: the cheap fare.
        mean: of the dear demand.
        sd: its standard deviation.

    >>> protection(50, 50, 30, 0), protection(0, 100, 30, 5), protection(1, 0, 3, 1)
    (30.0, 0.0, inf)
    """
    if more <= 0:
        return 0.0
    if not sd:
        return float(mean)
    if not cheap:
        return inf
    # Of the rarer side, which keeps its digits: 1 - 1e-17 is 1.
    if cheap < more:
        z = -_LAW.inv_cdf(max(_LEAST, cheap / (cheap + more)))
    else:
        z = _LAW.inv_cdf(max(_LEAST, more / (cheap + more)))
    return max(0.0, mean + sd * z)
