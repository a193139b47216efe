"""Two runs of one market, of which one sells a single seat more at the opening."""

from dataclasses import dataclass

import msgspec

from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import MarketConfig, World


@dataclass
class Moved:
    """How many background buyers and final prices differ, of how many."""

    buyers: int = 0
    buyers_moved: int = 0
    prices: int = 0
    prices_moved: int = 0


def _play(world, seed, pick=None):
    """Return what each buyer took, by segment, city pair and arrival; final prices.

    Args:
        world: to be played.
        seed: of the market.
        pick: which of the flights on sale loses a seat at the opening; None: none.
    """
    sink = Lines()
    run = Marketplace(world, seed, [], JournalWriter(sink))
    run.open()
    if pick is not None:
        on_sale = [p.index for p in world.catalog.products if run.on_sale(p.index)]
        bought = on_sale[pick % len(on_sale)]
        run.inventory.sell(bought, 1)
        run.population.opened([bought])
    run.clock.advance(world.catalog.last_closing_ms)
    pairs = {product.id: product.group for product in world.catalog.products}
    took = {}
    for line in sink.lines:
        record = msgspec.json.decode(line)
        if record["k"] == "seat_sold":
            data = record["d"]
            key = data["segment"], pairs[data["product"]], data["arrival"]
            took[key] = data["product"]
    return took, list(run.prices)


class Lines:
    """A journal's destination in memory."""

    def __init__(self):
        self.lines = []

    def write(self, line):
        self.lines.append(line)


def coupling(config: MarketConfig, seeds) -> Moved:
    """Count, over seeds, what one more seat sold at the opening changes."""
    world, moved = World.of(config), Moved()
    for seed in seeds:
        alone, prices = _play(world, seed)
        other, others = _play(world, seed, seed * 7)
        keys = alone.keys() | other.keys()
        moved.buyers += len(keys)
        moved.buyers_moved += sum(alone.get(key) != other.get(key) for key in keys)
        moved.prices += len(prices)
        moved.prices_moved += sum(a != b for a, b in zip(prices, others, strict=True))
    return moved
