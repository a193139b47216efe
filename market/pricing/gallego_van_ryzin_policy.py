"""Optimal dynamic prices where demand falls exponentially with the price.

G. Gallego and G. van Ryzin (1994), Optimal dynamic pricing of inventories with
stochastic demand over finite horizons, Management Science 40(8), section 2.

A price goes into the journal, so its logarithm is taken in decimal arithmetic, which
rounds correctly, and alike on every machine; C libraries need not.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from ..catalog import Product
from ..clock import DAY_MS
from ..config import MAX_MINOR, PPM
from ..curve import Curve, CurvePoints
from ..demand import from_none_to_all
from .decision_points import DecisionPoints
from .one_class import verify_one_class
from .policy import Change, Decision, Offer, View
from .sellers import Seller

__all__ = ["GallegoVanRyzinPrices", "best_price"]

_EXACT: Final = Context(prec=40)
_WHOLE: Final = Context(prec=40, rounding=ROUND_HALF_UP)
_PLENTY: Final = Decimal(10) ** 30
"""So unlikely is it that the last unit sells that it adds nothing to a price."""


class GallegoVanRyzinPrices(DecisionPoints):
    """Prices by stock and time, between floor and ceiling.

    Of so many buyers, ``e^(-p / s)`` pay the price p.  With r buyers to come at the
    price s and n units left, ``p* = s · (1 + J(n) - J(n - 1))`` with ``J(n) = ln Σ_{i ≤
    n} r^i / i!``.
    """

    kind: Literal["gallego_van_ryzin"]
    scale_minor: Annotated[int, Field(ge=1, le=MAX_MINOR)]
    """s: what is paid on average; each further s, only one in e still buys."""
    buyers_milli: Annotated[int, Field(ge=0, le=10**9)]
    """Expected to buy one listing at the price `scale_minor`, over all of its sale, in
    thousandths."""
    booking_curve: Annotated[CurvePoints, AfterValidator(from_none_to_all)]
    """``[[days before closing, share still to come in ppm], …]``."""
    floor_ppm: Annotated[int, Field(ge=0, le=PPM)] = 500_000
    ceiling_ppm: Annotated[int, Field(ge=PPM, le=100 * PPM)] = 3_000_000

    def verify(self, products: Sequence[Product]) -> None:
        """Raise if an itinerary has several classes: there is one price of a stock.

        Raises:
            ValueError: one has.
        """
        verify_one_class(self.kind, products)

    def begin(self, seller: Seller) -> "_GallegoVanRyzin":
        """Return the policy of one run."""
        del seller
        return _GallegoVanRyzin(self)


class _GallegoVanRyzin:
    """Optimal prices in one run; nothing is remembered between wakes."""

    def __init__(self, config: GallegoVanRyzinPrices) -> None:
        self._wakes_at = config.wakes_at
        self._scale, self._buyers = config.scale_minor, config.buyers_milli
        self._to_come = Curve([(x * DAY_MS, y) for x, y in config.booking_curve])

    def decide(self, view: View) -> Decision:
        """Price all that has units left."""
        return Decision(
            prices=[self._price(offer) for offer in view.offers if offer.left > 0],
            wake_at_ms=self._wakes_at(view),
        )

    def _price(self, offer: Offer) -> Change:
        to_come = self._buyers * self._to_come.at(offer.closes_in_ms) // PPM
        wanted = best_price(self._scale, to_come, offer.left)
        price = min(max(wanted, offer.floor_minor), offer.ceiling_minor)
        reason = "optimal"
        if price != wanted:
            reason = "floor" if price > wanted else "ceiling"
        return Change(offer.product, price, reason)

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
