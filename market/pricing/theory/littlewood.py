"""Littlewood's rule: what is kept for the dearer of two classes."""

from collections.abc import Iterable
from math import inf
from statistics import NormalDist

from ...errors import Misuse
from .checks import dearest_first, numbers, same_length

__all__ = ["littlewood", "protection"]

_LAW = NormalDist()
_MOST = 2


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
    return protection(known[0], known[0] - known[1], mu[0], sigma[0])


def protection(dear: float, more: float, mean: float, sd: float) -> float:
    """Return Littlewood's level for normal demand, of arguments that are checked.

    Args:
        dear: the fare that is protected.
        more: what it is above the fare that it is protected from.
        mean: of the demand.
        sd: its standard deviation.

    >>> protection(100, 50, 30, 0), protection(100, 0, 30, 5), protection(1, 1, 3, 1)
    (30.0, 0.0, inf)
    """
    if more <= 0:
        return 0.0
    if not sd:
        return float(mean)
    refused = more / dear
    if refused >= 1:
        return inf
    return max(0.0, mean + sd * _LAW.inv_cdf(refused))
