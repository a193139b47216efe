"""Optimal dynamic prices where demand falls exponentially with the price.

G. Gallego and G. van Ryzin (1994), Optimal dynamic pricing of inventories with
stochastic demand over finite horizons, Management Science 40(8), section 2.

A price goes into the journal, so its logarithm is taken in decimal arithmetic, which
rounds correctly, and alike on every machine; C libraries need not.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from ..catalog import Product
from ..clock import DAY_MS
from ..config import MAX_MINOR, PPM
from ..curve import Curve, CurvePoints
from ..demand import from_none_to_all
from ..money import share_of
from .learning.learned_prices import LearnedPrices, learned_prices
from .learning.methods import FIRST
from .learning_config import LearningConfig
from .one_class import verify_one_class
from .policy import Change, Decision, Offer, View
from .sellers import Seller

__all__ = ["GallegoVanRyzinPrices", "best_price"]

_EXACT: Final = Context(prec=40)
_WHOLE: Final = Context(prec=40, rounding=ROUND_HALF_UP)
_PLENTY: Final = Decimal(10) ** 30
"""So unlikely is it that the last unit sells that it adds nothing to a price."""


_EXPLORE_PPM: Final = (700_000, 1_000_000, 1_300_000)
"""Prices that past departures were sold at, unless others are declared."""


class GallegoVanRyzinPrices(LearningConfig):
    """Prices by stock and time, between floor and ceiling.

    Of so many buyers, ``e^(-p / s)`` pay the price p.  With r buyers to come at the
    price s and n units left, ``p* = s · (1 + J(n) - J(n - 1))`` with ``J(n) = ln Σ_{i ≤
    n} r^i / i!``.

    Without `scale_minor` both are learned from past departures, which were sold at
    several prices: in each interval at the one that was tried least often there.
    """

    later: ClassVar[tuple[str, ...]] = (
        *LearningConfig.later,
        "scale_minor",
        "buyers_milli",
        "booking_curve",
        "explore_ppm",
    )
    declares: ClassVar[str] = "scale_minor"

    kind: Literal["gallego_van_ryzin"]
    scale_minor: Annotated[int, Field(ge=1, le=MAX_MINOR)] | None = None
    """s: what is paid on average; each further s, only one in e still buys."""
    buyers_milli: Annotated[int, Field(ge=0, le=10**9)] | None = None
    """Expected to buy one listing at the price `scale_minor`, over all of its sale, in
    thousandths."""
    booking_curve: Annotated[CurvePoints, AfterValidator(from_none_to_all)] | None = (
        None
    )
    """``[[days before closing, share still to come in ppm], …]``."""
    explore_ppm: Annotated[
        tuple[Annotated[int, Field(ge=1, le=100 * PPM)], ...],
        Field(strict=False, max_length=20),
    ] = ()
    """Prices that past departures were sold at, in parts of the base fare; empty, where
    it learns: 0.7, 1 and 1.3."""
    floor_ppm: Annotated[int, Field(ge=0, le=PPM)] = 500_000
    ceiling_ppm: Annotated[int, Field(ge=PPM, le=100 * PPM)] = 3_000_000

    @model_validator(mode="after")
    def _is_declared_or_learned(self) -> "GallegoVanRyzinPrices":
        told = {
            key: getattr(self, key)
            for key in ("scale_minor", "buyers_milli", "booking_curve")
        }
        missing = [key for key, value in told.items() if value is None]
        if missing and len(missing) < len(told):
            msg = f"gallego_van_ryzin has no {missing[0]}: declare scale_minor, "
            msg += "buyers_milli and booking_curve, or none of them, and it learns"
            raise ValueError(msg)
        if missing and not self.learns:
            msg = 'forecast = "declared" needs scale_minor, buyers_milli and a '
            raise ValueError(msg + "booking_curve; without all four they are learned")
        if self.explore_ppm and not self.learns:
            msg = "explore_ppm is for demand that is learned: forecast is "
            raise ValueError(msg + '"declared", and not "pickup", say')
        if len(set(self.explore_ppm)) == 1:
            raise ValueError(f"explore_ppm has one price: {_ONE_PRICE}")
        self.check_learning()
        return self

    @property
    def supposes(self) -> str:
        """That past departures were sold at trial prices."""
        low, high = (
            share * 100 // PPM for share in (min(self.rungs_ppm), max(self.rungs_ppm))
        )
        return f", which it sold at trial prices from {low} to {high} % of base fares"

    @property
    def rungs_ppm(self) -> tuple[int, ...]:
        """Prices that it tries, in parts of the base fare."""
        return self.explore_ppm or _EXPLORE_PPM

    def verify(self, products: Sequence[Product]) -> None:
        """Raise if an itinerary has several classes: there is one price of a stock.

        Raises:
            ValueError: one has; or past departures of one could have one price only.
        """
        verify_one_class(self.kind, products)
        for product in products if self.learns else ():
            low, high = self.bounds(product)
            tried = {
                min(max(share_of(product.base_minor, one), low), high)
                for one in self.rungs_ppm
            }
            if len(tried) == 1:
                msg = "gallego_van_ryzin could try only one price of "
                msg += f"{product.id} between its floor and ceiling: {_ONE_PRICE}"
                raise ValueError(msg)

    def begin(self, seller: Seller) -> "_GallegoVanRyzin | _LearnedPrices":
        """Return the policy of one run."""
        return _LearnedPrices(self, seller) if self.learns else _GallegoVanRyzin(self)


_ONE_PRICE: Final = (
    "past departures at one price cannot tell how demand answers to prices; let it try "
    "two, or declare scale_minor, buyers_milli and booking_curve"
)


class _GallegoVanRyzin:
    """Optimal prices in one run; nothing is remembered between wakes."""

    def __init__(self, config: GallegoVanRyzinPrices) -> None:
        self._wakes_at = config.wakes_at
        self._scale, self._buyers = config.scale_minor or 1, config.buyers_milli or 0
        curve = config.booking_curve or ((0, 0),)
        self._to_come = Curve([(x * DAY_MS, y) for x, y in curve])

    def decide(self, view: View) -> Decision:
        """Price all that has units left."""
        return Decision(
            prices=[self.price(offer) for offer in view.offers if offer.left > 0],
            wake_at_ms=self._wakes_at(view),
        )

    def price(self, offer: Offer) -> Change:
        """Return the best price of an offer by what is declared."""
        to_come = self._buyers * self._to_come.at(offer.closes_in_ms) // PPM
        return _within(offer, best_price(self._scale, to_come, offer.left), "optimal")

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()


def _within(offer: Offer, wanted: int, reason: str) -> Change:
    price = min(max(wanted, offer.floor_minor), offer.ceiling_minor)
    if price != wanted:
        reason = "floor" if price > wanted else "ceiling"
    return Change(offer.product, price, reason)


class _LearnedPrices:
    """Optimal prices by what past departures taught; those were sold at trial prices.

    Nothing is remembered between wakes.
    """

    def __init__(self, config: GallegoVanRyzinPrices, seller: Seller) -> None:
        self._wakes_at, self._history = config.wakes_at, config.history
        self._steps, self._rungs = config.steps, config.rungs_ppm
        self._points_ms = [days * DAY_MS for days in config.dcp_days]
        declared = config.scale_minor is not None
        self._declared = _GallegoVanRyzin(config) if declared else None
        self._bases = tuple(one.base_minor for one in seller.products)
        self._places = {int(one.index): k for k, one in enumerate(seller.products)}

    def decide(self, view: View) -> Decision:
        """Price all that has units left: to learn, or by what has been learned.

        A departure with fewer before it than are learned from is one of those that
        teach.  Where they do not tell how demand answers to prices, what is declared
        counts; without it, prices are tried on.
        """
        known: dict[int, LearnedPrices] | None = None
        taught = len(view.past) >= max(self._history, FIRST)
        if taught:
            known = learned_prices(view.past, self._bases, self._steps)
        return Decision(
            prices=[
                self._price(offer, view, known, taught=taught)
                for offer in view.offers
                if offer.left > 0
            ],
            wake_at_ms=self._wakes_at(view),
        )

    def _price(
        self,
        offer: Offer,
        view: View,
        known: dict[int, LearnedPrices] | None,
        *,
        taught: bool,
    ) -> Change:
        if known is not None:
            scale, buyers = known[offer.product]
            to_come = buyers.to_come(offer.closes_in_ms)
            return _within(offer, best_price(scale, to_come, offer.left), "optimal")
        if taught and self._declared is not None:
            return self._declared.price(offer)
        return self._trial(offer, view)

    def _trial(self, offer: Offer, view: View) -> Change:
        """Return the trial price that this interval had least often, in turn."""
        interval = sum(offer.closes_in_ms <= point for point in self._points_ms)
        prices = [
            min(
                max(share_of(offer.base_minor, one), offer.floor_minor),
                offer.ceiling_minor,
            )
            for one in self._rungs
        ]
        place, count = self._places[offer.product], len(prices)
        asked = [one[place].prices_minor[interval] for one in view.past]
        rung = min(
            range(count), key=lambda k: (asked.count(prices[k]), (k + interval) % count)
        )
        return Change(offer.product, prices[rung], "trial")

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()


@lru_cache(maxsize=16_384)
def best_price(scale_minor: int, buyers_milli: int, units: int) -> int:
    """Return the best price of a stock, in minor units, halves rounded up.

    Args:
        scale_minor: s, of demand that falls as ``e^(-p / s)``.
        buyers_milli: to come at that price, in thousandths.
        units: left, 1 or more.

    >>> best_price(1_000_000, 20_000, 10), best_price(1_000_000, 0, 10)
    (1772111, 1000000)
    """
    if not buyers_milli:
        return scale_minor
    rate = _EXACT.divide(Decimal(buyers_milli), Decimal(1000))
    # Σ_{k < i} r^k / k! in parts of r^i / i!: no power of its own can overflow.
    before = Decimal(0)
    for i in range(1, units + 1):
        ratio = _EXACT.divide(Decimal(i), rate)
        before = _EXACT.multiply(ratio, _EXACT.add(before, Decimal(1)))
        if before > _PLENTY:
            return scale_minor
    more = _EXACT.ln(_EXACT.add(Decimal(1), _EXACT.divide(Decimal(1), before)))
    price = _EXACT.multiply(Decimal(scale_minor), _EXACT.add(Decimal(1), more))
    return int(_WHOLE.to_integral_value(price))
