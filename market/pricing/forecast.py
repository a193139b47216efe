"""What policies are told of demand: how many units of a class will sell, and when."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from ..catalog import Product
from ..clock import DAY_MS
from ..config import PPM, Code, Config
from ..curve import Curve, CurvePoints
from ..demand import from_none_to_all
from .decision_points import DecisionPoints
from .policy import Offer

__all__ = ["ClassForecast", "Forecast", "ForecastConfig", "ToCome", "nests_of"]


class ClassForecast(Config):
    """How many units of a class one listing is expected to sell in all."""

    rate: Annotated[Code, Field(alias="class")]
    mean_milli: Annotated[int, Field(ge=0, le=10**9)]
    """Thousandths of a unit."""
    sd_milli: Annotated[int, Field(ge=0, le=10**9)] | None = None
    """Standard deviation of a normal law, in thousandths of a unit; without it the law
    is Poisson's, whose variance is its mean."""

    @property
    def variance_micro(self) -> int:
        """Variance, in millionths of a unit squared."""
        if self.sd_milli is None:
            return self.mean_milli * 1000
        return self.sd_milli**2


class ToCome(NamedTuple):
    """What is still expected of one class, from now until it can no longer be sold."""

    fare: int
    """Price in minor units."""
    mean_milli: int
    """Thousandths of a unit."""
    variance: int
    """Millionths of a unit squared."""
    poisson: bool = False
    """Whether the law is Poisson's; otherwise it is normal."""


class ForecastConfig(DecisionPoints):
    """A policy with a declared forecast of each class."""

    forecasts: Annotated[
        tuple[ClassForecast, ...], Field(min_length=1, max_length=50, strict=False)
    ]
    booking_curve: Annotated[CurvePoints, AfterValidator(from_none_to_all)]
    """``[[days before closing, share still to come in ppm], …]``: of each mean, and
    of each variance."""

    @model_validator(mode="after")
    def _classes_once(self) -> "ForecastConfig":
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
                msg = f"{self.kind} has no forecast of the class {product.rate} of "
                msg += f"{product.id}; it has those of {', '.join(known)}"
                raise ValueError(msg)


class Forecast:
    """A declared forecast, as it is at any time before closing.

    Args:
        config: where it is declared.
    """

    def __init__(self, config: ForecastConfig) -> None:
        """Read the forecasts and the curve."""
        self._classes = {one.rate: one for one in config.forecasts}
        self._to_come = Curve([(x * DAY_MS, y) for x, y in config.booking_curve])

    def share_ppm(self, closes_in_ms: int) -> int:
        """Return which share of the demand is still to come."""
        return self._to_come.at(closes_in_ms)

    def to_come(self, offer: Offer) -> ToCome:
        """Return what is still to come of an offer's class, at its present price."""
        share, one = self.share_ppm(offer.closes_in_ms), self._classes[offer.rate]
        return ToCome(
            fare=offer.price_minor,
            mean_milli=one.mean_milli * share // PPM,
            variance=one.variance_micro * share // PPM,
            poisson=one.sd_milli is None,
        )


def nests_of(offers: Sequence[Offer]) -> list[list[Offer]]:
    """Return the offers by itinerary, each from the dearest class to the cheapest."""
    nests: dict[tuple[int, ...], list[Offer]] = {}
    for offer in offers:
        nests.setdefault(offer.nest, []).append(offer)
    return [sorted(nest, key=_rank) for nest in nests.values()]


def _rank(offer: Offer) -> int:
    return offer.rank
