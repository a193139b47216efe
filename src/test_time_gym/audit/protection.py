"""Protection: which booking limits follow from a declared rule and the sales so far.

Littlewood's rule and EMSR-b, written down once more from their formulas, in floats.
Where a level is as good as whole, both of the limits that it may give are right.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import floor, sqrt
from statistics import NormalDist
from typing import Any, Final

from .curve import curve_at
from .scenario import DAY_MS, PPM, DeclaredProduct

__all__ = ["KINDS", "Protection"]

KINDS: Final = ("littlewood", "emsr_a", "emsr_b")
"""Kinds of policies whose limits can be computed."""

_LAW: Final = NormalDist()
_LEAST: Final = 2.0**-53
_CLOSE: Final = 1e-5
"""Seats by which a level may be off: it is computed in parts of a millionth."""

_Class = tuple[int, float, float]
"""Fare, mean and variance of what is still to come."""


class Protection:
    """The declared rule and forecast of one seller.

    Args:
        rules: its pricing, of one of `KINDS`.
    """

    def __init__(self, rules: dict[str, Any]) -> None:
        """Read the forecast."""
        self._kind: str = rules["kind"]
        self._forecasts = {one["class"]: one for one in rules["forecasts"]}
        self._curve = [(x * DAY_MS, y) for x, y in rules["booking_curve"]]

    def kept(
        self, nest: Sequence[DeclaredProduct], fares: Sequence[int], to_closing: int
    ) -> list[tuple[int, int]]:
        """Return how many whole seats are kept from each class but the dearest.

        Args:
            nest: classes of one itinerary, the dearest first.
            fares: theirs.
            to_closing: milliseconds.

        Returns:
            The least and the greatest number that is right.
        """
        share = curve_at(self._curve, to_closing)
        classes: list[_Class] = []
        for one, fare in zip(nest, fares, strict=True):
            told = self._forecasts[one.rate]
            mean, sd = told["mean_milli"], told.get("sd_milli")
            variance = mean * 1000 if sd is None else sd * sd
            to_come = mean * share // PPM / 1000, variance * share // PPM / PPM
            classes.append((fare, *to_come))
        levels = [
            self._level(classes[:j], classes[j][0]) for j in range(1, len(classes))
        ]
        return [
            (floor(level - _CLOSE), floor(level + _CLOSE))
            for level in accumulate(levels, max)
        ]

    def _level(self, dearer: list[_Class], fare: int) -> float:
        if self._kind == "emsr_b":
            mean = sum(mean for _, mean, _ in dearer)
            revenue = sum(paid * mean for paid, mean, _ in dearer)
            average = revenue / mean if mean else 0.0
            variance = sum(variance for _, _, variance in dearer)
            return _littlewood(average, mean, variance, fare)
        return sum(_littlewood(*one, fare) for one in dearer)


def _littlewood(dear: float, mean: float, variance: float, fare: int) -> float:
    """Return the seats at which the dear class's last one is worth the fare.

    >>> round(_littlewood(100, 50, 10_000, 40), 4)
    75.3347
    """
    if dear <= fare:
        return 0.0
    rarely = min(max(1 - fare / dear, _LEAST), 1 - _LEAST)
    return max(0.0, mean + sqrt(variance) * _LAW.inv_cdf(rarely))
