"""Eviction: how much is kept of episodes, and which of them go first."""

import sqlite3
from typing import Final

from msgspec import Struct

__all__ = ["Limits", "evicted"]

_TRAJECTORIES: Final = """DELETE FROM trajectory WHERE rowid IN
    (SELECT rowid FROM trajectory WHERE learner = ?
    ORDER BY success, episode LIMIT ?)"""
_CHOICES: Final = """DELETE FROM choices WHERE rowid IN
    (SELECT rowid FROM choices WHERE learner = ? ORDER BY episode LIMIT ?)"""
_QUERIES: Final = (_TRAJECTORIES, _CHOICES)
"""Each with a learner and the number of rows too many."""


class Limits(Struct, frozen=True, kw_only=True):
    """How much is kept of each learner."""

    trajectories: int = 2_000
    """Beyond it the oldest failures go first, then the oldest successes."""
    choices: int = 10_000
    """Episodes whose choices are kept; beyond it the oldest go."""


def evicted(
    store: sqlite3.Connection,
    learner: int,
    there: tuple[int, int],
    most: tuple[int, int],
) -> tuple[int, int]:
    """Delete what is above the limits; return how many are left of each.

    Args:
        store: in a transaction.
        learner: its number.
        there: trajectories, and episodes with choices, that the file holds of it.
        most: how many of each may stay.
    """
    left = []
    for query, count, limit in zip(_QUERIES, there, most, strict=True):
        if count > limit:
            store.execute(query, [learner, count - limit])
        left.append(min(count, limit))
    return left[0], left[1]
