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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from .buyers import Buyers, Weigh, weigher
from .catalog import Catalog, Group, Product
from .config import PPM
from .demand import Demand
from .distributions import poisson
from .inventory import Inventory
from .pricing.policy import PriceRule
from .streams import Stream, Streams

__all__ = ["OpeningPlan"]

_STEPS_LEAST, _STEPS_MOST = 4, 12
_ARRIVALS = 3 * PPM
"""Micro-arrivals for each listing that a step has, as far as these bounds allow."""
_QUARTER = PPM // 4
"""Grid of the seats that prices look ahead to."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A stretch of time before opening."""

    priced_at_ms: int
    """When the prices that hold in its middle are set."""
    arrivals: tuple[int, ...]
    """Micro-arrivals expected, of each demand."""


class _Offer(NamedTuple):
    """A product that may be on sale."""

    product: int
    drawback: int
    pool: int
    """The first of its pools."""
    others: tuple[int, ...]
    """Its other pools."""


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Groups that share stock, and nobody else's."""

    group: Group
    """The first of them; it names their luck."""
    demands: tuple[Demand, ...]
    weighers: tuple[Weigh, ...]
    """Of each demand."""
    members: dict[Group, tuple[_Offer, ...]]
    users: dict[int, tuple[int, ...]]
    """Products that need a unit of each pool."""
    steps: tuple[_Step, ...]


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

        @lru_cache(maxsize=65_536)
        def price_at(index: int, at_ms: int, load_ppm: int) -> int:
            return rules[index](catalog.closing_ms[index] - at_ms, load_ppm)

        self._begun = [
            _Sales(_cluster(catalog, some, every_ms), catalog, price_at).begin()
            for some in _together(catalog, demands)
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
            begun.copy().go_on(stock, streams.get("opening", *begun.cluster.group))


class _Sales:
    """The sales of one cluster of groups, as far as they have come.

    Args:
        cluster: whose groups.
        catalog: what is for sale.
        price_at: the price of a product at an instant and a load.
    """

    def __init__(
        self,
        cluster: _Cluster,
        catalog: Catalog,
        price_at: Callable[[int, int, int], int],
    ) -> None:
        """Begin with nothing sold, and nothing shown."""
        self.cluster, self._catalog, self._price_at = cluster, catalog, price_at
        self._stock = Inventory(catalog)
        self.buyers = [Buyers(weigh) for weigh in cluster.weighers]
        self.ahead = dict.fromkeys(cluster.users, 0)
        """Millionths of a seat that will be sold by a step's middle, by pool."""
        self.on_sale: dict[Group, list[_Offer]] = {}
        self.room: dict[int, int] = {}
        """Of what is on sale, how many seats can be sold at least."""

    def begin(self) -> "_Sales":
        """Show buyers the first prices, when nothing is sold; return the sales."""
        first = self.cluster.steps[0]
        self._see_stock()
        self._look(first)
        self._expect(first)
        self._look(first)
        return self

    def copy(self) -> "_Sales":
        """Return sales that go on from here without these."""
        copied = _Sales(self.cluster, self._catalog, self._price_at)
        copied.buyers = [buyers.copy() for buyers in self.buyers]
        copied.ahead = self.ahead
        copied.on_sale, copied.room = self.on_sale.copy(), self.room.copy()
        return copied

    def go_on(self, stock: Inventory, stream: Stream) -> None:
        """Sell from the first step to the last.

        Args:
            stock: of which nothing is sold yet.
            stream: where the luck comes from.
        """
        self._stock = stock
        for step in self.cluster.steps:
            if step is not self.cluster.steps[0]:
                self._look(step)
            self._buy(step, stream)

    def _see_stock(self) -> None:
        available, room = self._stock.available, self.room
        room.clear()
        for group, members in self.cluster.members.items():
            self.on_sale[group] = on_sale = []
            for offer in members:
                seats = available(offer.product)
                if seats:
                    room[offer.product] = seats
                    on_sale.append(offer)

    def _look(self, step: _Step) -> None:
        """Show buyers the prices at the middle of a step, if all goes as expected."""
        capacity, sold = self._catalog.capacity, self._stock.sold
        price_at, at, loads = self._price_at, step.priced_at_ms, {}
        for pool, more in self.ahead.items():
            quarters = (sold[pool] * PPM + more) // _QUARTER
            seats = capacity[pool]
            loads[pool] = min(quarters * _QUARTER // seats, PPM) if seats else PPM
        offers: dict[Group, list[tuple[int, int, int]]] = {}
        for group, on_sale in self.on_sale.items():
            offers[group] = shown = []
            for product, drawback, pool, others in on_sale:
                load = loads[pool]
                if others:
                    load = max(load, *[loads[other] for other in others])
                shown.append((price_at(product, at, load), product, drawback))
            shown.sort()
        for buyers, demand in zip(self.buyers, self.cluster.demands, strict=True):
            buyers.look(offers[demand.group])

    def _buy(self, step: _Step, stream: Stream) -> None:
        """Sell what is bought in a step."""
        shares: list[int] = []
        products: list[int] = []
        starts: list[int] = []
        for buyers, come in zip(self.buyers, step.arrivals, strict=True):
            starts.append(len(products))
            if come:
                shares += [share * come for share in buyers.shares]
                products += buyers.products
        until = list(accumulate(shares))
        total = until[-1] if until else 0
        word = stream.word
        chosen = [
            bisect_right(until, word() * total >> 64)
            for _ in range(poisson(total // Buyers.UNIT, word))
        ]
        if not self._sell_all([products[k] for k in chosen]):
            for k in chosen:
                whose = bisect_right(starts, k) - 1
                self._sell_one(self.buyers[whose], k - starts[whose], stream)
            self._see_stock()
        self._expect(step)

    def _sell_all(self, chosen: list[int]) -> bool:
        """Sell these products, or nothing if anything may sell out before the end."""
        pools, users, room = self._catalog.pools, self.cluster.users, self.room
        counts = Counter(chosen)
        left: dict[int, int] = {}
        for product, seats in counts.items():
            for pool in pools[product]:
                for user in users[pool]:
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

    def _expect(self, step: _Step) -> None:
        """Look ahead to half of what a step is expected to sell."""
        pools, ahead = self._catalog.pools, dict.fromkeys(self.ahead, 0)
        for buyers, come in zip(self.buyers, step.arrivals, strict=True):
            if come:
                for product, micro in buyers.expected(come // 2):
                    for pool in pools[product]:
                        ahead[pool] += micro
        self.ahead = ahead


def _together(catalog: Catalog, demands: Sequence[Demand]) -> list[list[Demand]]:
    """Return the demands by clusters of groups that share stock."""
    leader: dict[Group, Group] = {group: group for group in catalog.by_group}

    def of(group: Group) -> Group:
        while leader[group] != group:
            group = leader[group]
        return group

    first_user: dict[int, Group] = {}
    for group, members in catalog.by_group.items():
        for j in members:
            for pool in catalog.pools[j]:
                leader[of(group)] = of(first_user.setdefault(pool, group))
    clusters: dict[Group, list[Demand]] = {}
    for demand in demands:
        clusters.setdefault(of(demand.group), []).append(demand)
    return list(clusters.values())


def _cluster(catalog: Catalog, demands: list[Demand], every_ms: int) -> _Cluster:
    """Cut the time before opening into steps of equally many expected arrivals."""
    groups = list(dict.fromkeys(demand.group for demand in demands))
    members = {
        group: [catalog.products[j] for j in catalog.by_group[group]]
        for group in groups
    }
    products = [product for some in members.values() for product in some]
    users: dict[int, list[int]] = {}
    for product in products:
        for pool in product.pools:
            users.setdefault(pool, []).append(product.index)
    listings = len(dict.fromkeys(product.listing for product in products))
    total = sum(demand.expected.at(0) for demand in demands)
    count = min(max(total // (_ARRIVALS * listings), _STEPS_LEAST), _STEPS_MOST)
    begins = start = min(demand.begins_at_ms for demand in demands)
    before, steps = [0] * len(demands), []
    for k in range(1, count + 1):
        middle = _reached(demands, total * (2 * k - 1) // (2 * count), start)
        end = _reached(demands, total * k // count, start) if k < count else 0
        by_now = [demand.expected.at(end) for demand in demands]
        come = tuple(now - then for now, then in zip(by_now, before, strict=True))
        # Prices are as old as half the time between repricings, on average.
        steps.append(_Step(max(middle - every_ms // 2, begins), come))
        before, begins = by_now, end
    return _Cluster(
        group=min(groups),
        demands=tuple(demands),
        weighers=tuple(weigher(demand.segment) for demand in demands),
        members={group: tuple(map(_offer, some)) for group, some in members.items()},
        users={pool: tuple(some) for pool, some in users.items()},
        steps=tuple(steps),
    )


def _offer(product: Product) -> _Offer:
    pool, *others = product.pools
    return _Offer(product.index, product.drawback, pool, tuple(others))


def _reached(demands: list[Demand], goal: int, start_ms: int) -> int:
    """Return the first instant by which so many micro-arrivals are expected."""
    low, high = start_ms, 0
    while low < high:
        middle = (low + high) // 2
        if sum(demand.expected.at(middle) for demand in demands) >= goal:
            high = middle
        else:
            low = middle + 1
    return low
