"""Prices drawn from a law, where two sellers have too little for all and too much.

D. M. Kreps and J. A. Scheinkman (1983), Quantity precommitment and Bertrand competition
yield Cournot outcomes; R. Levitan and M. Shubik (1972).

A price goes into the journal, so its root is that of a whole number, rounded down.
"""

from collections.abc import Sequence
from math import isqrt
from typing import Annotated, Final, Literal

from pydantic import Field

from ..catalog import Product
from ..config import MAX_MINOR, PPM
from ..streams import Streams
from .policy import Change, Decision, Offer, PolicyConfig, PricingPolicy, View
from .sellers import Seller

__all__ = ["EdgeworthPrices", "drawn_price"]

_ONE: Final = 2**64


class EdgeworthPrices(PolicyConfig):
    """The equilibrium of two sellers of k each, where 1 - p would buy at the price p.

    For k ≤ 1/3 the price is ``1 - 2 k``, for k ≥ 1 it is 0.  Between them a departure
    has a price drawn from ``F(p) = (k p - π) / (p (2 k + p - 1))`` with ``π = ((1 - k)
    / 2)²``, once for all of its sale.
    """

    kind: Literal["edgeworth"]
    buyers: Annotated[int, Field(ge=1, le=10**7)]
    """Who would buy if it cost nothing; k is the capacity of a pool, in parts of it."""
    choke_minor: Annotated[int, Field(ge=1, le=MAX_MINOR)]
    """Price at which nobody buys any more; between it and 0, demand is a straight
    line."""
    floor_ppm: Annotated[int, Field(ge=0, le=PPM)] = 0
    ceiling_ppm: Annotated[int, Field(ge=PPM, le=100 * PPM)] = 10_000_000

    def verify(self, products: Sequence[Product]) -> None:
        """Raise if the seller has more than one product in a group.

        Raises:
            ValueError: it has; or nothing to sell.
        """
        seen: dict[tuple[str, ...], Product] = {}
        for product in products:
            other = seen.setdefault(product.group, product)
            if other is not product:
                msg = "edgeworth is for one itinerary of one class a route and date: "
                if other.listing != product.listing:
                    msg += f"{other.listing_id} and {product.listing_id} are two"
                else:
                    msg += f"{product.listing_id} has {other.rate} and {product.rate}"
                raise ValueError(msg)

    def begin(self, seller: Seller) -> PricingPolicy:
        """Return the policy of a run whose chance nobody has given: that of seed 0."""
        return self.begin_with(seller, Streams(0))

    def begin_with(self, seller: Seller, streams: Streams) -> PricingPolicy:
        """Return the policy of one run."""
        return _Edgeworth(self, seller.name, streams)


class _Edgeworth:
    """Drawn prices in one run; they follow from its seed, seller and departure."""

    def __init__(self, config: EdgeworthPrices, seller: str, streams: Streams) -> None:
        self._buyers, self._choke = config.buyers, config.choke_minor
        self._seller, self._streams = seller, streams

    def decide(self, view: View) -> Decision:
        """Ask the price that was drawn for each departure."""
        return Decision(prices=[self._price(offer) for offer in view.offers])

    def _price(self, offer: Offer) -> Change:
        word = self._streams.word_at(0, "edgeworth", self._seller, *offer.group)
        wanted = drawn_price(word, offer.capacity, self._buyers, self._choke)
        price = min(max(wanted, offer.floor_minor), offer.ceiling_minor)
        reason = "drawn"
        if price != wanted:
            reason = "floor" if price > wanted else "ceiling"
        return Change(offer.product, price, reason)

    def state(self) -> tuple[()]:
        """Return nothing: a price is drawn by what does not change."""
        return ()


def drawn_price(word: int, units: int, buyers: int, choke_minor: int) -> int:
    """Return a price of the equilibrium, in minor units, halves rounded up.

    Args:
        word: of 64 bits, as likely as any other.
        units: of each seller.
        buyers: who would buy if it cost nothing.
        choke_minor: price at which nobody buys.

    >>> drawn_price(15 * 2**60, 50, 100, 1_000_000)  # F(0.2) = 0.9375
    200000
    >>> drawn_price(0, 50, 100, 1_000_000), drawn_price(0, 25, 100, 1_000_000)
    (125000, 500000)
    """
    if 3 * units <= buyers:
        return _half_up(choke_minor * (buyers - 2 * units), buyers)
    if units >= buyers:
        return 0
    # The smaller root of u p² + (u (2 k − 1) − k) p + π, without cancellation: with
    # u = word / 2^64 and k = units / buyers all of it times buyers · 2^64.
    rest = (buyers - units) ** 2
    b = units * _ONE - word * (2 * units - buyers)
    root = isqrt(max(0, b * b - word * _ONE * rest))
    return _half_up(choke_minor * rest * _ONE, 2 * buyers * (b + root))


def _half_up(number: int, parts: int) -> int:
    return (2 * number + parts) // (2 * parts)
