"""Go-shows: who comes to a closing without a booking, and takes what is left over.

How many come for a product is a Poisson draw that the seed and the product's id name.
They board after all who have booked, and pay the price of that instant.
"""

from collections.abc import Sequence
from typing import Final

from .background_facts import GoShow
from .catalog import Catalog, Product
from .clock import MarketClock
from .distributions import poisson
from .journal import JournalWriter
from .ledger import MERCHANT, POPULATION, Ledger
from .streams import Streams

__all__ = ["GoShows"]

_MICRO: Final = 1000
"""Millionths in a thousandth."""


class GoShows:
    """Who comes without a booking in one run.

    Args:
        catalog: what is for sale.
        clock: of the run.
        streams: where their number comes from.
        journal: where facts are written.
        ledger: where their fares are booked.
        prices: of every product, as they move.
        minor: what background buyers have paid for each, less what they got back.

    Attributes:
        pools: of which they may take units.
        boarded: how many of each product found one.
    """

    __slots__ = (
        "_clock",
        "_journal",
        "_ledger",
        "_minor",
        "_of",
        "_prices",
        "_streams",
        "boarded",
        "pools",
    )

    def __init__(
        self,
        *,
        catalog: Catalog,
        clock: MarketClock,
        streams: Streams,
        journal: JournalWriter,
        ledger: Ledger,
        prices: Sequence[int],
        minor: list[int],
    ) -> None:
        """Begin before anybody has come."""
        self._clock, self._streams = clock, streams
        self._journal, self._ledger = journal, ledger
        self._prices, self._minor = prices, minor
        self._of: dict[int, list[Product]] = {}
        for product in catalog.products:
            if product.go_shows_milli:
                self._of.setdefault(product.pools[0], []).append(product)
        self.pools: tuple[int, ...] = tuple(self._of)
        self.boarded: list[int] = [0] * len(catalog.products)

    def board(self, pool: int, left: int) -> None:
        """Give units of a pool to who comes without a booking: who pays most is first.

        Args:
            pool: that boards.
            left: units of it that nobody uses who has booked.
        """
        prices = self._prices
        products = sorted(
            self._of.get(pool, ()), key=lambda one: (-prices[one.index], one.index)
        )
        for product in products:
            dice = self._streams.at(0, "go-show", product.id)
            came = poisson(product.go_shows_milli * _MICRO, dice.word)
            seated = min(came, max(left, 0))
            left -= seated
            for number in range(1, seated + 1):
                self._seat(product, number)

    def _seat(self, product: Product, number: int) -> None:
        index, price = product.index, self._prices[product.index]
        self.boarded[index] += 1
        fact = GoShow(number=number, price=price, product=product.id)
        now_ms = self._clock.now_ms
        record = self._journal.emit(fact, now_ms)
        if price:
            self._minor[index] += price
            self._ledger.post(now_ms, record, (POPULATION, -price), (MERCHANT, price))
