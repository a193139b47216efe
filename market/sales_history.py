"""Past departures: the market of a scenario, played before, for sellers that learn.

They are played without agents, each by a seed of its own that no run has, and sold by
the policies as they were then: a policy that learns knew those before it, and no more.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from .clock import DAY_MS
from .pricing.past_sales import PastDeparture, PastSales
from .pricing.sellers import Seller
from .streams import Streams

if TYPE_CHECKING:
    from .catalog import Product
    from .marketplace import Marketplace
    from .world import World

__all__ = ["Begin", "SalesHistory", "departure_seed", "history_of", "learning_sellers"]

Begin = Callable[["World", int, "SalesHistory"], "Marketplace"]
"""Makes a market without agents, from its world, a seed and what sellers know."""


class SalesHistory:
    """What sellers know of past departures.

    Attributes:
        played: how many there have been.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._of: dict[str, list[PastDeparture]] = {}
        self._seen: dict[str, tuple[PastDeparture, ...]] = {}
        self.played: int = 0

    def seen(self, seller: Seller) -> tuple[PastDeparture, ...]:
        """Return the last ones that a seller's policy looks at, the oldest first."""
        count, known = seller.pricing.past_departures, self._seen.get(seller.name)
        if known is None:
            past = self._of.get(seller.name, [])
            known = self._seen[seller.name] = tuple(past[-count:] if count else ())
        return known

    def add(self, departure: dict[str, PastDeparture]) -> None:
        """Add what each seller that learns knows of one more departure."""
        for name, sales in departure.items():
            self._of.setdefault(name, []).append(sales)
        self._seen.clear()
        self.played += 1


_NOTHING: Final = SalesHistory()


def learning_sellers(world: "World") -> list[Seller]:
    """Return the sellers whose policies look at past departures."""
    return [seller for seller in world.sellers if seller.pricing.past_departures]


def departure_seed(number: int, trial: int = 0) -> int:
    """Return the seed of a past departure, which is that of no run.

    Args:
        number: 0 for the oldest.
        trial: of several pasts, which one.

    >>> departure_seed(0) == departure_seed(0, 0) != departure_seed(1)
    True
    """
    return int.from_bytes(Streams(trial).key("past departure", number)[:16], "little")


def history_of(world: "World", begin: Begin) -> SalesHistory:
    """Return what sellers know as a run begins: played once for a world, and kept.

    Args:
        world: with any sellers.
        begin: makes the markets that are played.
    """
    learning = learning_sellers(world)
    if not learning:
        return _NOTHING
    if not world.past:
        history = SalesHistory()
        for number in range(max(one.pricing.past_departures for one in learning)):
            market = begin(world, departure_seed(number), history)
            market.open()
            history.add(_Watch(market, learning).play())
        world.past.append(history)
    return world.past[0]


class _Cut(NamedTuple):
    """An instant at which the bookings of a product are counted."""

    at_ms: int
    row: int
    """Of the product."""


class _Watch:
    """A market that is played to its end while bookings are counted.

    Args:
        market: opened.
        sellers: whose products are looked at.
    """

    def __init__(self, market: "Marketplace", sellers: list[Seller]) -> None:
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

    def _ends_of(self, product: "Product", days: tuple[int, ...]) -> list[int]:
        """Return when intervals end: no later than the product can be bought."""
        points = [product.closes_at_ms - day * DAY_MS for day in days]
        last = max(product.sale_ends_ms, self._opens_ms)
        return [max(min(at, last), self._opens_ms) for at in (*points, last)]

    def play(self) -> dict[str, PastDeparture]:
        """Play to the last closing; return what each seller knows of it."""
        cuts = [
            _Cut(at, row)
            for row, ends in enumerate(self._ends)
            for at in dict.fromkeys(ends)
        ]
        booked: list[dict[int, int]] = [{self._opens_ms: 0} for _ in self._ends]
        shut: list[dict[int, bool]] = [{self._opens_ms: False} for _ in self._ends]
        for cut in sorted(cuts):
            if cut.at_ms > self._opens_ms:
                # What stood just before: at the instant itself policies wake.
                self._market.clock.advance(cut.at_ms - 1)
                product = self._products[cut.row]
                booked[cut.row][cut.at_ms] = self._booked(product)
                free = self._market.inventory.available(product.index)
                shut[cut.row][cut.at_ms] = not free
        rows = iter(zip(self._products, self._ends, booked, shut, strict=True))
        return {
            seller.name: tuple(
                self._sales(*next(rows)) for _ in range(len(seller.products))
            )
            for seller in self._sellers
        }

    def _booked(self, product: "Product") -> int:
        """Return what has been booked since the opening, given up or not."""
        market, index = self._market, product.index
        kept = market.inventory.product_sold[index] - market.opening_sold[index]
        later = market.afterwards
        return kept + (later.cancelled[index] if later is not None else 0)

    def _sales(
        self,
        product: "Product",
        ends: list[int],
        booked: dict[int, int],
        shut: dict[int, bool],
    ) -> PastSales:
        bounds = [self._opens_ms, *ends]
        return PastSales(
            product=product.index,
            starts_ms=tuple(product.closes_at_ms - at for at in bounds[:-1]),
            taken=tuple(booked[end] - booked[start] for start, end in pairwise(bounds)),
            # Nothing can be cut off in no time.
            closed=tuple(end > start and shut[end] for start, end in pairwise(bounds)),
        )
