"""Seats sold before the opening, drawn in steps instead of buyer by buyer.

Between two prices, sales of a product are a Poisson process: arrivals times the
share of buyers who choose it.  The time before opening is cut into steps; in each,
prices are those at its middle, the number of buyers who buy is one Poisson draw, and
each of them picks a product by the logit shares.  A buyer who finds it sold out by then
chooses again (spill and recapture).  So prices follow sales as they do when every
buyer is played, which ``warm_up = "simulate"`` does.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from operator import add, itemgetter

from .buyers import Buyers, buyers_of
from .catalog import Catalog, Product
from .cluster import (
    QUARTER,
    Cluster,
    ClusterStep,
    ShelfOffer,
    cluster_of,
    load_of,
    together,
)
from .demand import Demand
from .distributions import poisson
from .events import MarketOpened
from .inventory import Inventory
from .pricing.policy import PriceRule
from .streams import Stream, Streams

__all__ = ["OpeningPlan", "sold_before"]

_PRICE = itemgetter(0)
"""Of a row."""


class OpeningPlan:
    """How the seats that are sold before the opening are drawn.

    Args:
        catalog: what is for sale.
        demands: what segments want in groups.
        rules: the price rule of every product.
        every_ms: time between repricings; 0 if there is none.
    """

    def __init__(
        self,
        catalog: Catalog,
        demands: Sequence[Demand],
        rules: Sequence[PriceRule],
        every_ms: int,
    ) -> None:
        """Cut the time before opening into steps, and look at the first."""
        self._begun = [
            _Sales(
                cluster_of(catalog, some, rules, every_ms), catalog, Inventory(catalog)
            ).begin()
            for some in together(catalog, demands)
            if any(demand.expected.at(0) for demand in some)
        ]

    def __bool__(self) -> bool:
        """Return whether anybody comes before the opening."""
        return bool(self._begun)

    def sell(self, streams: Streams, stock: Inventory) -> None:
        """Sell what background buyers took before the opening.

        Args:
            streams: where their luck comes from.
            stock: of which nothing is sold yet.
        """
        for begun in self._begun:
            stream = streams.get("opening", *begun.cluster.group)
            begun.copy(stock).go_on(stream)


def sold_before(products: Sequence[Product], sold: Sequence[int]) -> MarketOpened:
    """Return what the journal says of the seats that were sold before the opening.

    Args:
        products: of the catalog.
        sold: seats of each.
    """
    pairs = zip(products, sold, strict=True)
    return MarketOpened(sold=tuple((one.id, seats) for one, seats in pairs if seats))


class _Sales:
    """The sales of one cluster of groups, as far as they have come.

    Args:
        cluster: whose groups.
        catalog: what is for sale.
        stock: of which nothing is sold yet.
    """

    def __init__(self, cluster: Cluster, catalog: Catalog, stock: Inventory) -> None:
        """Begin with nothing sold, and nothing shown."""
        self.cluster, self._catalog, self._stock = cluster, catalog, stock
        self.buyers = [buyers_of(choice) for choice in cluster.choices]
        self.ahead = dict.fromkeys(cluster.pools, 0)
        """Millionths of a seat that will be sold by a step's middle, by pool."""
        self.on_sale: list[list[ShelfOffer]] = []
        """Of each shelf."""
        self.room: dict[int, int] = {}
        """Of what is on sale, how many seats can be sold at least."""
        self.until: list[int] = []
        """Sums of what is bought of each offer in a step, demand by demand."""
        self.products: list[int] = []
        """The products of these offers."""
        self.starts: list[int] = []
        """Where the offers of each demand start among them."""

    def begin(self) -> "_Sales":
        """Show buyers the first prices, when nothing is sold; return the sales.

        All that comes before the first draw is the same for all seeds.
        """
        first = self.cluster.steps[0]
        self._see_stock()
        self._look(first)
        self._expect(first)
        self._look(first)
        self._add_up(first)
        self._expect(first)
        return self

    def copy(self, stock: Inventory) -> "_Sales":
        """Return sales of another stock that go on from here without these."""
        copied = _Sales(self.cluster, self._catalog, stock)
        copied.buyers = [buyers.copy() for buyers in self.buyers]
        copied.ahead = self.ahead
        copied.on_sale, copied.room = self.on_sale, self.room.copy()
        copied.until, copied.products = self.until, self.products
        copied.starts = self.starts
        return copied

    def go_on(self, stream: Stream) -> None:
        """Sell from the first step to the last.

        Args:
            stream: where the luck comes from.
        """
        steps, sold_out = self.cluster.steps, False
        for k, step in enumerate(steps):
            if k > 1:
                self._expect(steps[k - 1])
            if k:
                if sold_out:
                    self._see_stock()
                self._look(step)
                self._add_up(step)
            sold_out = self._buy(stream)

    def _see_stock(self) -> None:
        available, room = self._stock.available, self.room
        room.clear()
        self.on_sale = []
        for shelf in self.cluster.shelves:
            on_sale: list[ShelfOffer] = []
            for offer in shelf.offers:
                seats = available(offer.product)
                if seats:
                    room[offer.product] = seats
                    on_sale.append(offer)
            self.on_sale.append(on_sale)

    def _look(self, step: ClusterStep) -> None:
        """Show buyers the prices at the middle of a step, if all goes as expected."""
        sold, ahead, at = self._stock.sold, self.ahead, step.priced_at_ms
        for shelf, on_sale in zip(self.cluster.shelves, self.on_sale, strict=True):
            row = shelf.row
            rows = [
                row(product, at, self._load(pools))
                if pools
                else row(product, at, 4 * sold[pool] + ahead[pool] // QUARTER)
                for product, pool, pools in on_sale
            ]
            # By price; equals stay in the order of the catalog.
            rows.sort(key=_PRICE)
            columns = list(zip(*rows, strict=True)) or [()] * (
                2 + 2 * len(shelf.wanted)
            )
            for k, whose in enumerate(shelf.wanted):
                weights, able = columns[2 + 2 * k], columns[3 + 2 * k]
                self.buyers[whose].look(columns[1], weights, able)

    def _load(self, pools: tuple[int, ...]) -> int:
        """Return the greatest load of some pools, by the middle of a step."""
        capacity, sold, ahead = self._catalog.capacity, self._stock.sold, self.ahead
        return max(
            [
                load_of(4 * sold[pool] + ahead[pool] // QUARTER, capacity[pool])
                for pool in pools
            ]
        )

    def _add_up(self, step: ClusterStep) -> None:
        """Add up what is bought in a step, offer by offer."""
        shares: list[int] = []
        self.products, self.starts = [], []
        for buyers, come in zip(self.buyers, step.arrivals, strict=True):
            self.starts.append(len(self.products))
            if come:
                shares += [share * come for share in buyers.shares]
                self.products += buyers.products
        self.until = list(accumulate(shares))

    def _buy(self, stream: Stream) -> bool:
        """Sell what is bought in a step; return whether anything has sold out."""
        until, products = self.until, self.products
        total = until[-1] if until else 0
        words = stream.words(poisson(total // Buyers.UNIT, stream.word))
        chosen = [bisect_right(until, word * total >> 64) for word in words]
        if self._sell_all([products[k] for k in chosen]):
            return False
        for k in chosen:
            whose = bisect_right(self.starts, k) - 1
            self._sell_one(self.buyers[whose], k - self.starts[whose], stream)
        return True

    def _sell_all(self, chosen: list[int]) -> bool:
        """Sell these products, or nothing if anything may sell out before the end."""
        touched, room = self.cluster.touched, self.room
        counts = Counter(chosen)
        left: dict[int, int] = {}
        for product, seats in counts.items():
            for user in touched[product]:
                if user in room:
                    left[user] = left.get(user, room[user]) - seats
        if min(left.values(), default=1) <= 0:
            return False
        room.update(left)
        self._stock.sell_known(list(counts.items()))
        return True

    def _sell_one(self, buyers: Buyers, rank: int, stream: Stream) -> None:
        """Sell what a buyer chose, or what it chooses where that has sold out."""
        product: int | None = buyers.products[rank]
        if not self._stock.available(buyers.products[rank]):
            product = buyers.again(rank, self._stock.available, stream)
        if product is not None:
            self._stock.sell_known([(product, 1)])

    def _expect(self, step: ClusterStep) -> None:
        """Look ahead to half of what a step is expected to sell."""
        pools, ahead = self._catalog.pools, dict.fromkeys(self.ahead, 0)
        for shelf in self.cluster.shelves:
            products: Sequence[int] = ()
            bought: list[int] = []
            # All demands of a group look at the same offers, in the same order.
            for k in shelf.wanted:
                products = self.buyers[k].products
                more = self.buyers[k].expected(step.arrivals[k] // 2)
                bought = list(map(add, bought, more)) if bought else more
            for product, micro in zip(products, bought, strict=True):
                for pool in pools[product]:
                    ahead[pool] += micro
        self.ahead = ahead
