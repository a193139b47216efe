"""Laws of demand as tables of whole numbers, the same on every machine.

No C library is asked for an exponential here, and no float is added up: Poisson
chances follow from each other by a ratio, normal ones from `normal_share`.
"""

from itertools import accumulate
from math import isqrt
from typing import Final

from .normal import ONE, normal_share

__all__ = ["poisson_table", "reached", "rounded_normal_table"]

_MODE: Final = 1 << 96
"""Weight of the likeliest number; others are parts of it, down to none."""


def poisson_table(mean_milli: int, most: int) -> list[int]:
    """Return Poisson chances of 0, 1, …, most units, as parts of `ONE`.

    ``P(k) / P(k - 1) = mean / k``: from the likeliest number both ways until nothing
    is left, then made to be `ONE` together.

    Args:
        mean_milli: expected demand, in thousandths of a unit.
        most: what is above it is left out.

    >>> [round(one / ONE, 6) for one in poisson_table(2_000, 3)]
    [0.135335, 0.270671, 0.270671, 0.180447]
    >>> poisson_table(0, 1) == [ONE, 0]
    True
    """
    mode = mean_milli // 1000
    weights = {mode: _MODE}
    weight, k = _MODE, mode
    while weight and k:
        weight = weight * k * 1000 // mean_milli
        k -= 1
        weights[k] = weight
    weight, k = _MODE, mode
    while weight:
        k += 1
        weight = weight * mean_milli // (k * 1000)
        weights[k] = weight
    whole = sum(weights.values())
    table = {k: weight * ONE // whole for k, weight in weights.items()}
    table[mode] += ONE - sum(table.values())
    return [table.get(k, 0) for k in range(most + 1)]


def rounded_normal_table(mean_milli: int, variance: int, most: int) -> list[int]:
    """Return the chances of a normal demand that is rounded and cut off at 0.

    Args:
        mean_milli: expected demand before rounding, in thousandths of a unit.
        variance: before rounding, in millionths of a unit squared.
        most: what is above it is left out.

    Returns:
        Of 0, 1, …, most units, as parts of `ONE`.

    >>> [round(one / ONE, 6) for one in rounded_normal_table(1_000, 10**6, 2)]
    [0.308538, 0.382925, 0.24173]
    >>> rounded_normal_table(2_500, 0, 3) == [0, 0, 0, ONE]
    True
    """
    # A grid of 2^-20 of a thousandth: the root of a variance is seldom whole.
    deviation = isqrt(variance << 40)
    if not deviation:
        sure = (mean_milli + 500) // 1000
        return [ONE if k == sure else 0 for k in range(most + 1)]
    below = [
        normal_share((k * 1000 + 500 - mean_milli) << 20, deviation)
        for k in range(most + 1)
    ]
    return [upper - lower for lower, upper in zip([0, *below], below, strict=False)]


def reached(table: list[int]) -> list[int]:
    """Return the chances that demand is 0 or more, 1 or more, and so on.

    >>> reached([ONE // 4, ONE // 2]) == [ONE, ONE * 3 // 4, ONE // 4]
    True
    """
    return [ONE - less for less in accumulate(table, initial=0)]
