"""A forecast that is learned: from past departures to what is still to come."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from math import floor, fsum
from typing import Final, NamedTuple

from ...config import PPM
from ..booking_slices import BookingPath
from ..past_sales import PastDeparture
from .methods import METHODS
from .untruncate import UNTRUNCATE, Asked

__all__ = ["LearnedForecast", "LearningSteps", "learned", "rounded"]

_MILLI: Final = 1_000


class LearningSteps(NamedTuple):
    """Which steps are taken, by their names."""

    untruncate: str
    forecast: str
    smoothing_ppm: int


class _Curve(NamedTuple):
    """Of one product: what is to come from the start of each interval on."""

    starts_ms: tuple[int, ...]
    """The last one is closing, from which on nothing comes."""
    means_milli: tuple[int, ...]
    variances: tuple[int, ...]
    """Millionths of a unit squared."""


class LearnedForecast:
    """What a seller expects of its next departure.

    Args:
        curves: of each product.
    """

    def __init__(self, curves: dict[int, _Curve]) -> None:
        """Keep the curves."""
        self._curves = curves

    def to_come(self, product: int, closes_in_ms: int) -> tuple[int, int]:
        """Return mean and variance of what is still to come.

        Between two decision points they fall along a straight line, rounded down.

        Args:
            product: position in the catalog.
            closes_in_ms: time to its closing.

        Returns:
            Thousandths of a unit, and millionths of a unit squared.
        """
        starts, means, variances = self._curves[product]
        if closes_in_ms >= starts[0]:
            return means[0], variances[0]
        k = next(k for k, start in enumerate(starts) if start <= closes_in_ms)
        past, length = starts[k - 1] - closes_in_ms, starts[k - 1] - starts[k]
        return (
            means[k - 1] - (means[k - 1] - means[k]) * past // length,
            variances[k - 1] - (variances[k - 1] - variances[k]) * past // length,
        )

    def path(self, product: int) -> BookingPath:
        """Return the mean of what is still to come, at any time to closing.

        Args:
            product: position in the catalog.
        """
        return BookingPath(*self._curves[product][:2])


@lru_cache(maxsize=64)
def learned(past: tuple[PastDeparture, ...], steps: LearningSteps) -> LearnedForecast:
    """Return what is learned from past departures; the last ones are remembered.

    Args:
        past: the oldest first; two at least.
        steps: how.
    """
    curves: dict[int, _Curve] = {}
    for k, last in enumerate(past[-1]):
        rows = [departure[k] for departure in past]
        intervals = [
            UNTRUNCATE[steps.untruncate](taken, closed)
            for taken, closed in zip(
                zip(*(row.taken for row in rows), strict=True),
                zip(*(row.closed for row in rows), strict=True),
                strict=True,
            )
        ]
        curves[last.product] = _curve(last.starts_ms, intervals, steps)
    return LearnedForecast(curves)


def _curve(
    starts_ms: tuple[int, ...],
    intervals: Sequence[Sequence[Asked]],
    steps: LearningSteps,
) -> _Curve:
    """Return what is to come of a product, by what each interval was asked for.

    Args:
        starts_ms: of the intervals, before closing.
        intervals: of each, what each past departure was asked for.
        steps: how a forecast is made of it.
    """
    method, smoothing = METHODS[steps.forecast], steps.smoothing_ppm / PPM
    # Of each departure, the sums from the last interval back to the first.
    picked = [
        list(accumulate(one.mean for one in reversed(row)))
        for row in zip(*intervals, strict=True)
    ]
    unknown = [
        list(accumulate(one.variance for one in reversed(row)))
        for row in zip(*intervals, strict=True)
    ]
    found = [(0, 0)]
    for values, spare in zip(
        zip(*picked, strict=True), zip(*unknown, strict=True), strict=True
    ):
        mean, variance = method(values, smoothing)
        # What is not known of a departure adds to what differs between them.
        found.append(rounded(mean, variance + fsum(spare) / len(spare)))
    means, variances = zip(*reversed(found), strict=True)
    return _Curve((*starts_ms, 0), means, variances)


def rounded(mean: float, variance: float) -> tuple[int, int]:
    """Return a mean in thousandths, a variance in millionths, halves rounded up.

    The one place where what is learned leaves the floats.

    >>> rounded(2.5004, 1.25)
    (2500, 1250000)
    """
    return floor(mean * _MILLI + 0.5), floor(variance * _MILLI * _MILLI + 0.5)
