"""Integer draws from named laws: the only place where exp and log meet chance.

Every function maps a 64-bit word to an integer; scalar `math` is used and the
result rounded to the integer grid, which hides the last bits in which two
platforms' libraries may differ.
"""

from collections.abc import Callable, Iterable
from math import exp, log

from .config import PPM
from .streams import expand

__all__ = [
    "erlang",
    "exponential",
    "exponentials",
    "poisson",
]

_POISSON_STEP = 30 * PPM
"""Means above it are drawn in parts: exp(−mean) would lose digits."""

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
