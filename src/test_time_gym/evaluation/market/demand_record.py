"""Who comes to a market, whatever becomes of it there: keyed draws, made once more."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from test_time_gym.market.arrivals import Arrivals
from test_time_gym.market.choice import NO_PURCHASE
from test_time_gym.market.clock import HORIZON_MS
from test_time_gym.market.patience import back_before, gaps_of
from test_time_gym.market.population import Population
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World

__all__ = ["Comer", "Key", "comers"]

_MOST: Final = 9
"""Units that the largest party takes."""

Key = tuple[str, tuple[str, ...], int]
"""Segment, group, and the number of the arrival among theirs."""


class Comer(NamedTuple):
    """A background buyer who comes, and what it would do in an empty shop."""

    at_ms: int
    key: Key
    willing_minor: int
    """The dearest price it would pay."""
    wants: int | None
    """The product it would buy if all of its group that can still be sold were on sale
    at base prices, and all of the dates at which it looks besides."""
    may_buy: tuple[int, ...]
    """Products that no fence keeps it from, in the order of the catalog, whose sale has
    not ended and whose base price it would pay."""
    size: int = 1
    """Of its party: how many units it takes, all of them or none."""
    returns_ms: tuple[int, ...] = ()
    """When it comes back, if it is patient and does not buy before."""


def comers(world: World, seed: int) -> Iterator[Comer]:
    """Yield all who come in a run, one arrival process after the other.

    Chance is keyed: they are those of the run itself, buyer by buyer.
    """
    catalog, start = world.catalog, world.first_instant_ms
    streams = Streams(seed)
    population = Population(world.demands, catalog.sale_ends_ms, streams, start)
    base = [product.base_minor for product in catalog.products]
    for shoppers in population.shoppers:
        arrivals = shoppers.arrivals
        segment, group = arrivals.demand.segment.name, arrivals.demand.group
        members = [
            (j, base[j], catalog.sale_ends_ms[j]) for j in arrivals.demand.members
        ]
        last_end = max([end for _, _, end in members], default=0)
        on_sale = _shop_for(arrivals, catalog.sale_ends_ms)
        while arrivals.next_at_ms < HORIZON_MS:
            at_ms, willing = arrivals.next_at_ms, arrivals.willingness_minor
            chosen = shoppers.choose(at_ms, base, on_sale)
            yield Comer(
                at_ms=at_ms,
                key=(segment, group, arrivals.count),
                willing_minor=willing,
                wants=None if chosen == NO_PURCHASE else chosen,
                may_buy=tuple(
                    [j for j, price, end in members if price <= willing and at_ms < end]
                ),
                size=shoppers.party,
                returns_ms=_returns(arrivals, streams, last_end),
            )
            arrivals.step()


def _returns(arrivals: Arrivals, streams: Streams, ends_ms: int) -> tuple[int, ...]:
    """Return when the next arrival comes back, as long as there is anything to buy."""
    patience, demand = arrivals.demand.segment.waits, arrivals.demand
    if patience is None:
        return ()
    name = (demand.segment.name, *demand.group)
    gaps_ms = gaps_of(patience, streams, arrivals.count, *name)
    at_ms, returns = arrivals.next_at_ms, list[int]()
    while (back := back_before(at_ms, len(returns) + 1, gaps_ms, ends_ms)) is not None:
        at_ms = back
        returns.append(at_ms)
    return tuple(returns)


def _shop_for(arrivals: Arrivals, ends_ms: Sequence[int]) -> Callable[[int], int]:
    """Return what says how many units of a product the next arrival could have.

    Of who looks at other dates those that have passed are none: else most of the late
    buyers would be said to want what nobody can sell them.
    """
    if arrivals.demand.segment.shifts is None:
        return _enough
    return lambda product: _MOST if arrivals.next_at_ms < ends_ms[product] else 0


def _enough(_product: int) -> int:
    return _MOST
