"""Drawn opening stock beside a warm-up that is played out, product by product."""

from dataclasses import dataclass

import numpy as np

from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import MarketConfig, World

PLAYED_FROM = 1_000_000
"""Seeds of the runs that are played; drawn ones begin at 0."""


@dataclass(frozen=True)
class Comparison:
    """z-scores of every product: a figure drawn less the same one played.

    Attributes:
        mean: of the seats sold before opening.
        variance: of these seats.
        sold_out: share of runs in which nothing is left.
        price: mean opening price; a thousandth of it is one standard error at least,
            since a price that is played may be as old as the last repricing.
        sold: seats sold in all, drawn and played.
    """

    mean: np.ndarray
    variance: np.ndarray
    sold_out: np.ndarray
    price: np.ndarray
    sold: tuple[float, float]

    def worst(self):
        """Return the greatest of all z-scores."""
        scores = (self.mean, self.variance, self.sold_out, self.price)
        return max(float(np.abs(score).max()) for score in scores)


def openings(config: MarketConfig, seeds):
    """Return seats sold, sell-outs and prices at the opening: run × product."""
    world = World.of(config)
    sold, out, prices = [], [], []
    for seed in seeds:
        run = Marketplace(world, seed, [], JournalWriter(None))
        run.open()
        run.clock.advance(0)
        sold.append(list(run.inventory.product_sold))
        out.append([not run.inventory.available(j) for j in range(len(run.prices))])
        prices.append(list(run.prices))
    return [np.array(figures, float) for figures in (sold, out, prices)]


def _z(one, other, least=0):
    """Return the difference of two means in its standard errors, or in the least."""
    difference = one.mean(axis=0) - other.mean(axis=0)
    error = np.sqrt(one.var(axis=0) / len(one) + other.var(axis=0) / len(other))
    # What never happens in one sample may happen once or twice in the other.
    floor = 1 / min(len(one), len(other))
    return difference / np.maximum(error, np.maximum(floor * (error == 0), least))


def _squares(sample):
    return (sample - sample.mean(axis=0)) ** 2


def compare(drawn: MarketConfig, played: MarketConfig, *, drawn_runs, played_runs):
    """Return how far the figures of drawn and played openings are apart."""
    one = openings(drawn, range(drawn_runs))
    two = openings(played, range(PLAYED_FROM, PLAYED_FROM + played_runs))
    return Comparison(
        mean=_z(one[0], two[0]),
        variance=_z(_squares(one[0]), _squares(two[0])),
        sold_out=_z(one[1], two[1]),
        price=_z(one[2], two[2], two[2].mean(axis=0) / 1000),
        sold=(one[0].sum(axis=1).mean(), two[0].sum(axis=1).mean()),
    )
