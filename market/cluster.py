"""Clusters of groups that share stock, and what is known of their opening sales.

All of this follows from a scenario alone: how the time before the opening is cut into
steps, what is offered, and what each segment makes of an offer at a price.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from .buyers import weigher
from .catalog import Catalog, Group, Product
from .choice_model import ChoiceModel
from .config import PPM
from .demand import Demand, penalty_of
from .pricing.policy import PriceRule

__all__ = [
    "QUARTER",
    "Cluster",
    "ClusterStep",
    "Row",
    "RowOf",
    "Shelf",
    "ShelfOffer",
    "cluster_of",
    "load_of",
    "together",
]

_STEPS_LEAST, _STEPS_MOST = 4, 12
_ARRIVALS = 3 * PPM
"""Micro-arrivals for each listing that a step has, as far as these bounds allow."""
_CUTS_MOST = 24
"""Steps are cut at so many instants at which products cease to be sold, about."""
QUARTER = PPM // 4
"""Grid of the seats that prices look ahead to."""


@dataclass(frozen=True, slots=True)
class ClusterStep:
    """A stretch of time before opening."""

    priced_at_ms: int
    """When the prices that hold in its middle are set."""
    arrivals: tuple[int, ...]
    """Micro-arrivals expected, of each demand."""


class ShelfOffer(NamedTuple):
    """A product that may be on sale."""

    product: int
    pool: int
    """The first of its pools."""
    pools: tuple[int, ...]
    """All of them, if it has more than one."""


Row = tuple[int, ...]
"""An offer's price and product, then its weight for each demand of its group, and how
many of those buyers would pay as much."""

RowOf = Callable[[int, int, int], Row]
"""Gives the row of a product, for the instant of its price and what is taken by then:
quarters of a seat of its pool or, if it has several, the greatest load of them."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one group offers, and who wants it."""

    offers: tuple[ShelfOffer, ...]
    wanted: tuple[int, ...]
    """Positions of its demands in the cluster."""
    row: RowOf


@dataclass(frozen=True, slots=True)
class Cluster:
    """Groups that share stock, and nobody else's."""

    group: Group
    """The first of them; it names their luck."""
    choices: tuple[ChoiceModel, ...]
    """How each of its demands chooses."""
    shelves: tuple[Shelf, ...]
    """Of each group."""
    pools: tuple[int, ...]
    touched: dict[int, tuple[int, ...]]
    """Products that need a unit of any pool of each, once for each such pool."""
    steps: tuple[ClusterStep, ...]


def together(catalog: Catalog, demands: Sequence[Demand]) -> list[list[Demand]]:
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


def cluster_of(
    catalog: Catalog, demands: list[Demand], rules: Sequence[PriceRule], every_ms: int
) -> Cluster:
    """Cut the time before opening into steps of equally many expected arrivals."""
    groups = list(dict.fromkeys(demand.group for demand in demands))
    products = [catalog.products[j] for one in groups for j in catalog.by_group[one]]
    users: dict[int, list[int]] = {}
    for product in products:
        for pool in product.pools:
            users.setdefault(pool, []).append(product.index)
    listings = len(dict.fromkeys(product.listing for product in products))
    total = sum(demand.expected.at(0) for demand in demands)
    count = min(max(total // (_ARRIVALS * listings), _STEPS_LEAST), _STEPS_MOST)
    begins = start = min(demand.begins_at_ms for demand in demands)
    ends = [_reached(demands, total * k // count, start) for k in range(1, count)]
    middles = [
        _reached(demands, total * (2 * k - 1) // (2 * count), start)
        for k in range(1, count + 1)
    ]
    bounds = list(zip(middles, [*ends, 0], strict=True))
    before, steps = [0] * len(demands), []
    for middle, end in _cut(bounds, _fences(products, start), demands, start):
        by_now = [demand.expected.at(end) for demand in demands]
        come = tuple(now - then for now, then in zip(by_now, before, strict=True))
        # Prices are as old as half the time between repricings, on average.
        steps.append(ClusterStep(max(middle - every_ms // 2, begins), come))
        before, begins = by_now, end
    return Cluster(
        group=min(groups),
        choices=tuple(demand.segment.choice for demand in demands),
        shelves=tuple(_shelf(catalog, rules, group, demands) for group in groups),
        pools=tuple(users),
        touched={
            product.index: tuple(user for pool in product.pools for user in users[pool])
            for product in products
        },
        steps=tuple(steps),
    )


def _fences(products: Sequence[Product], start_ms: int) -> list[int]:
    """Return when products cease to be sold before the opening: not too many times."""
    fences = sorted(
        {
            one.sale_ends_ms
            for one in products
            if start_ms < one.sale_ends_ms < min(one.closes_at_ms, 0)
        }
    )
    return fences[:: len(fences) // _CUTS_MOST + 1]


def _cut(
    bounds: list[tuple[int, int]],
    fences: list[int],
    demands: list[Demand],
    start_ms: int,
) -> list[tuple[int, int]]:
    """Return the middles and ends of steps, cut where a product ceases to be sold."""
    cut: list[tuple[int, int]] = []
    begins = start_ms
    for middle, end in bounds:
        within = [at for at in fences if begins < at < end]
        if within:
            for one, two in pairwise([begins, *within, end]):
                come = sum(d.expected.at(one) + d.expected.at(two) for d in demands)
                halfway = _reached(demands, come // 2, start_ms)
                # Where nobody comes in between, the curve has reached it before.
                cut.append((max(halfway, one), two))
        else:
            cut.append((middle, end))
        begins = end
    return cut


def _shelf(
    catalog: Catalog, rules: Sequence[PriceRule], group: Group, demands: list[Demand]
) -> Shelf:
    wanted = [k for k, demand in enumerate(demands) if demand.group == group]
    every, ends_ms = catalog.by_group[group], catalog.sale_ends_ms
    weighers = [
        (
            weigher(demands[k].segment),
            {j: penalty_of(demands[k].segment, catalog.products[j]) for j in every},
        )
        for k in wanted
    ]
    open_to = [frozenset(demands[k].members) for k in wanted]
    fenced = any(len(some) < len(every) for some in open_to) or any(
        ends_ms[j] < catalog.closing_ms[j] for j in every
    )

    @lru_cache(maxsize=65_536)
    def row(product: int, at_ms: int, taken: int) -> Row:
        pool, *others = catalog.pools[product]
        load_ppm = taken if others else load_of(taken, catalog.capacity[pool])
        price = rules[product](catalog.closing_ms[product] - at_ms, load_ppm)
        weighed = [
            number
            for weigh, penalties in weighers
            for number in weigh(price, penalties[product])
        ]
        if fenced:
            ended = at_ms >= ends_ms[product]
            for k, members in enumerate(open_to):
                if ended or product not in members:
                    weighed[2 * k] = 0
        return (price, product, *weighed)

    offers = tuple(_offer(catalog.products[j]) for j in catalog.by_group[group])
    return Shelf(offers=offers, wanted=tuple(wanted), row=row)


def _offer(product: Product) -> ShelfOffer:
    several = product.pools if len(product.pools) > 1 else ()
    return ShelfOffer(product.index, product.pools[0], several)


def load_of(quarters: int, seats: int) -> int:
    """Return the load of a pool of which so many quarters of a seat are taken."""
    return min(quarters * QUARTER // seats, PPM) if seats else PPM


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
