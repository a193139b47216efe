"""Recovery: how arms did before and after what happened to the sites."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from test_time_gym.evaluation.learning.figures import success
from test_time_gym.evaluation.learning.run import LearningEpisode
from test_time_gym.evaluation.statistics import Interval

__all__ = ["STRETCHES", "DriftLevels", "levels_around"]

_LEVEL: Final = 10
"""Episodes of which a level is the mean."""
STRETCHES: Final = ((0, 10), (10, 20), (20, 30), (30, 40))
"""Episodes after a drift, each from one on up to another."""


class DriftLevels(NamedTuple):
    """Success rates around a drift."""

    before: Interval
    """In the ten episodes before it."""
    after: list[Interval | None]
    """In each of `STRETCHES`; None: the next drift or the end came first."""


def levels_around(
    runs: Sequence[Sequence[LearningEpisode]], drift: int, until: int
) -> DriftLevels:
    """Return how runs did around a drift.

    Args:
        runs: episodes of each.
        drift: after how many episodes it happened.
        until: how many episodes there are before the next one, or in all.
    """
    after = [
        success([run[drift + first : min(drift + last, until)] for run in runs])
        if drift + first < until
        else None
        for first, last in STRETCHES
    ]
    before = [run[max(0, drift - _LEVEL) : drift] for run in runs]
    return DriftLevels(
        success(before).within(0, 1),
        [one if one is None else one.within(0, 1) for one in after],
    )
