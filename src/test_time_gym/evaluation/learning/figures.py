"""Figures of runs: pure functions of their episodes.

Runs stand in the order of their seeds; each is one cluster.
"""

from collections.abc import Callable, Iterable, Sequence
from math import inf
from statistics import median
from typing import Any, Final, NamedTuple

from test_time_gym.evaluation.statistics import (
    Interval,
    min_frac,
    paired_bootstrap,
    ratio_interval,
    recovery_time,
    regret_slopes,
    suff_fail_freq,
)

from .run import LearningEpisode, Series

__all__ = [
    "FIRST",
    "LAST",
    "DriftRecovery",
    "Runs",
    "bandit",
    "explore_ratio",
    "mean_of",
    "recovery",
    "slopes",
    "step_shares",
    "steps_of_successes",
    "steps_per_success",
    "success",
]

FIRST: Final = 10
"""Episodes at the beginning of a run, or all if it has fewer."""
LAST: Final = 50
"""Episodes, or successes, at its end, or all if it has fewer."""
_BACK: Final = 40
"""Episodes within which a run is to have recovered from a drift."""
_WINDOW: Final = 10
"""Episodes of which a level is the mean."""
_LONG: Final = 10
"""Choices from which on a series says something about exploring."""

Runs = Sequence[Sequence[LearningEpisode]]
Value = Callable[[LearningEpisode], float | None]
"""Of an episode; None: it does not count."""


def mean_of(runs: Runs, value: Value) -> Interval:
    """Return the mean of a value over episodes, clustered by run.

    Episodes that are not counted are left out, and so are runs without any value;
    without any run there is no estimate.
    """
    tops, bottoms, clusters = [], [], []
    for number, run in enumerate(runs):
        counted = [one for one in run if one.counted]
        values = [v for v in map(value, counted) if v is not None]
        if values:
            tops.append(sum(values))
            bottoms.append(len(values))
            clusters.append(number)
    return ratio_interval(tops, bottoms, clusters)


def success(runs: Runs) -> Interval:
    """Return the success rate: successes / feasible episodes."""
    return mean_of(runs, _success)


def _success(one: LearningEpisode) -> float | None:
    return float(one.success) if one.feasible else None


def steps_of_successes(runs: Runs, part: slice) -> Interval:
    """Return the mean steps of some successes of each run.

    Args:
        runs: whose.
        part: which of a run's successes, as ``slice(50)`` or ``slice(-50, None)``.

    Returns:
        The mean over runs of their means: each run counts the same. Those without
        a success are left out.
    """
    means = []
    for run in runs:
        steps = [one.steps for one in run if one.success][part]
        if steps:
            means.append(sum(steps) / len(steps))
    return paired_bootstrap(means)


def steps_per_success(runs: Runs, *, late: bool = False) -> Interval:
    """Return what the first fifty successes of a run have cost, in steps each.

    Unlike `steps_of_successes` it counts the steps of failures on the way, too.

    Args:
        runs: whose.
        late: the last fifty instead, counted from the end.

    Returns:
        The mean over runs.  Those without a success are left out.
    """
    means = []
    for run in runs:
        steps = met = 0
        counted = [one for one in run if one.counted]
        for one in reversed(counted) if late else counted:
            steps += one.steps
            met += one.success
            if met == LAST:
                break
        if met:
            means.append(steps / met)
    return paired_bootstrap(means)


def explore_ratio(runs: Runs) -> float | None:
    """Return exploratory choices / choices with an alternative; None without any."""
    episodes = [one for run in runs for one in run]
    made = sum([one.open_choices for one in episodes])
    return sum([one.explored for one in episodes]) / made if made else None


def step_shares(runs: Runs) -> dict[str, float | None]:
    """Return what shares of all steps were in skills, in trials, and exploring.

    None: the agents do not tell.
    """
    episodes = [one for run in runs for one in run if one.counted]
    counts = {
        "share_skills": sum([one.skill_steps for one in episodes]),
        "share_trials": sum([one.trial_steps for one in episodes]),
        "share_exploring": sum([one.exploring_steps for one in episodes]),
    }
    told = sum(counts.values())
    return {name: n / told if told else None for name, n in counts.items()}


def slopes(runs: Runs, value: Value) -> dict[str, float | None] | None:
    """Return the mean slopes of cumulative regret in first and last quarters.

    Args:
        runs: those with fewer than four values are left out.
        value: what is regretted in an episode.
    """
    found = []
    for run in runs:
        all_values = [value(one) for one in run if one.counted]
        values = [one for one in all_values if one is not None]
        if (slope := regret_slopes(values)) is not None:
            found.append(slope)
    if not found:
        return None
    first = sum([one.first for one in found]) / len(found)
    last = sum([one.last for one in found]) / len(found)
    return {"first": first, "last": last, "ratio": last / first if first else None}


class DriftRecovery(NamedTuple):
    """How runs came back after a drift."""

    lives: int
    """Those that had a level to come back to."""
    share: float | None
    """Of them, those that were back within 40 episodes."""
    median: float | None
    """Of their recovery times; None: half of them or more never came back."""


def recovery(runs: Runs, drift: int) -> DriftRecovery:
    """Return how runs recovered from a drift after so many episodes.

    Episodes that are infeasible or not counted are left out, also of the counts.
    """
    times: list[float] = []
    for run in runs:
        judged = [one.feasible and one.counted for one in run]
        before = sum(judged[:drift])
        met = [float(o.success) for o, j in zip(run, judged, strict=True) if j]
        if before >= _WINDOW and any(met[before - _WINDOW : before]):
            time = recovery_time(met, before, window=_WINDOW)
            times.append(inf if time is None else time)
    if not times:
        return DriftRecovery(0, None, None)
    middle = median(times)
    back = sum([time <= _BACK for time in times]) / len(times)
    return DriftRecovery(len(times), back, None if middle == inf else middle)


def bandit(series: Iterable[Series]) -> dict[str, Any]:
    """Return diagnostics of choice, over series of ten choices and more.

    *SuffFailFreq* counts series in which the arm that was best in hindsight is never
    chosen in the second half; *K·MinFrac* is K times the share of the least chosen
    arm. Best is the arm with the largest share of successes among the episodes in
    which it was chosen, of several the one chosen most.
    """
    long = [one for one in series if len(one.chosen) >= _LONG]
    failed, least = [], []
    for one in long:
        arms, run = one.arms, [one.arms[k] for k in one.chosen]
        half = len(run) // 2 + 1
        failed.append(suff_fail_freq([run], [_best(one)], half) or 0.0)
        least.append(min_frac([run], arms, len(run)) or 0.0)
    return {
        "series": len(long),
        "suff_fail_freq": sum(failed) / len(failed) if failed else None,
        "k_min_frac": sum(least) / len(least) if least else None,
    }


def _best(series: Series) -> str:
    scores = []
    for place, arm in enumerate(series.arms):
        met = [
            success
            for chosen, success in zip(series.chosen, series.met, strict=True)
            if chosen == place
        ]
        if met:
            scores.append((sum(met) / len(met), len(met), arm))
    return max(scores)[2]
