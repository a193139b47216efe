"""How often an interval holds the truth, and how wide it is."""

from math import sqrt
from statistics import fmean, median
from typing import NamedTuple
from zlib import crc32

import numpy as np

from test_time_gym.evaluation.statistics import bootstrap, mean_interval


class Coverage(NamedTuple):
    """What so many samples have shown."""

    share: float
    """Of the samples whose interval holds the truth; none at all holds nothing."""
    error: float
    """Standard error of the share."""
    width: float
    """Median width."""


def studentised(values, draws, seed):
    """Return the interval that the package gives for a mean."""
    return mean_interval(values, draws=draws, seed=seed)[1:]


def general(values, draws, seed):
    """Return the interval that it gives for any statistic."""
    return bootstrap(values, fmean, draws=draws, seed=seed)[1:]


def percentile(values, draws, seed):
    """Return the naive interval, for comparison."""
    dice = np.random.default_rng(seed)
    rows = dice.integers(0, len(values), (draws, len(values)))
    low, high = np.quantile(np.array(values)[rows].mean(axis=1), [0.025, 0.975])
    return (low, high) if low < high else (None, None)


METHODS = {"studentised": studentised, "general": general, "percentile": percentile}


def measure(law, clusters, method, samples, draws):
    """Draw samples, and return how often the interval holds the law's mean."""
    # Each law has luck of its own, and all methods see the same samples.
    first = crc32(f"{law.name} {clusters}".encode()) << 32
    hits, widths = 0, []
    for k in range(samples):
        values = law.draw(np.random.default_rng(first + k), clusters).tolist()
        low, high = METHODS[method](values, draws, first + k)
        if low is not None:
            hits += low - 1e-12 <= law.mean <= high + 1e-12
            widths.append(high - low)
    share = hits / samples
    error = sqrt(max(share * (1 - share), 1 / samples) / samples)
    return Coverage(share, error, median(widths))
