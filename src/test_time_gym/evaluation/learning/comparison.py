"""Comparisons of arms: what one gains over another on the same episodes.

Runs stand in the order of their seeds; each is one cluster.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from test_time_gym.evaluation.statistics import (
    Interval,
    newcombe,
    paired_bootstrap,
    seeds_needed,
    spread_of,
)
from test_time_gym.market.errors import Misuse

from .figures import LAST, Runs, success
from .run import LearningEpisode

__all__ = ["Bounds", "Paired", "bounds", "gain", "needed", "over", "paired", "saved"]

_PAIR: Final = 2
"""Runs below which nothing is known of how they differ."""

Bounds = dict[str, float | None]
"""An interval as plain data."""


class Paired(NamedTuple):
    """Differences between two arms, episode by episode."""

    differences: list[float]
    seeds: list[int]
    """The run of each."""


def paired(runs: Runs, others: Runs) -> Paired:
    """Return success here less success there, of every feasible episode.

    An episode that is not counted on one side counts on neither.
    """
    found = Paired([], [])
    for number, (run, other) in enumerate(zip(runs, others, strict=True)):
        for one, two in zip(run, other, strict=True):
            if one.feasible and one.counted and two.counted:
                found.differences.append(float(one.success) - float(two.success))
                found.seeds.append(number)
    return found


def gain(runs: Runs, others: Runs) -> Interval:
    """Return the success rate less that of other runs on the same episodes.

    Where all seeds gained the same, the paired bootstrap knows no bounds: then they
    are those of `newcombe`, which are wider.
    """
    found = paired_bootstrap(*paired(runs, others))
    shares = success(runs).estimate, success(others).estimate
    seeds = len(dict.fromkeys(paired(runs, others).seeds))
    if found.low is not None or seeds < _PAIR or None in shares:
        return found
    return newcombe(shares[0] or 0.0, shares[1] or 0.0, seeds)


def saved(runs: Runs, others: Runs) -> Interval:
    """Return by how much the regret is lower than that of other runs.

    In the mean of the episodes in which both succeeded: only there it is known what
    both have paid.
    """
    found = Paired([], [])
    for number, (run, other) in enumerate(zip(runs, others, strict=True)):
        for one, two in zip(run, other, strict=True):
            if one.regret is not None and two.regret is not None:
                found.differences.append(float(two.regret - one.regret))
                found.seeds.append(number)
    return paired_bootstrap(*found)


def over(runs: Runs, others: Runs, name: str) -> dict[str, Bounds]:
    """Return what is gained and saved over a baseline, in all and in the end.

    Args:
        runs: of an arm.
        others: of the baseline.
        name: the baseline's.
    """
    late, late_others = (
        [run[-LAST:] for run in runs],
        [run[-LAST:] for run in others],
    )
    return {
        f"gain_over_{name}": bounds(gain(runs, others).within(-1, 1)),
        f"gain_over_{name}_last50": bounds(gain(late, late_others).within(-1, 1)),
        f"saved_over_{name}": bounds(saved(runs, others)),
        f"saved_over_{name}_last50": bounds(saved(late, late_others)),
    }


def needed(
    runs: Sequence[Sequence[LearningEpisode]],
    others: Sequence[Sequence[LearningEpisode]],
) -> dict[str, Any]:
    """Return how many seeds would have seen a gain, and its spread over seeds.

    None: what has no spread, or no gain, does not tell.
    """
    found = paired(runs, others)
    spread = spread_of(*found)
    estimate = sum(found.differences) / max(1, len(found.differences))
    seeds = None
    if spread and estimate:
        try:
            seeds = seeds_needed(estimate, spread)
        except Misuse:  # more than anybody plays
            seeds = None
    return {"seeds_needed": seeds, "spread": spread}


def bounds(one: Interval) -> Bounds:
    """Return an interval as plain data."""
    return one._asdict()
