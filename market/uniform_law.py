"""The uniform law over integers, drawn from whole 64-bit words."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .value_law import SURVIVAL_UNIT, word_of_ppm

__all__ = ["UniformLaw"]

_BITS = 16
"""A word is multiplied in parts of 16 bits: their products fit into 64 bits."""
_LOW = np.uint64(2**_BITS - 1)
_PARTS = tuple(np.uint64(shift) for shift in range(0, 64, _BITS))
_SHIFT = np.uint64(_BITS)


class UniformLaw:
    """A uniform law over the integers from a least to a greatest one.

    A draw is least + ⌊word · count / 2**64⌋, in integers.

    Args:
        least: no draw is less.
        most: no draw is greater; below least + 2**48.

    >>> law = UniformLaw(100, 199)
    >>> law.at(0), law.at(2**63), law.at(2**64 - 1)
    (100, 150, 199)
    """

    __slots__ = ("_count", "least")

    def __init__(self, least: int, most: int) -> None:
        """Count the integers."""
        self.least = least
        self._count = most - least + 1

    @staticmethod
    @lru_cache(maxsize=256)
    def of(least: int, most: int) -> "UniformLaw":
        """Return the law with these parameters; the same object each time."""
        return UniformLaw(least, most)

    def at(self, word: int) -> int:
        """Return the quantile of a 64-bit word; it never falls as the word grows."""
        return self.least + (word * self._count >> 64)

    def draws(self, words: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return `at` of many words."""
        count = np.uint64(self._count)
        above = np.zeros(words.shape, np.uint64)
        for part in _PARTS:
            # What is cut off here is less than a unit of this part's product: the
            # whole is cut as if it were cut once.
            above >>= _SHIFT
            above += (words >> part & _LOW) * count
        above >>= _SHIFT
        return above.astype(np.int64) + self.least

    def quantile(self, ppm: int) -> int:
        """Return the value that this share of draws, in millionths, lies below.

        Raises:
            ValueError: it is not between 0 and 1,000,000, both excluded.

        >>> UniformLaw(100, 199).quantile(250_000)
        125
        """
        return self.at(word_of_ppm(ppm))

    def survival(self, value: int) -> int:
        """Return the share of draws at or above a value, of `SURVIVAL_UNIT`.

        >>> UniformLaw(100, 199).survival(150) == SURVIVAL_UNIT // 2
        True
        """
        at_or_above = min(max(self.least + self._count - value, 0), self._count)
        return (2 * at_or_above * SURVIVAL_UNIT + self._count) // (2 * self._count)
