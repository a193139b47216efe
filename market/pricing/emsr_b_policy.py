"""EMSR-b: booking limits that keep units back for classes that pay more.

P. P. Belobaba's expected marginal seat revenue, version b: K. T. Talluri and
G. J. van Ryzin, The Theory and Practice of Revenue Management (2004), section 2.2.4.
With two classes it is K. Littlewood's rule (1972).
"""

from collections.abc import Sequence
from itertools import accumulate
from math import isqrt
from statistics import NormalDist
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ..catalog import Product
from ..clock import DAY_MS
from ..config import PPM, Code, Config
from ..curve import Curve, CurvePoints
from ..demand import from_none_to_all
from .policy import Change, Decision, Offer, PolicyConfig, View
from .sellers import Seller

__all__ = ["ClassForecast", "EmsrB", "normal_quantile_nano", "protection_levels"]

_MICRO = 10**6
_NANO = 10**9
_LEAST = 2.0**-53
"""Probabilities nearer to 0 or 1 are taken as this near: 8 standard deviations."""
_LAW = NormalDist()


class ClassForecast(Config):
    """How many units of a class one listing is expected to sell in all."""

    rate: Annotated[Code, Field(alias="class")]
    mean_milli: Annotated[int, Field(ge=0, le=10**9)]
    """Thousandths of a unit."""
    sd_milli: Annotated[int, Field(ge=0, le=10**9)]
    """Standard deviation, in thousandths of a unit."""


class EmsrB(PolicyConfig):
    """Base fares, and limits from a forecast of each class and the stock that is left.

    At each wake, class j + 1 and all cheaper ones may take what is left beyond the
    protection level ``y_j = S_j + σ_j · Φ⁻¹(1 - f_{j+1} / F_j)``, rounded down to
    whole units: ``S_j`` and ``σ_j²`` are mean and variance of the demand still to
    come for classes 1 to j, ``F_j`` is the mean of their prices, weighted by demand.
    """

    kind: Literal["emsr_b"]
    forecasts: Annotated[
        tuple[ClassForecast, ...], Field(min_length=1, max_length=50, strict=False)
    ]
    booking_curve: Annotated[CurvePoints, AfterValidator(from_none_to_all)]
    """``[[days before closing, share still to come in ppm], …]``: of each mean, and
    of each variance."""

    @model_validator(mode="after")
    def _classes_once(self) -> "EmsrB":
        classes = [one.rate for one in self.forecasts]
        twice = sorted({one for one in classes if classes.count(one) > 1})
        if twice:
            msg = f"forecasts has two forecasts of the class {twice[0]}"
            raise ValueError(msg)
        return self

    def verify(self, products: Sequence[Product]) -> None:
        """Raise if a class of the seller has no forecast.

        Raises:
            ValueError: it has none.
        """
        known = [one.rate for one in self.forecasts]
        for product in products:
            if product.rate not in known:
                msg = f"emsr_b has no forecast of the class {product.rate} of "
                msg += f"{product.id}; it has those of {', '.join(known)}"
                raise ValueError(msg)

    def begin(self, seller: Seller) -> "_EmsrB":
        """Return the policy of one run."""
        return _EmsrB(self)


class _EmsrB:
    """EMSR-b in one run; it remembers nothing between wakes."""

    def __init__(self, config: EmsrB) -> None:
        self._forecasts = {one.rate: one for one in config.forecasts}
        self._to_come = Curve([(x * DAY_MS, y) for x, y in config.booking_curve])

    def decide(self, view: View) -> Decision:
        """Set the limits of all classes but the dearest of each itinerary."""
        nests: dict[tuple[int, ...], list[Offer]] = {}
        for offer in view.offers:
            nests.setdefault(offer.nest, []).append(offer)
        return Decision(
            limits=[change for nest in nests.values() for change in self._limits(nest)]
        )

    def _limits(self, nest: list[Offer]) -> list[Change]:
        share = self._to_come.at(nest[0].closes_in_ms)
        known = [self._forecasts[offer.rate] for offer in nest]
        levels = protection_levels(
            [offer.price_minor for offer in nest],
            [one.mean_milli * share // PPM for one in known],
            [one.sd_milli**2 * share // PPM for one in known],
        )
        taken = list(accumulate(one.sold + one.held for one in reversed(nest)))
        taken.reverse()
        changes = []
        for level, offer, used in zip(levels, nest[1:], taken[1:], strict=True):
            limit = used + max(0, offer.left - level // _MICRO)
            falls = offer.limit is None or limit < offer.limit
            changes.append(
                Change(offer.product, limit, "protect" if falls else "release")
            )
        return changes

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()


def protection_levels(
    fares: Sequence[int], means_milli: Sequence[int], variances: Sequence[int]
) -> list[int]:
    """Return how many units are kept for class 1, for classes 1 and 2, and so on.

    Args:
        fares: of the classes, the dearest first, in minor units.
        means_milli: expected demand still to come, in thousandths of a unit.
        variances: of that demand, in millionths of a unit squared.

    Returns:
        Millionths of a unit, never falling; one less than there are classes.

    >>> protection_levels([100, 50], [50_000, 0], [10**10, 0])
    [50000000]
    """
    levels = [0]
    mean = revenue = variance = 0
    for k in range(len(fares) - 1):
        mean += means_milli[k]
        revenue += fares[k] * means_milli[k]
        variance += variances[k]
        cheaper = fares[k + 1] * mean
        level = 0
        if cheaper < revenue:
            z_nano = normal_quantile_nano(revenue - cheaper, revenue)
            level = mean * 1000 + isqrt(variance * _MICRO) * z_nano // _NANO
        levels.append(max(level, levels[-1]))
    return levels[1:]


def normal_quantile_nano(part: int, whole: int) -> int:
    """Return the normal quantile of ``part / whole``, in billionths.

    The one place where EMSR-b computes with floats: the quotient is correctly
    rounded, the quantile is scalar arithmetic, and the grid is far coarser than
    what either may differ by between machines.

    >>> normal_quantile_nano(1, 2), normal_quantile_nano(975, 1000)
    (0, 1959963985)
    """
    share = min(max(part / whole, _LEAST), 1 - _LEAST)
    return round(_LAW.inv_cdf(share) * _NANO)
