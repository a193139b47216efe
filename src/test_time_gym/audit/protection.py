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
        self._forecasts = {
            (one.get("listing"), one["class"]): one for one in rules["forecasts"]
        }
        self._curve = rules["booking_curve"]

    def kept(
        self, users: Sequence[tuple[DeclaredProduct, int]], now: int
    ) -> dict[str, tuple[int, int]]:
        """Return how many whole seats of a leg are kept from each class.

        Args:
            users: what is sold of the leg, and its fares.
            now: on the market's clock, in milliseconds.

        Returns:
            Of each class but the dearest the least and the greatest number that is
            right.
        """
        places: dict[str, int] = {}
        for product, _ in users:
            places[product.rate] = min(
                product.rank, places.get(product.rate, product.rank)
            )
        found: list[tuple[int, int, str, _Class]] = []
        for rate, place in places.items():
            own = [(one, fare) for one, fare in users if one.rate == rate]
            demand = self._demand(own, now)
            found.append((-demand[0], place, rate, demand))
        found.sort(key=lambda one: one[:2])
        classes = [demand for _, _, _, demand in found]
        levels = [
            self._level(classes[:j], classes[j][0]) for j in range(1, len(classes))
        ]
        return {
            rate: (floor(level - _CLOSE), floor(level + _CLOSE))
            for level, (_, _, rate, _) in zip(
                accumulate(levels, max), found[1:], strict=True
            )
        }

    def _demand(self, own: Sequence[tuple[DeclaredProduct, int]], now: int) -> _Class:
        """Return what is still to come of a class on a leg, and what it pays there."""
        means, variances, paid = [], 0, 0
        for one, fare in own:
            told = self._forecasts.get((one.listing, one.rate))
            told = self._forecasts[None, one.rate] if told is None else told
            curve = told.get("booking_curve") or self._curve
            share = curve_at([(x * DAY_MS, y) for x, y in curve], one.closes - now)
            mean, sd = told["mean_milli"], told.get("sd_milli")
            means.append(mean * share // PPM)
            variances += (mean * 1000 if sd is None else sd * sd) * share // PPM
            paid += means[-1] * (fare // len(one.pools))
        whole = sum(means)
        most = max(fare // len(one.pools) for one, fare in own)
        return paid // whole if whole else most, whole / 1000, variances / PPM

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
