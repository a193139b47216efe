"""A run of a market without agents, from its first arrival to its last closing."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from test_time_gym.market.catalog import Catalog, Product
from test_time_gym.market.departure_watch import DepartureWatch
from test_time_gym.market.events import (
    BackgroundCancelled,
    Denied,
    GoShow,
    NoShow,
    SeatSold,
)
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.pricing.sellers import seller_of
from test_time_gym.market.sales_history import SalesHistory, learning_sellers
from test_time_gym.market.world import World

from .counts import Counts, RunCounts, UnitsSold, bucket_of
from .demand_record import Comer, Key, comers
from .shown_demand import ShownDemand

__all__ = ["count_sale", "empty_counts", "play_market", "units_sold"]


def units_sold(world: World, seed: int) -> UnitsSold:
    """Play a market; return what was sold.

    Of sellers with what was drawn as sold before: without it, dearer fares would seem
    to sell more, since they leave more to sell.
    """
    facts: list[Any] = []
    journal = JournalWriter(None)
    journal.write = facts.append
    market = Marketplace(world, seed, [], journal)
    market.open()
    market.clock.advance(world.catalog.last_closing_ms)
    sold = dict.fromkeys(map(seller_of, world.catalog.products), 0)
    for product in world.catalog.products:
        sold[seller_of(product)] += market.inventory.product_sold[product.index]
        if market.afterwards is not None:
            # Elasticities are of what is bought, whatever becomes of it.
            cancelled = market.afterwards.cancelled[product.index]
            sold[seller_of(product)] += cancelled
    segments = {segment.name: 0 for segment in world.config.demand}
    for body in facts:
        if isinstance(body.d, SeatSold):
            segments[body.d.segment] += body.d.seats
    return UnitsSold(sold, segments)


def play_market(
    world: World,
    seed: int,
    *,
    demand: bool = False,
    history: SalesHistory | None = None,
) -> RunCounts:
    """Play a market, and count what its events tell.

    Args:
        world: the compiled market.
        seed: of the run.
        demand: also look at the demand of all who come; it takes longer.
        history: what sellers know of past departures, to which this one is added;
            None for what the world keeps.
    """
    facts: list[Any] = []
    journal = JournalWriter(None)
    journal.write = facts.append
    market = Marketplace(world, seed, [], journal, history=history)
    market.open()
    come = list(comers(world, seed))
    shown = ShownDemand(market) if demand else None
    watched = [] if history is None else learning_sellers(world)
    watch = DepartureWatch(market, watched)
    refused = _refused(market, watch, come, shown)
    if history is not None:
        history.add(watch.sales())
    counts = empty_counts(market, seed, come, market.inventory.sold)
    if shown is not None:
        counts.shown_demand = shown.sums
    for name, cut in market.control.cut_prices().items():
        counts.of[name].cut_prices = cut
        counts.total.cut_prices += cut
    for body in facts:
        _paid_back(counts, market, body.d)
    by_key = {comer.key: comer for comer in come}
    bought: dict[Key, None] = {}
    for body in facts:
        if isinstance(body.d, SeatSold):
            product = world.catalog.by_id[body.d.product]
            key = body.d.segment, body.d.group or product.group, body.d.arrival
            bought[key] = None
            count_sale(counts, product, by_key[key], body.t, body.d.price)
    for comer in refused:
        if comer.key not in bought and comer.wants is not None:
            seller = seller_of(world.catalog.products[comer.wants])
            counts.of[seller].spilled += comer.size
            counts.total.spilled += comer.size
    return counts


def count_sale(
    counts: RunCounts, product: Product, comer: Comer, at_ms: int, price: int
) -> None:
    """Add a sale to the sums of its run.

    Args:
        counts: of the run.
        product: what was sold.
        comer: who bought it.
        at_ms: when.
        price: of one unit, in minor units.
    """
    seller, segment = seller_of(product), comer.key[0]
    size, paid = comer.size, comer.size * price
    for sums in (counts.of[seller], counts.total):
        sums.sold += size
        sums.passenger_km += size * (product.km or 0)
        sums.buyers += 1
        sums.revenue_minor += paid
        sums.surplus_minor += size * comer.willing_minor - paid
    counts.classes[seller, product.rate] += size
    came, buyers, units, minor = counts.segments[segment]
    counts.segments[segment] = came, buyers + 1, units + size, minor + paid
    bucket = (seller, bucket_of(product.closes_at_ms - at_ms))
    number, minor = counts.days.get(bucket, (0, 0))
    counts.days[bucket] = number + size, minor + paid


def _paid_back(counts: RunCounts, market: Marketplace, fact: Any) -> None:
    """Count a booking that did not fly, and what went back, or a go-show."""
    if isinstance(fact, GoShow):
        _count_go_show(counts, market.catalog.by_id[fact.product], fact.price)
    if not isinstance(fact, BackgroundCancelled | Denied | NoShow):
        return
    catalog = market.catalog
    product = catalog.by_id[fact.product]
    empty: Sequence[int] = ()
    seats = 1 if isinstance(fact, Denied) else fact.seats
    amount = fact.compensation if isinstance(fact, Denied) else fact.refund
    if isinstance(fact, NoShow):
        empty = product.pools
    elif isinstance(fact, Denied):
        # Who is denied a leg takes no seat of it, nor of those that board after it.
        last = catalog.boards_ms[fact.pool], fact.pool
        boards = [(catalog.boards_ms[pool], pool) for pool in product.pools]
        empty = [pool for at, pool in boards if (at, pool) >= last]
    # A cancelled unit goes only with who buys it next.
    left = product.pools if isinstance(fact, BackgroundCancelled) else empty
    km = sum(catalog.km[pool] or 0 for pool in left)
    for sums in (counts.of[seller_of(product)], counts.total):
        sums.revenue_minor -= amount
        sums.paid_back_minor += amount
        sums.passenger_km -= seats * km
        sums.cancelled += seats * isinstance(fact, BackgroundCancelled)
        sums.no_shows += seats * isinstance(fact, NoShow)
        sums.denied += isinstance(fact, Denied)
        sums.used -= seats * len(empty)


def _count_go_show(counts: RunCounts, product: Product, price: int) -> None:
    """Add who came without a booking: nobody knows what it would have paid."""
    seller = seller_of(product)
    for sums in (counts.of[seller], counts.total):
        sums.revenue_minor += price
        sums.go_shows += 1
        sums.passenger_km += product.km or 0
        sums.sold += 1
        sums.used += 1
    counts.classes[seller, product.rate] += 1
    number, minor = counts.days.get((seller, 0), (0, 0))
    counts.days[seller, 0] = number + 1, minor + price


def _refused(
    market: Marketplace,
    watch: DepartureWatch,
    come: Iterable[Comer],
    shown: ShownDemand | None,
) -> list[Comer]:
    """Play to the end; return who found that what it wanted was not on sale.

    Args:
        market: opened.
        watch: plays it.
        come: who comes.
        shown: sees all of them, if it is asked for.
    """
    refused: dict[Key, Comer] = {}
    visits = [
        (at_ms, comer)
        for comer in come
        if shown or comer.wants is not None
        for at_ms in (comer.at_ms, *comer.returns_ms)
    ]
    for at_ms, comer in sorted(visits, key=itemgetter(0)):
        # What stood just before it came.
        watch.advance(at_ms - 1)
        if shown is not None and at_ms == comer.at_ms:
            shown.see(*comer.key[:2])
        wanted = comer.wants
        if wanted is None or at_ms >= market.catalog.sale_ends_ms[wanted]:
            continue
        if market.inventory.available(wanted) < comer.size:
            refused[comer.key] = comer
    watch.advance(market.catalog.last_closing_ms)
    return list(refused.values())


def empty_counts(
    market: Marketplace, seed: int, come: Sequence[Comer], gone: Sequence[int]
) -> RunCounts:
    """Return the sums of a run before its sales are looked at.

    Args:
        market: that was played.
        seed: of the run.
        come: all who came.
        gone: units of each pool that are sold in the end.
    """
    catalog = market.catalog
    pools: dict[str, dict[int, None]] = {}
    of: dict[str, Counts] = {}
    total = Counts(used=sum(gone), capacity=sum(catalog.capacity))
    total.capacity_km = _km(catalog, range(len(catalog.capacity)))
    for product in catalog.products:
        seller = seller_of(product)
        sums = of.setdefault(seller, Counts())
        pools.setdefault(seller, {}).update(dict.fromkeys(product.pools))
        drawn = market.opening_sold[product.index] * len(product.pools)
        sums.before += drawn
        total.before += drawn
    for seller, own in pools.items():
        of[seller].used = _sum(gone, own)
        of[seller].capacity = _sum(catalog.capacity, own)
        of[seller].capacity_km = _km(catalog, own)
    classes = {(seller_of(product), product.rate): 0 for product in catalog.products}
    segments = {one.name: (0, 0, 0, 0) for one in market.world.config.demand}
    for comer in come:
        came, *bought = segments[comer.key[0]]
        segments[comer.key[0]] = came + 1, bought[0], bought[1], bought[2]
    return RunCounts(seed, len(come), of, total, classes, {}, segments)


def _km(catalog: Catalog, pools: Iterable[int]) -> int | None:
    """Return units times kilometres; None if a pool's distance is not known."""
    units = 0
    for pool in pools:
        length = catalog.km[pool]
        if length is None:
            return None
        units += catalog.capacity[pool] * length
    return units


def _sum(values: Sequence[int], places: Iterable[int]) -> int:
    return sum(values[place] for place in places)
