"""What buyers are shown in markets that are played."""

from collections.abc import Sequence
from typing import Final

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.segment import Segment
from test_time_gym.market.world import World

from .elasticity import ShownOffers

__all__ = ["played_offers"]

_LOOKS_A_DAY: Final = 2


def played_offers(
    world: World, demand: Sequence[Segment], seeds: Sequence[int]
) -> list[ShownOffers]:
    """Return what those who come are shown from the opening to the last departure.

    Args:
        world: the flights and their price rules; its own demand is not looked at.
        demand: who comes.
        seeds: of the markets.
    """
    config = world.config.model_copy(update={"demand": tuple(demand)})
    played = World.of(config, world.catalog)
    found = []
    step = DAY_MS // _LOOKS_A_DAY
    for seed in seeds:
        journal = JournalWriter(None)
        market = Marketplace(played, seed, [], journal)
        market.open()
        for start in range(0, world.catalog.last_closing_ms, step):
            market.clock.advance(start + step // 2)
            found.append(_shown(market, demand, start, start + step))
    return found


def _shown(
    market: Marketplace, demand: Sequence[Segment], from_ms: int, until_ms: int
) -> ShownOffers:
    """Return who comes between two instants, and what is on sale now."""
    come = dict.fromkeys((segment.name for segment in demand), 0)
    for one in market.world.demands:
        expected = one.expected.at(until_ms) - one.expected.at(from_ms)
        come[one.segment.name] += expected
    offers = tuple(
        (market.prices[product.index], product.drawback)
        for product in market.catalog.products
        if market.on_sale(product.index)
    )
    return ShownOffers(tuple(come.values()), offers)
