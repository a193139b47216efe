"""The exponential law above a least value, drawn from 64-bit words.

The share of draws at or above v is exp(−(v − least) / mean): demand that falls
exponentially with the price, whose elasticity at a price p is −p / mean.
"""

from functools import lru_cache
from math import exp

import numpy as np
from numpy.typing import NDArray

from .exponential import unit_exponential, unit_exponentials
from .value_law import SURVIVAL_UNIT, word_of_ppm

__all__ = ["ShiftedExponential"]

_MASK = 2**64 - 1
_MASKS = np.uint64(_MASK)


class ShiftedExponential:
    """An exponential law over integers: least + ⌊E · mean⌋, with a unit exponential E.

    Args:
        mean: of what is added to the least value, in any unit.
        least: no draw is less.

    >>> law = ShiftedExponential(1000, 200)
    >>> law.at(0), law.at(2**63), law.at(2**64 - 1) > 30_000
    (200, 893, True)
    """

    __slots__ = ("least", "mean")

    def __init__(self, mean: int, least: int = 0) -> None:
        """Take the parameters."""
        self.mean = mean
        self.least = least

    @staticmethod
    @lru_cache(maxsize=256)
    def of(mean: int, least: int) -> "ShiftedExponential":
        """Return the law with these parameters; the same object each time."""
        return ShiftedExponential(mean, least)

    def at(self, word: int) -> int:
        """Return the quantile of a 64-bit word; it never falls as the word grows."""
        return self.least + int(unit_exponential(word ^ _MASK) * self.mean)

    def draws(self, words: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return `at` of many words."""
        above = unit_exponentials(words ^ _MASKS)
        above *= self.mean
        return above.astype(np.int64) + self.least

    def quantile(self, ppm: int) -> int:
        """Return the value that this share of draws, in millionths, lies below.

        Raises:
            ValueError: it is not between 0 and 1,000,000, both excluded.

        >>> ShiftedExponential(1000).quantile(500_000)
        693
        """
        return self.at(word_of_ppm(ppm))

    def survival(self, value: int) -> int:
        """Return the share of draws at or above a value, of `SURVIVAL_UNIT`.

        >>> ShiftedExponential(1000, 200).survival(893) / SURVIVAL_UNIT
        0.5000735...
        """
        above = value - self.least
        if above <= 0:
            return SURVIVAL_UNIT
        if not self.mean:
            return 0
        return round(exp(-above / self.mean) * SURVIVAL_UNIT)
