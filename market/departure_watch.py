"""What sellers know of a departure: bookings between decision points."""

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .clock import DAY_MS
from .pricing.past_sales import PastDeparture, PastSales
from .pricing.sellers import Seller

if TYPE_CHECKING:
    from .catalog import Product
    from .marketplace import Marketplace

__all__ = ["DepartureWatch"]


class _Cut(NamedTuple):
    """An instant at which the bookings of a product are counted."""

    at_ms: int
    row: int
    """Of the product."""


class DepartureWatch:
    """A market that is played to its end while bookings are counted.

    Args:
        market: opened, and not yet played.
        sellers: whose products are looked at.
    """

    def __init__(self, market: "Marketplace", sellers: list[Seller]) -> None:
        """Say when to look at what."""
        self._market, self._sellers = market, sellers
        self._opens_ms = market.clock.now_ms
        self._ends: list[list[int]] = []
        """Of each product, when its intervals end."""
        self._products: list[Product] = []
        for seller in sellers:
            days = seller.pricing.past_days
            for product in seller.products:
                self._products.append(product)
                self._ends.append(self._ends_of(product, days))
        cuts = [
            _Cut(at, row)
            for row, ends in enumerate(self._ends)
            for at in dict.fromkeys(ends)
            if at > self._opens_ms
        ]
        self._cuts = sorted(cuts, reverse=True)
        """Those to come, the next one last."""
        self._booked: list[dict[int, int]] = [{self._opens_ms: 0} for _ in self._ends]
        """Of each product, what was booked until an instant."""
        self._shut: list[dict[int, bool]] = [
            {self._opens_ms: False} for _ in self._ends
        ]
        """Of each product, whether none could be had then."""
        self._paid: list[dict[int, int]] = [{} for _ in self._ends]
        """Of each product, what it cost then."""

    def _ends_of(self, product: "Product", days: tuple[int, ...]) -> list[int]:
        """Return when intervals end: no later than the product can be bought."""
        points = [product.closes_at_ms - day * DAY_MS for day in days]
        last = max(product.sale_ends_ms, self._opens_ms)
        return [max(min(at, last), self._opens_ms) for at in (*points, last)]

    def advance(self, until_ms: int) -> None:
        """Play on, as the market's clock does.

        Args:
            until_ms: what is due after this instant is not played.
        """
        clock, cuts = self._market.clock, self._cuts
        while cuts and cuts[-1].at_ms <= until_ms:
            cut = cuts.pop()
            # What stood just before: at the instant itself policies wake.
            clock.advance(cut.at_ms - 1)
            product = self._products[cut.row]
            self._booked[cut.row][cut.at_ms] = self._bookings(product)
            free = self._market.inventory.available(product.index)
            self._shut[cut.row][cut.at_ms] = not free
            self._paid[cut.row][cut.at_ms] = self._market.prices[product.index]
        clock.advance(until_ms)

    def sales(self) -> dict[str, PastDeparture]:
        """Return what each seller knows of it; asked for after the last closing."""
        rows = iter(range(len(self._products)))
        return {
            seller.name: tuple(
                self._sales(next(rows)) for _ in range(len(seller.products))
            )
            for seller in self._sellers
        }

    def _bookings(self, product: "Product") -> int:
        """Return what has been booked since the opening, given up or not."""
        market, index = self._market, product.index
        kept = market.inventory.product_sold[index] - market.opening_sold[index]
        later = market.afterwards
        return kept + (later.cancelled[index] if later is not None else 0)

    def _sales(self, row: int) -> PastSales:
        product, booked, shut = self._products[row], self._booked[row], self._shut[row]
        bounds = [self._opens_ms, *self._ends[row]]
        paid = self._paid[row]
        return PastSales(
            product=product.index,
            starts_ms=tuple(product.closes_at_ms - at for at in bounds[:-1]),
            taken=tuple(booked[end] - booked[start] for start, end in pairwise(bounds)),
            # Nothing can be cut off in no time.
            closed=tuple(end > start and shut[end] for start, end in pairwise(bounds)),
            # Of what was over as the market opened, nothing was sold at any price.
            prices_minor=tuple(paid.get(end, product.base_minor) for end in bounds[1:]),
        )
