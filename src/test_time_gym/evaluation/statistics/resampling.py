"""Resampling clusters: rows of places, and quantiles of what came of them."""

from collections.abc import Hashable, Iterator, Sequence
from math import floor, isfinite

import numpy as np
from numpy.typing import NDArray

from test_time_gym.market.errors import Misuse
from test_time_gym.market.integers import whole
from test_time_gym.market.streams import Streams

from .interval import verify_level

__all__ = ["Floats", "Labels", "places_of", "quantile_of", "resamples", "verify"]

Labels = Sequence[Hashable] | None
"""The seed or task of each value; None: each is its own."""
Floats = NDArray[np.float64]

_ROOM = 1_000_000
"""Numbers drawn at once."""
_HALF = 32


def resamples(n: int, draws: int, seed: int) -> Iterator[NDArray[np.intp]]:
    """Yield rows of n indices below n, ``draws`` rows in all."""
    stream = Streams(seed).bulk("bootstrap", n)
    words = np.empty(0, np.uint64)
    left = draws
    while left:
        rows = min(left, max(1, _ROOM // n))
        needed = (rows * n + 1) // 2
        blocks = [words]
        while sum(map(len, blocks)) < needed:
            blocks.append(stream.block())
        taken, words = np.split(np.concatenate(blocks), [needed])
        left -= rows
        # Each word is two numbers of 32 bits: enough, n being far below 2**32.
        shift = np.uint64(_HALF)
        halves = np.concatenate([taken >> shift, taken & np.uint64(2**_HALF - 1)])
        picked = (halves * np.uint64(n)) >> shift
        yield picked[: rows * n].reshape(rows, n).astype(np.intp)


def quantile_of(ordered: Floats, share: float) -> float:
    """Return the quantile of sorted figures: the one that so many do not exceed."""
    place = floor(share * (len(ordered) + 1)) - 1
    return float(ordered[min(max(place, 0), len(ordered) - 1)])


def places_of(count: int, clusters: Labels) -> list[list[int]]:
    """Return the places of each cluster's members, in the order of first mention."""
    if clusters is None:
        return [[k] for k in range(count)]
    if len(clusters) != count:
        msg = f"{count} values need as many cluster labels, not {len(clusters)}"
        raise Misuse(msg)
    members: dict[Hashable, list[int]] = {}
    for k, label in enumerate(clusters):
        members.setdefault(label, []).append(k)
    return list(members.values())


def verify(level: float, draws: int, values: Sequence[float]) -> None:
    """Raise if an interval cannot be asked for like this.

    Raises:
        Misuse: the level is no share, there are no draws, or a value is no number.
    """
    verify_level(level)
    whole("draws", draws, 1)
    wrong = [value for value in values if not isfinite(value)]
    if wrong:
        msg = f"{wrong[0]!r} cannot be averaged: leave out what was not measured"
        raise Misuse(msg)
