"""Integer draws from named laws: the only place where exp and log meet chance.

Every function maps a 64-bit word to an integer; scalar `math` is used and the
result rounded to the integer grid, which hides the last bits in which two
platforms' libraries may differ.
"""

from collections.abc import Iterable
from functools import lru_cache
from math import exp, log
from statistics import NormalDist

from .config import PPM
from .streams import expand

__all__ = [
    "QUANTILES",
    "erlang",
    "exponential",
    "exponentials",
    "lognormal_quantiles",
    "normal_micro",
]

QUANTILES = 1024
"""Size of a quantile table; draws take the middle of one of these cells."""

_UNIT = 2.0**-53


def exponential(word: int, mean: int) -> int:
    """Return an exponential draw with this mean, rounded to an integer.

    >>> exponential(2**63, 1_000_000)
    693147
    """
    return exponentials((word,), mean)[0]


def exponentials(words: Iterable[int], mean: int) -> list[int]:
    """Return `exponential` of many words."""
    return [round(-log(((word >> 11) + 1) * _UNIT) * mean) for word in words]


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
    steps = sum(-log(((part >> 11) + 1) * _UNIT) for part in expand(word, shape))
    return round(steps * mean / shape)


@lru_cache(maxsize=256)
def _normal_quantiles() -> tuple[float, ...]:
    law = NormalDist()
    return tuple(law.inv_cdf((2 * i + 1) / (2 * QUANTILES)) for i in range(QUANTILES))


def normal_micro(word: int) -> int:
    """Return a standard normal draw in millionths (from 1,024 quantiles).

    >>> normal_micro(0) < 0 < normal_micro(2**64 - 1)
    True
    """
    return round(_normal_quantiles()[word >> 54] * PPM)


@lru_cache(maxsize=256)
def lognormal_quantiles(median: int, sigma_ppm: int) -> tuple[int, ...]:
    """Return 1,024 integer quantiles of a lognormal law.

    Args:
        median: exp(μ), in any unit.
        sigma_ppm: σ of the logarithm, in millionths.

    >>> table = lognormal_quantiles(1000, 500_000)
    >>> len(table), 990 < table[512] < 1010
    (1024, True)
    """
    sigma = sigma_ppm / PPM
    return tuple(round(median * exp(sigma * z)) for z in _normal_quantiles())
