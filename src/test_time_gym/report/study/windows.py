"""Windows: a study's figures in stretches of some episodes, one after the other."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from test_time_gym.evaluation.learning.comparison import gain
from test_time_gym.evaluation.learning.figures import (
    Runs,
    mean_of,
    step_shares,
    success,
)
from test_time_gym.evaluation.learning.run import LearningEpisode
from test_time_gym.evaluation.statistics import Interval

__all__ = ["Windows", "window_size", "windows_of"]

_FEW: Final = 20
_SOME: Final = 100
_MANY: Final = 400

Told = Sequence[Sequence[LearningEpisode]]


class Windows(NamedTuple):
    """Figures of one arm, each in the order of the windows."""

    success: list[Interval]
    steps: list[Interval]
    violations: list[Interval]
    regret: list[Interval]
    """Minor units."""
    gain: list[Interval]
    """Over the arm's twin."""
    in_skills: list[float | None]
    """Share of steps; None: the agent does not tell."""
    in_trials: list[float | None]
    exploring: list[float | None]


def window_size(episodes: int) -> int:
    """Return how many episodes a window has, of a run of so many.

    >>> [window_size(n) for n in (6, 60, 200, 1000)]
    [1, 5, 10, 25]
    """
    if episodes < _FEW:
        return 1
    if episodes < _SOME:
        return 5
    return 10 if episodes <= _MANY else 25


def windows_of(
    runs: Mapping[str, Told], twin_of: Callable[[str], str]
) -> tuple[list[int], dict[str, Windows]]:
    """Return the last episode of each window, and the figures of each arm.

    Episodes are counted from 1. The last window may be shorter. Intervals are of
    95 %, clustered by seed.

    Args:
        runs: episodes of each arm's runs, in the order of seeds.
        twin_of: returns the arm that the gain of an arm is against.
    """
    episodes = max((len(run) for some in runs.values() for run in some), default=0)
    size = window_size(episodes)
    parts = [slice(k, min(k + size, episodes)) for k in range(0, episodes, size)]
    found = {
        arm: _windows(some, runs[twin_of(arm)], parts) for arm, some in runs.items()
    }
    return [part.stop for part in parts], found


def _windows(runs: Told, twins: Told, parts: Sequence[slice]) -> Windows:
    cut: list[Runs] = [[run[part] for run in runs] for part in parts]
    others: list[Runs] = [[run[part] for run in twins] for part in parts]
    shares = [step_shares(some) for some in cut]
    return Windows(
        success=[success(some).within(0, 1) for some in cut],
        steps=[mean_of(some, lambda one: one.steps).within(0, 10**9) for some in cut],
        violations=[mean_of(some, _violated).within(0, 1) for some in cut],
        regret=[mean_of(some, lambda one: one.regret) for some in cut],
        gain=[
            gain(one, two).within(-1, 1) for one, two in zip(cut, others, strict=True)
        ],
        in_skills=[one["share_skills"] for one in shares],
        in_trials=[one["share_trials"] for one in shares],
        exploring=[one["share_exploring"] for one in shares],
    )


def _violated(one: LearningEpisode) -> float:
    return float(one.outcome == "violation")
