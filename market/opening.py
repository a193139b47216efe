"""Seats sold before the opening, drawn in steps instead of buyer by buyer.

Between two prices, sales of a product are a Poisson process: arrivals times the
share of buyers who choose it.  The time before opening is cut into steps; in each,
prices are those at its middle, the number of buyers who buy is one Poisson draw, and
each of them picks a product by the logit shares.  Whoever finds it sold out by then
chooses again (spill and recapture).  So prices follow sales as they do when every
buyer is played, which ``warm_up = "simulate"`` does.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from .buyers import Buyers, Weigh, weigher
from .catalog import Catalog, CityPair, Product
from .config import PPM
from .demand import Demand
from .distributions import poisson
from .inventory import Inventory
from .pricing.policy import PriceRule
from .streams import Stream, Streams

__all__ = ["OpeningPlan"]

_STEPS_LEAST, _STEPS_MOST = 4, 12
_ARRIVALS = 3 * PPM
"""Micro-arrivals for each itinerary that a step has, as far as these bounds allow."""
_QUARTER = PPM // 4
"""Grid of the seats that prices look ahead to."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A stretch of time before opening."""

    priced_at_ms: int
    """When the prices that hold in its middle are set."""
    arrivals: tuple[int, ...]
    """Micro-arrivals expected, of each demand."""


@dataclass(frozen=True, slots=True)
class _Group:
    """City pairs that share legs, and nobody else's."""

    pair: CityPair
    """The first of them; it names their luck."""
    demands: tuple[Demand, ...]
    weighers: tuple[Weigh, ...]
    """Of each demand."""
    members: dict[CityPair, tuple[Product, ...]]
    pools: tuple[int, ...]
    steps: tuple[_Step, ...]


class OpeningPlan:
    """How the seats that are sold before the opening are drawn.

    Args:
        catalog: what is for sale.
        demands: what segments want at city pairs.
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
        """Cut the time before opening into steps."""
        self._catalog = catalog
        self._groups = [
            _group(catalog, some, every_ms)
            for some in _together(catalog, demands)
            if any(demand.expected.at(0) for demand in some)
        ]

        @lru_cache(maxsize=65_536)
        def price_at(index: int, at_ms: int, load_ppm: int) -> int:
            return rules[index](catalog.departures_ms[index] - at_ms, load_ppm)

        self._price_at = price_at

    def __bool__(self) -> bool:
        """Return whether anybody comes before the opening."""
        return bool(self._groups)

    def sell(self, streams: Streams, stock: Inventory) -> None:
        """Sell what background buyers took before the opening.

        Args:
            streams: where their luck comes from.
            stock: of which nothing is sold yet.
        """
        for group in self._groups:
            stream = streams.get("opening", *group.pair)
            sales = _Sales(group, self._catalog, self._price_at, stock, stream)
            for step in group.steps:
                sales.look(step)
                sales.buy(step)


class _Sales:
    """The sales of one group of city pairs, as far as they have come.

    Args:
        group: whose city pairs.
        catalog: what is for sale.
        price_at: the price of a product at an instant and a load.
        stock: as it is so far.
        stream: where the luck comes from.
    """

    def __init__(
        self,
        group: _Group,
        catalog: Catalog,
        price_at: Callable[[int, int, int], int],
        stock: Inventory,
        stream: Stream,
    ) -> None:
        """Look at what is on sale at first, and what that is expected to sell."""
        self._group, self._catalog, self._price_at = group, catalog, price_at
        self._stock, self._stream = stock, stream
        self._buyers = [Buyers(weigh) for weigh in group.weighers]
        self._ahead = dict.fromkeys(group.pools, 0)
        """Millionths of a seat that will be sold by a step's middle, by pool."""
        self._on_sale: dict[CityPair, list[Product]] = {}
        self._room: dict[int, int] = {}
        """Of what is on sale, how many seats can be sold at least."""
        self._see_stock()
        self.look(group.steps[0])
        self._expect(group.steps[0])

    def _see_stock(self) -> None:
        available, room = self._stock.available, self._room
        room.clear()
        for pair, members in self._group.members.items():
            self._on_sale[pair] = on_sale = []
            for product in members:
                seats = available(product.index)
                if seats:
                    room[product.index] = seats
                    on_sale.append(product)

    def look(self, step: _Step) -> None:
        """Show buyers the prices at the middle of a step, if all goes as expected."""
        capacity, price_at, at = (
            self._catalog.capacity,
            self._price_at,
            step.priced_at_ms,
        )
        sold, loads = self._stock.sold, {}
        for pool, more in self._ahead.items():
            quarters = (sold[pool] * PPM + more) // _QUARTER
            seats = capacity[pool]
            loads[pool] = min(quarters * _QUARTER // seats, PPM) if seats else PPM
        offers = {
            pair: sorted(
                [
                    (
                        price_at(product.index, at, _greatest(loads, product.pools)),
                        product.index,
                        product.stops,
                    )
                    for product in members
                ]
            )
            for pair, members in self._on_sale.items()
        }
        for buyers, demand in zip(self._buyers, self._group.demands, strict=True):
            buyers.look(offers[demand.pair])

    def buy(self, step: _Step) -> None:
        """Sell what is bought in a step."""
        shares: list[int] = []
        picks: list[tuple[Buyers, int]] = []
        for buyers, come in zip(self._buyers, step.arrivals, strict=True):
            if come:
                shares += [share * come for share in buyers.shares]
                picks += [(buyers, rank) for rank in range(len(buyers.shares))]
        until = list(accumulate(shares))
        total = until[-1] if until else 0
        word = self._stream.word
        chosen = [
            picks[bisect_right(until, word() * total >> 64)]
            for _ in range(poisson(total // Buyers.UNIT, word))
        ]
        if not self._sell_all(chosen):
            for buyers, rank in chosen:
                self._sell_one(buyers, rank)
            self._see_stock()
        self._expect(step)

    def _sell_all(self, chosen: list[tuple[Buyers, int]]) -> bool:
        """Sell what was chosen, or nothing if anything may sell out before the end."""
        counts = Counter(buyers.products[rank] for buyers, rank in chosen)
        pools, room = self._catalog.pools, self._room
        taken: dict[int, int] = {}
        for product, seats in counts.items():
            for pool in pools[product]:
                taken[pool] = taken.get(pool, 0) + seats
        left = {
            product: seats - sum([taken.get(pool, 0) for pool in pools[product]])
            for product, seats in room.items()
        }
        if min(left.values(), default=0) <= 0:
            return not chosen
        self._room = left
        for product, seats in counts.items():
            self._stock.sell(product, seats)
        return True

    def _sell_one(self, buyers: Buyers, rank: int) -> None:
        """Sell what a buyer chose, or what it chooses where that has sold out."""
        product: int | None = buyers.products[rank]
        if not self._stock.available(buyers.products[rank]):
            product = buyers.again(rank, self._stock.available, self._stream)
        if product is not None:
            self._stock.sell(product, 1)

    def _expect(self, step: _Step) -> None:
        """Look ahead to half of what a step is expected to sell."""
        pools, ahead = self._catalog.pools, dict.fromkeys(self._ahead, 0)
        for buyers, come in zip(self._buyers, step.arrivals, strict=True):
            if come:
                for product, micro in buyers.expected(come // 2):
                    for pool in pools[product]:
                        ahead[pool] += micro
        self._ahead = ahead


def _greatest(loads: dict[int, int], pools: tuple[int, ...]) -> int:
    return loads[pools[0]] if len(pools) == 1 else max([loads[pool] for pool in pools])


def _together(catalog: Catalog, demands: Sequence[Demand]) -> list[list[Demand]]:
    """Return the demands by groups of city pairs that share legs."""
    leader: dict[CityPair, CityPair] = {pair: pair for pair in catalog.by_city_pair}

    def of(pair: CityPair) -> CityPair:
        while leader[pair] != pair:
            pair = leader[pair]
        return pair

    first_user: dict[int, CityPair] = {}
    for pair, members in catalog.by_city_pair.items():
        for j in members:
            for pool in catalog.pools[j]:
                leader[of(pair)] = of(first_user.setdefault(pool, pair))
    groups: dict[CityPair, list[Demand]] = {}
    for demand in demands:
        groups.setdefault(of(demand.pair), []).append(demand)
    return list(groups.values())


def _group(catalog: Catalog, demands: list[Demand], every_ms: int) -> _Group:
    """Cut the time before opening into steps of equally many expected arrivals."""
    pairs = list(dict.fromkeys(demand.pair for demand in demands))
    members = {
        pair: tuple(catalog.products[j] for j in catalog.by_city_pair[pair])
        for pair in pairs
    }
    products = [product for some in members.values() for product in some]
    itineraries = len(dict.fromkeys(product.itinerary for product in products))
    total = sum(demand.expected.at(0) for demand in demands)
    count = min(max(total // (_ARRIVALS * itineraries), _STEPS_LEAST), _STEPS_MOST)
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
    return _Group(
        pair=min(pairs),
        demands=tuple(demands),
        weighers=tuple(weigher(demand.segment) for demand in demands),
        members=members,
        pools=tuple(dict.fromkeys(k for product in products for k in product.pools)),
        steps=tuple(steps),
    )


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
