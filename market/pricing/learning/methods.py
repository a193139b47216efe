"""Forecasting methods: from what past departures were asked for to the next one."""

from collections.abc import Callable, Mapping, Sequence
from math import fsum
from typing import Final

__all__ = ["FIRST", "METHODS", "exponential_smoothing", "pickup"]

FIRST: Final = 10
"""Departures that smoothing starts with, and that must be known to learn at all."""


def pickup(values: Sequence[float], smoothing: float) -> tuple[float, float]:
    """Return mean and variance by additive pickup: those of all past departures.

    ``mean = Σ x_i / n`` and ``variance = Σ (x_i - mean)² / (n - 1)``, where x_i is what
    departure i picked up from as many days before closing until closing (Talluri and
    van Ryzin, 2004, section 9.3.5).

    Args:
        values: of each past departure, the oldest first; two at least.
        smoothing: of no use here.

    >>> pickup([4.0, 6.0, 8.0], 0.1)
    (6.0, 4.0)
    """
    del smoothing
    n = len(values)
    mean = fsum(values) / n
    return mean, fsum((one - mean) ** 2 for one in values) / (n - 1)


def exponential_smoothing(
    values: Sequence[float], smoothing: float
) -> tuple[float, float]:
    """Return mean and variance, in which the last departures count most.

    ``mean ← mean + a d`` and ``variance ← (1 - a) (variance + a d²)`` with ``d = x_i -
    mean`` (R. G. Brown, Smoothing, Forecasting and Prediction of Discrete Time Series,
    1963; T. Finch, Incremental calculation of weighted mean and variance, 2009).  It
    starts with mean and variance of the first `FIRST` departures.

    Args:
        values: of each past departure, the oldest first; two at least.
        smoothing: the weight a, above 0, at most 1.

    >>> exponential_smoothing([5.0, 7.0] * 5 + [10.0], 0.5)[0]
    8.0
    """
    mean, variance = pickup(values[:FIRST], smoothing)
    for value in values[FIRST:]:
        distance = value - mean
        mean += smoothing * distance
        variance = (1 - smoothing) * (variance + smoothing * distance * distance)
    return mean, variance


METHODS: Final[
    Mapping[str, Callable[[Sequence[float], float], tuple[float, float]]]
] = {"pickup": pickup, "exponential_smoothing": exponential_smoothing}
"""Name → the step."""
