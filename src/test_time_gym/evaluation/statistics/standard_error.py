"""Means, dispersions and ratios over independent runs, with their standard errors."""

from collections.abc import Sequence
from math import fsum, log, sqrt
from typing import NamedTuple

__all__ = [
    "Figure",
    "dispersion_figure",
    "log_ratio_figure",
    "mean_figure",
    "ratio_figure",
]

_PAIR = 2
"""Runs below which nothing is known of how they differ."""


class Figure(NamedTuple):
    """An estimate and its standard error, in the unit of what was measured."""

    estimate: float | None
    """None when nothing was measured."""
    standard_error: float | None
    """None for fewer than two runs."""


def mean_figure(values: Sequence[float]) -> Figure:
    """Return the mean of values and s / √n.

    Args:
        values: one of each run.

    >>> mean_figure([2, 4])
    Figure(estimate=3.0, standard_error=1.0)
    >>> mean_figure([])
    Figure(estimate=None, standard_error=None)
    """
    if not values:
        return Figure(None, None)
    mean = fsum(values) / len(values)
    return Figure(mean, _error([value - mean for value in values]))


def dispersion_figure(counts: Sequence[int]) -> Figure:
    """Return variance / mean of counts, which is 1 where they are Poisson.

    The variance is that of a sample, and the standard error that of the delta method:
    of residuals (x − m)² / m − v · x / m², with mean m and variance v.

    Args:
        counts: one of each run; for fewer than two, or if all are 0, no estimate.

    >>> dispersion_figure([2, 4]).estimate
    0.6666666666666666
    >>> dispersion_figure([3])
    Figure(estimate=None, standard_error=None)
    """
    runs, mean = len(counts), fsum(counts) / max(len(counts), 1)
    if runs < _PAIR or not mean:
        return Figure(None, None)
    squares = [(count - mean) ** 2 for count in counts]
    found = fsum(squares) / (runs - 1)
    spread = fsum(squares) / runs
    off = [
        (square - spread) / mean - found * (count - mean) / mean**2
        for count, square in zip(counts, squares, strict=True)
    ]
    return Figure(found / mean, _error(off))


def ratio_figure(tops: Sequence[float], bottoms: Sequence[float]) -> Figure:
    """Return the ratio of two sums, such as revenue / passengers.

    Its standard error is that of the residuals top − ratio × bottom, over the mean
    bottom (Cochran, "Sampling Techniques", 1977, section 2.11).

    Args:
        tops: what is summed above, one of each run.
        bottoms: what is summed below, at least 0; the estimate is None if all are 0.

    >>> ratio_figure([2, 6], [1, 3])
    Figure(estimate=2.0, standard_error=0.0)
    """
    below = fsum(bottoms)
    if not below:
        return Figure(None, None)
    ratio = fsum(tops) / below
    mean = below / len(bottoms)
    off = [
        (top - ratio * bottom) / mean for top, bottom in zip(tops, bottoms, strict=True)
    ]
    return Figure(ratio, _error(off))


def log_ratio_figure(
    tops: Sequence[float], bottoms: Sequence[float], step: float
) -> Figure:
    """Return ln(Σ top / Σ bottom) / step, with the error of the delta method.

    With paired runs at prices that differ by ``step`` in their logarithm, and tops
    and bottoms the units sold, it is an arc elasticity.

    Args:
        tops: of each run, at least 0.
        bottoms: of the same runs; no estimate where either sum is 0.
        step: what the logarithm is divided by, not 0.

    >>> log_ratio_figure([9, 9], [10, 8], 0.1).estimate
    0.0
    """
    above, below = fsum(tops), fsum(bottoms)
    if not above or not below:
        return Figure(None, None)
    runs = len(tops)
    off = [
        (top * runs / above - bottom * runs / below) / step
        for top, bottom in zip(tops, bottoms, strict=True)
    ]
    return Figure(log(above / below) / step, _error(off))


def _error(off: Sequence[float]) -> float | None:
    """Return the standard error of a mean, from how far each run is off it."""
    runs = len(off)
    if runs < _PAIR:
        return None
    return sqrt(fsum(x * x for x in off) / (runs - 1) / runs)
