"""The lognormal law, drawn from whole 64-bit words."""

from functools import lru_cache
from math import erfc, exp, log, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from .config import PPM
from .value_law import SURVIVAL_UNIT

__all__ = ["Lognormal"]

_CELLS = 2048
_CELL_BITS = 53
"""Low bits of a word: its place within one of 2,048 equally likely cells."""
_INSIDE = (1 << _CELL_BITS) - 1
_INSIDES = np.uint64(_INSIDE)
_SHIFT = np.uint64(_CELL_BITS)
_SHARE = 2.0**-_CELL_BITS
_OUTER = 16
"""Cells at either end in which the quantile is too curved for a straight line."""
_LARGEST = 2**53 - 1
"""No draw is greater: floats hold every integer up to here."""
_LAW = NormalDist()


@lru_cache(maxsize=1)
def _normal_nodes() -> tuple[float, ...]:
    return tuple(_LAW.inv_cdf(k / _CELLS) for k in range(1, _CELLS))


class Lognormal:
    """A lognormal law over positive integers: exp(μ + σ·Z), rounded.

    A draw is the quantile of a word.  Between 2,047 quantiles it is interpolated,
    which keeps the distribution function to within 0.00001; in the 16 cells at either
    end, where 0.8 % of the draws lie each, every one is computed by itself, up to 8 σ.

    Args:
        median: exp(μ), in any unit.
        sigma_ppm: σ of the logarithm, in millionths.

    >>> law = Lognormal(1000, 500_000)
    >>> law.at(2**63), law.at(2**64 - 1) > law.at(2**64 - 2**40) > 4000
    (1000, True)
    """

    __slots__ = ("_low", "_nodes", "_sigma", "_width", "median")

    def __init__(self, median: int, sigma_ppm: int) -> None:
        """Compute the quantiles that draws lie between."""
        self.median = median
        self._sigma = sigma_ppm / PPM
        self._nodes = nodes = [0, *map(self._value, _normal_nodes()), 0]
        self._low = np.array(nodes[:-1], np.float64)
        self._width = np.diff(np.array(nodes, np.float64))

    @staticmethod
    @lru_cache(maxsize=256)
    def of(median: int, sigma_ppm: int) -> "Lognormal":
        """Return the law with these parameters; the same object each time."""
        return Lognormal(median, sigma_ppm)

    def _value(self, z: float) -> int:
        return min(round(self.median * exp(self._sigma * z)), _LARGEST)

    def at(self, word: int) -> int:
        """Return the quantile of a 64-bit word; it never falls as the word grows."""
        cell = word >> _CELL_BITS
        if not _OUTER <= cell < _CELLS - _OUTER:
            return self._outer(word)
        # Python's own numbers: one element of an array takes longer to be read.
        low, high = self._nodes[cell], self._nodes[cell + 1]
        return int(low + (high - low) * ((word & _INSIDE) * _SHARE))

    def draws(self, words: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return `at` of many words."""
        if len(words) == 1:  # numpy is slow to start
            return np.array([self.at(int(words[0]))])
        cells = (words >> _SHIFT).astype(np.intp)
        drawn = (words & _INSIDES).astype(np.float64)
        drawn *= _SHARE
        drawn *= self._width.take(cells)
        drawn += self._low.take(cells)
        outer = (cells < _OUTER) | (cells >= _CELLS - _OUTER)
        for k in np.flatnonzero(outer).tolist():
            drawn[k] = self._outer(int(words[k]))
        return drawn.astype(np.int64)

    def _outer(self, word: int) -> int:
        # In the middle of one of 2**52 cells, so that it is never 0 nor 1.
        return self._value(_LAW.inv_cdf(((word >> 12) + 0.5) * 2.0**-52))

    def quantile(self, ppm: int) -> int:
        """Return the value that this share of draws, in millionths, lies below.

        Raises:
            ValueError: it is not between 0 and 1,000,000, both excluded.

        >>> Lognormal(1000, 500_000).quantile(500_000)
        1000
        """
        if not 0 < ppm < PPM:
            msg = f"a quantile lies between 0 and {PPM} ppm, not at {ppm}"
            raise ValueError(msg)
        return self._value(_LAW.inv_cdf(ppm / PPM))

    def survival(self, value: int) -> int:
        """Return the share of draws at or above a value, of `SURVIVAL_UNIT`.

        >>> Lognormal(1000, 500_000).survival(1000) == SURVIVAL_UNIT // 2
        True
        """
        if value <= 0:
            return SURVIVAL_UNIT
        if not self._sigma or not self.median:
            return SURVIVAL_UNIT if value <= self.median else 0
        z = log(value / self.median) / self._sigma
        return round(erfc(z / sqrt(2)) * (SURVIVAL_UNIT // 2))
