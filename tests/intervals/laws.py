"""Laws from which clusters are drawn, with the mean that intervals should hold."""

from collections.abc import Callable
from math import exp
from typing import NamedTuple

import numpy as np

Draw = Callable[[np.random.Generator, int], np.ndarray]


class Law(NamedTuple):
    """What a cluster measures."""

    name: str
    mean: float
    draw: Draw
    claimed: bool = True
    """Whether the documents claim 93 of 100 at 20 clusters."""


def episodes(dice, n):
    """Return the share of 10 episodes that succeed, on seeds that differ in kind."""
    return dice.binomial(10, dice.beta(1, 4, n)) / 10


def gains(dice, n):
    """Return the share of 10 episodes with learning, less that without."""
    return (dice.binomial(10, 0.8, n) - dice.binomial(10, 0.6, n)) / 10


def lone_gains(dice, n):
    """Return the gain of a single episode: it is won, lost, or the same."""
    return dice.choice([1.0, -1.0, 0.0], n, p=[0.3, 0.1, 0.6])


LAWS = [
    Law("normal", 0, lambda dice, n: dice.normal(size=n)),
    Law("exponential", 1, lambda dice, n: dice.exponential(size=n)),
    Law("share of 10 episodes", 0.2, episodes),
    Law("gain in 10 episodes", 0.2, gains),
    Law("gain in one episode", 0.2, lone_gains),
    Law("coin", 0.5, lambda dice, n: dice.binomial(1, 0.5, n) * 1.0),
    Law("lognormal", exp(0.5), lambda dice, n: dice.lognormal(size=n), claimed=False),
    Law("Student's, 3", 0, lambda dice, n: dice.standard_t(3, n), claimed=False),
    Law(
        "one in ten",
        0.1,
        lambda dice, n: dice.binomial(1, 0.1, n) * 1.0,
        claimed=False,
    ),
]
