"""A rehearsal: what tasks cost at least in markets without agents."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from test_time_gym.market.interface.task import Task, qualifies
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World

__all__ = ["Rehearsal", "least_prices"]

Prices = Sequence[int | None]
"""Of every product the least price at which it could be bought; None: never."""

_MS: Final = 1000


def least_prices(world: World, seed: int, deadline_s: int) -> list[int | None]:
    """Play a market with no agents up to a deadline.

    Prices move when the market reprices, and with no agents seats only get fewer:
    looking at the opening and after every repricing sees all there is.
    """
    market = Marketplace(world, seed, [], JournalWriter(None))
    market.open()
    least: list[int | None] = [None] * len(market.prices)
    step = world.config.pricing.reprice_every_s * _MS or deadline_s * _MS
    now, end = 0, deadline_s * _MS
    while now < end:
        market.clock.advance(now)
        for j, price in enumerate(market.prices):
            before = least[j]
            if (before is None or price < before) and market.on_sale(j):
                least[j] = price
        now += step
    return least


class Rehearsal:
    """Markets that were played, and what tasks would have cost at least in them.

    Args:
        world: the market.
        deadline_s: of the tasks.
        seeds: of the markets.
        played: called with the number of markets that are done.
    """

    def __init__(
        self,
        world: World,
        deadline_s: int,
        seeds: Iterable[int],
        played: Callable[[int], None] | None = None,
    ) -> None:
        """Play them all."""
        self._world = world
        self.seeds = tuple(seeds)
        self._markets: list[Prices] = []
        for k, seed in enumerate(self.seeds, 1):
            self._markets.append(least_prices(world, seed, deadline_s))
            if played is not None:
                played(k)

    def least_totals(self, task: Task) -> list[int | None]:
        """Return what a task would have cost at least, market by market."""
        fit = self._fitting(task)
        return [self._least(prices, fit) for prices in self._markets]

    def least_total(self, task: Task, k: int) -> int | None:
        """Return what a task would have cost at least in one of the markets."""
        return self._least(self._markets[k], self._fitting(task))

    def _fitting(self, task: Task) -> list[int]:
        products = self._world.catalog.products
        return [p.index for p in products if qualifies(p, task, self._world)]

    @staticmethod
    def _least(prices: Prices, fit: Iterable[int]) -> int | None:
        return min(
            (price for j in fit if (price := prices[j]) is not None), default=None
        )
