"""A law of the willingness to pay that is given as a table, drawn from 64-bit words."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .config import PPM
from .curve import Curve
from .value_law import SURVIVAL_UNIT, word_of_ppm

__all__ = ["SurvivalTable"]

_SHARE = PPM * 2.0**-53
_SHIFT = np.uint64(11)


class SurvivalTable:
    """A law over integers by the share of draws at or above each of some values.

    Between two values the share falls in a straight line.

    Args:
        points: ``[(value, share in ppm), …]``, values growing; from a share of
            1,000,000, never rising, to 0.

    >>> law = SurvivalTable([(100, 1_000_000), (200, 500_000), (300, 0)])
    >>> law.at(0), law.at(2**62), law.at(2**63), law.at(2**64 - 1)
    (100, 150, 200, 299)
    """

    __slots__ = ("_below", "_most", "_slopes", "_survival", "_values")

    def __init__(self, points: Sequence[tuple[int, int]]) -> None:
        """Compute the slope of each piece."""
        self._values = [value for value, _ in points]
        self._below = [PPM - share for _, share in points]
        """Share of draws below each value, in ppm."""
        self._most = self._values[-1] - 1
        runs = zip(self._values, self._values[1:], strict=False)
        rises = zip(self._below, self._below[1:], strict=False)
        self._slopes = [
            (x1 - x0) / (y1 - y0) if y1 > y0 else 0.0
            for (x0, x1), (y0, y1) in zip(runs, rises, strict=True)
        ]
        self._survival = Curve([(value, share) for value, share in points])

    @staticmethod
    @lru_cache(maxsize=256)
    def of(points: tuple[tuple[int, int], ...]) -> "SurvivalTable":
        """Return the law with these points; the same object each time."""
        return SurvivalTable(points)

    def at(self, word: int) -> int:
        """Return the quantile of a 64-bit word; it never falls as the word grows."""
        share = (word >> 11) * _SHARE
        piece = bisect_right(self._below, share) - 1
        above = int((share - self._below[piece]) * self._slopes[piece])
        return min(self._values[piece] + above, self._most)

    def draws(self, words: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return `at` of many words."""
        shares = (words >> _SHIFT).astype(np.float64)
        shares *= _SHARE
        below = np.array(self._below, np.float64)
        pieces = below.searchsorted(shares, "right") - 1
        shares -= below.take(pieces)
        shares *= np.array(self._slopes).take(pieces)
        found = shares.astype(np.int64) + np.array(self._values).take(pieces)
        drawn: NDArray[np.int64] = np.minimum(found, self._most)
        return drawn

    def quantile(self, ppm: int) -> int:
        """Return the value that this share of draws, in millionths, lies below.

        Raises:
            ValueError: it is not between 0 and 1,000,000, both excluded.

        >>> SurvivalTable([(100, 1_000_000), (300, 0)]).quantile(250_000)
        150
        """
        return self.at(word_of_ppm(ppm))

    def survival(self, value: int) -> int:
        """Return the share of draws at or above a value, of `SURVIVAL_UNIT`.

        >>> law = SurvivalTable([(100, 1_000_000), (300, 0)])
        >>> law.survival(200) == SURVIVAL_UNIT // 2
        True
        """
        return (2 * self._survival.at(value) * SURVIVAL_UNIT + PPM) // (2 * PPM)
