"""What policies are told of demand: how many units of a class will sell, and when."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Final, NamedTuple, Protocol

from pydantic import Field, model_validator

from ..catalog import Product
from ..clock import DAY_MS
from ..config import PPM, Code, GrownConfig
from ..curve import Curve, CurvePoints
from ..segment import BookingCurve
from .booking_slices import BookingPath
from .learning.learned_forecast import LearnedForecast, learned
from .learning.methods import FIRST
from .learning_config import LearningConfig
from .policy import Offer, View

__all__ = ["ClassForecast", "Forecast", "ForecastConfig", "ToCome", "nests_of"]


class ClassForecast(GrownConfig):
    """How many units of a class one listing is expected to sell in all."""

    later: ClassVar[tuple[str, ...]] = ("listing", "booking_curve")

    rate: Annotated[Code, Field(alias="class")]
    mean_milli: Annotated[int, Field(ge=0, le=10**9)]
    """Thousandths of a unit."""
    sd_milli: Annotated[int, Field(ge=0, le=10**9)] | None = None
    """Standard deviation of a normal law, in thousandths of a unit; without it the law
    is Poisson's, whose variance is its mean."""
    listing: Code | None = None
    """Id of the listing that it is of; None: all that have none of their own."""
    booking_curve: BookingCurve | None = None
    """When the class is bought, if not by the curve of the whole forecast."""

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


class ForecastConfig(LearningConfig):
    """A policy with a forecast of each class: as declared, or learned from the past.

    One that declares none learns it.
    """

    later: ClassVar[tuple[str, ...]] = (
        *LearningConfig.later,
        "booking_curve",
        "forecasts",
    )

    forecasts: Annotated[
        tuple[ClassForecast, ...], Field(max_length=2_000, strict=False)
    ] = ()
    booking_curve: BookingCurve | None = None
    """``[[days before closing, share still to come in ppm], …]``: of each mean, and
    of each variance."""

    @model_validator(mode="after")
    def _classes_once(self) -> "ForecastConfig":
        known: dict[tuple[str, str | None], None] = {}
        for one in self.forecasts:
            key = one.rate, one.listing
            if key in known:
                msg = f"forecasts has two forecasts of the class {one.rate}"
                msg += f" of {one.listing}" if one.listing else ""
                raise ValueError(msg)
            known[key] = None
        return self

    @property
    def classes_named(self) -> tuple[str, ...]:
        """Those of the forecasts."""
        return tuple(one.rate for one in self.forecasts)

    @model_validator(mode="after")
    def _has_a_curve(self) -> "ForecastConfig":
        if self.forecasts and self.booking_curve is None:
            msg = (
                "forecasts need a booking_curve: how the demand that is still to come "
            )
            raise ValueError(msg + "gets less")
        if self.booking_curve is not None and not self.forecasts:
            msg = "booking_curve is of declared forecasts, and there are none: without "
            raise ValueError(msg + "both a forecast is learned")
        if not (self.forecasts or self.learns):
            msg = 'forecast = "declared" needs forecasts, and a booking_curve; without '
            raise ValueError(msg + "all three a forecast is learned")
        return self

    @model_validator(mode="after")
    def _can_learn(self) -> "ForecastConfig":
        self.check_learning()
        return self

    def verify(self, products: Sequence[Product]) -> None:
        """Raise if a class of the seller has no forecast, or one is of nothing.

        Raises:
            ValueError: it has none, or a listing is not the seller's.
        """
        if not self.forecasts:
            return
        forecast = Forecast(self)
        known = dict.fromkeys(one.rate for one in self.forecasts)
        for product in products:
            if not forecast.knows(product):
                msg = f"{self.kind} has no forecast of the class {product.rate} of "
                msg += f"{product.listing_id}; it has those of {', '.join(known)}"
                raise ValueError(msg)
        sold = dict.fromkeys((one.listing_id, one.rate) for one in products)
        for one in self.forecasts:
            if one.listing is not None and (one.listing, one.rate) not in sold:
                msg = f"{self.kind} has a forecast of the class {one.rate} of "
                msg += f"{one.listing}, which the seller does not offer"
                raise ValueError(msg)


class _Listed(Protocol):
    """What a forecast can be of: an offer, or a product."""

    @property
    def listing_id(self) -> str:
        """Return the id of its listing."""

    @property
    def rate(self) -> str:
        """Return the code of its class."""


class Forecast:
    """A forecast, as it is at any time before closing.

    Args:
        config: where it is declared.
    """

    def __init__(self, config: ForecastConfig) -> None:
        """Read the forecasts and the curves."""
        self._classes = {(one.listing, one.rate): one for one in config.forecasts}
        curve = config.booking_curve
        self._to_come = _NOBODY if curve is None else _curve(curve)
        self._steps = config.steps if config.learns else None
        self._learned: LearnedForecast | None = None
        self._own = {
            key: _curve(one.booking_curve)
            for key, one in self._classes.items()
            if one.booking_curve is not None
        }
        self._curves: dict[tuple[str | None, str] | None, CurvePoints] = {
            None: curve or (),
            **{
                key: one.booking_curve
                for key, one in self._classes.items()
                if one.booking_curve is not None
            },
        }

    def see(self, view: View) -> None:
        """Learn from what a policy sees of past departures, if it learns.

        While they are fewer than `FIRST`, the declared forecast counts; without one,
        nobody is expected, and nothing kept for anybody.
        """
        if self._steps is not None and len(view.past) >= FIRST:
            self._learned = learned(view.past, self._steps)

    def share_ppm(self, closes_in_ms: int) -> int:
        """Return which share of the demand is still to come, by the common curve."""
        return self._to_come.at(closes_in_ms)

    def knows(self, offer: _Listed) -> bool:
        """Return whether a forecast of an offer's class is declared."""
        return self._key(offer) in self._classes

    def mean_milli(self, offer: _Listed) -> int:
        """Return the demand for an offer over its whole sale."""
        return self._classes[self._key(offer)].mean_milli

    @property
    def by_one_curve(self) -> bool:
        """Return whether all classes are declared, to come by the common curve."""
        return self._learned is None and bool(self._classes) and not self._own

    def path(self, offer: Offer) -> BookingPath:
        """Return what is still to come of an offer's class, at any time to closing."""
        if self._learned is not None:
            return self._learned.path(offer.product)
        if not self._classes:
            return _NOBODY_COMES
        key = self._key(offer)
        one, curve = self._classes[key], self._curves.get(key, self._curves[None])
        return BookingPath(
            tuple(days * DAY_MS for days, _ in reversed(curve)),
            tuple(one.mean_milli * share // PPM for _, share in reversed(curve)),
        )

    def _key(self, offer: _Listed) -> tuple[str | None, str]:
        own = offer.listing_id, offer.rate
        return own if own in self._classes else (None, offer.rate)

    def to_come(self, offer: Offer) -> ToCome:
        """Return what is still to come of an offer's class, at its present price."""
        if self._learned is not None:
            known = self._learned.to_come(offer.product, offer.closes_in_ms)
            return ToCome(offer.price_minor, *known)
        if not self._classes:
            return ToCome(offer.price_minor, 0, 0)
        key = self._key(offer)
        one, curve = self._classes[key], self._own.get(key, self._to_come)
        share = curve.at(offer.closes_in_ms)
        return ToCome(
            fare=offer.price_minor,
            mean_milli=one.mean_milli * share // PPM,
            variance=one.variance_micro * share // PPM,
            poisson=one.sd_milli is None,
        )


def _curve(points: CurvePoints) -> Curve:
    return Curve([(days * DAY_MS, share) for days, share in points])


_NOBODY: Final = _curve(((0, 0), (1, 0)))
_NOBODY_COMES: Final = BookingPath((1, 0), (0, 0))


def nests_of(offers: Sequence[Offer]) -> list[list[Offer]]:
    """Return the offers by itinerary, each from the dearest class to the cheapest."""
    nests: dict[tuple[int, ...], list[Offer]] = {}
    for offer in offers:
        nests.setdefault(offer.nest, []).append(offer)
    return [sorted(nest, key=_rank) for nest in nests.values()]


def _rank(offer: Offer) -> int:
    return offer.rank
