"""Integer draws from named laws.

Every function maps 64-bit words to integers.  What it needs of the C library's
exp is rounded to the integer grid, which hides the last bits in which two
platforms' libraries may differ.
"""

from collections.abc import Callable
from math import exp, floor, log, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from .config import PPM
from .exponential import unit_exponential, unit_exponentials
from .streams import expand

__all__ = [
    "erlang",
    "exponential",
    "exponentials",
    "gamma",
    "poisson",
    "rounded_normal",
]

_POISSON_STEP = 30 * PPM
"""Means above it are drawn in parts: exp(−mean) would lose digits."""

_UNIT = 2.0**-53
_LAW = NormalDist()


def exponential(word: int, mean: int) -> int:
    """Return an exponential draw with this mean, rounded to an integer.

    >>> exponential(2**63, 1_000_000)
    693147
    """
    return round(unit_exponential(word) * mean)


def exponentials(words: NDArray[np.uint64], mean: int) -> NDArray[np.int64]:
    """Return `exponential` of many words; the mean is a billion at most."""
    if len(words) == 1:  # numpy is slow to start
        return np.array([exponential(int(words[0]), mean)])
    return np.rint(unit_exponentials(words) * mean).astype(np.int64)


def erlang(word: int, mean: int, shape: int) -> int:
    """Return an Erlang draw with this mean, rounded to an integer.

    It is a sum of ``shape`` equal exponential steps, drawn from words that
    follow from the one given; with one step it is `exponential`, draw for draw.

    Args:
        word: 64 random bits.
        mean: of the sum, in any unit.
        shape: number of steps, at least 1; the variance is mean² / shape.

    >>> erlang(2**63, 1_000_000, 1) == exponential(2**63, 1_000_000)
    True
    """
    steps = sum(map(unit_exponential, expand(word, shape)))
    return round(steps * mean / shape)


def poisson(mean_micro: int, word: Callable[[], int]) -> int:
    """Return a Poisson draw by inversion: exact, whatever the mean.

    A mean of 30 or more is drawn as a sum of independent parts below 30, each
    from a word of its own.

    Args:
        mean_micro: the mean, in millionths.
        word: gives the next 64 random bits.

    >>> poisson(0, lambda: 2**63), poisson(500_000, lambda: 2**63)
    (0, 0)
    """
    parts = mean_micro // _POISSON_STEP + 1
    return sum(
        _small_poisson((mean_micro + part) // parts, word()) for part in range(parts)
    )


def _small_poisson(mean_micro: int, word: int) -> int:
    mean = mean_micro / PPM
    left = ((word >> 12) + 0.5) * 2.0**-52
    drawn, chance = 0, exp(-mean)
    # Beyond the mean, what is below the grid of `left` is only rounding.
    while left >= chance and (drawn < mean or chance > _UNIT):
        left -= chance
        drawn += 1
        chance *= mean / drawn
    return drawn


def rounded_normal(mean_milli: int, sd_milli: int, word: int) -> int:
    """Return a normal draw, rounded half up to a whole number, and 0 if it is below.

    Args:
        mean_milli: the mean, in thousandths.
        sd_milli: the standard deviation, likewise.
        word: 64 random bits.

    >>> rounded_normal(17_500, 5_800, 2**63), rounded_normal(100, 5_800, 0)
    (18, 0)
    """
    return max(floor((mean_milli + sd_milli * _normal(word)) / 1000 + 0.5), 0)


def gamma(cv_ppm: int, word: Callable[[], int]) -> int:
    """Return a gamma draw of mean 1 in millionths.

    By Marsaglia and Tsang, "A simple method for generating gamma variables" (2000).

    Args:
        cv_ppm: the standard deviation, in millionths; the shape is 1 / cv².
        word: gives the next 64 random bits.

    >>> gamma(0, lambda: 2**63)
    1000000
    """
    if not cv_ppm:
        return PPM
    shape = (PPM / cv_ppm) ** 2
    # A law of shape < 1 is one of a shape greater by 1, times U ** (1 / shape).
    boost = exp(-unit_exponential(word()) / shape) if shape < 1 else 1.0
    third = (shape + 1 if shape < 1 else shape) - 1 / 3
    slope = 1 / sqrt(9 * third)
    while True:
        normal = _normal(word())
        cube = (1 + slope * normal) ** 3
        chance = unit_exponential(word())
        if cube > 0 and -chance < normal * normal / 2 + third * (1 - cube + log(cube)):
            return round(third * cube * boost / shape * PPM)


def _normal(word: int) -> float:
    return _LAW.inv_cdf(((word >> 12) + 0.5) * 2.0**-52)
