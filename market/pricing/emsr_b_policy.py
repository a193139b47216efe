"""EMSR-b: booking limits that keep units back for classes that pay more.

P. P. Belobaba's expected marginal seat revenue, version b: K. T. Talluri and
G. J. van Ryzin, The Theory and Practice of Revenue Management (2004), section 2.2.4.
With two classes it is K. Littlewood's rule (1972).
"""

from collections.abc import Sequence
from math import isqrt
from typing import Literal

from .forecast import ToCome
from .normal import normal_quantile_nano
from .protection import MICRO, ProtectionConfig

__all__ = ["EmsrB", "protection_levels"]

_NANO = 10**9


class EmsrB(ProtectionConfig):
    """Base fares, and limits from the average fare and demand of all dearer classes.

    The protection level is ``y_j = S_j + σ_j · Φ⁻¹(1 - f_{j+1} / F_j)``: ``S_j`` and
    ``σ_j²`` are mean and variance of the demand still to come for classes 1 to j,
    ``F_j`` is the mean of their prices, weighted by demand.
    """

    kind: Literal["emsr_b"]

    def levels(self, classes: Sequence[ToCome], units: int) -> list[int]:
        """Return the levels of `protection_levels`."""
        del units
        return protection_levels(
            [one.fare for one in classes],
            [one.mean_milli for one in classes],
            [one.variance for one in classes],
        )


def protection_levels(
    fares: Sequence[int], means_milli: Sequence[int], variances: Sequence[int]
) -> list[int]:
    """Return how many units are kept for class 1, for classes 1 and 2, and so on.

    Args:
        fares: of the classes, the dearest first, in minor units.
        means_milli: expected demand still to come, in thousandths of a unit.
        variances: of that demand, in millionths of a unit squared.

    Returns:
        Millionths of a unit, never falling; one less than there are classes.

    >>> protection_levels([100, 50], [50_000, 0], [10**10, 0])
    [50000000]
    """
    levels = [0]
    mean = revenue = variance = 0
    for k in range(len(fares) - 1):
        mean += means_milli[k]
        revenue += fares[k] * means_milli[k]
        variance += variances[k]
        cheaper = fares[k + 1] * mean
        level = 0
        if cheaper < revenue:
            z_nano = normal_quantile_nano(revenue - cheaper, revenue)
            level = mean * 1000 + isqrt(variance * MICRO) * z_nano // _NANO
        levels.append(max(level, levels[-1]))
    return levels[1:]
