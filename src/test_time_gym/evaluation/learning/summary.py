"""The summary of a study: what its runs come to, arm by arm."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from test_time_gym.evaluation.statistics import (
    Interval,
    area_under,
    episodes_to,
    ratio_interval,
    wilson,
)

from .arms import BASELINES
from .comparison import Bounds, bounds, gain, needed, over
from .figures import (
    FIRST,
    LAST,
    bandit,
    explore_ratio,
    mean_of,
    recovery,
    slopes,
    step_shares,
    steps_of_successes,
    steps_per_success,
    success,
)
from .run import LearningEpisode, LearningRun

__all__ = ["clairvoyant_success", "curve", "summary_of", "total_usage"]

Runs = Sequence[LearningRun]
_Told = Sequence[LearningEpisode]
_SHARES: Final = ("success_first10", "success_last50", "success", "violation_rate")


def summary_of(
    runs: Mapping[str, Runs],
    oracle: float | None,
    drifts: Mapping[str, int],
    twin_of: Callable[[str], str] = lambda _arm: "frozen",
) -> dict[str, dict[str, Any]]:
    """Return the figures of each arm; see docs/learning.md for what they mean.

    Args:
        runs: of each arm, in the order of seeds; their twins are among them.
        oracle: the clairvoyant agent's success rate.
        drifts: after how many episodes each drift has happened.
        twin_of: returns the arm that the gain of an arm is against.
    """
    told = {name: [run.episodes for run in some] for name, some in runs.items()}
    return {
        name: _figures(told[name], told[twin_of(name)], oracle)
        | _against(told, name)
        | needed(told[name], told[twin_of(name)])
        | {
            "recovery": {
                drift: recovery(told[name], after)._asdict()
                for drift, after in drifts.items()
            },
            "bandit": bandit([one for run in some for one in run.series]),
            "skills": _mean([run.skills for run in some]),
            "changes": _total([run.changes for run in some]),
            "error": next((run.error for run in some if run.error), None),
        }
        for name, some in runs.items()
    }


def _against(
    told: Mapping[str, list[list[LearningEpisode]]], name: str
) -> dict[str, Any]:
    """Return what an arm gains over the baselines, and over the agent as it is."""
    runs = told[name]
    found: dict[str, Any] = {}
    for rival in BASELINES:
        if rival in told:
            found |= over(runs, told[rival], rival)
    mined = None
    if name not in ("frozen", "mined", *BASELINES) and "mined" in told:
        mined = _gained(runs, told["mined"])
    return {**found, "against_mined": mined}


def _figures(
    runs: list[list[LearningEpisode]],
    twins: list[list[LearningEpisode]],
    oracle: float | None,
) -> dict[str, Any]:
    episodes = [one for run in runs for one in run]
    stopped = [one.outcome for one in episodes if not one.counted]
    intervals = {
        "success_first10": success(_first(runs, FIRST)),
        "success_last50": success(_last(runs, LAST)),
        "steps_first50": steps_of_successes(runs, slice(LAST)),
        "steps_last50": steps_of_successes(runs, slice(-LAST, None)),
        "steps_per_success_first50": steps_per_success(runs),
        "steps_per_success_last50": steps_per_success(runs, late=True),
        "violation_rate": mean_of(runs, lambda one: one.outcome == "violation"),
        "regret_mean": mean_of(runs, lambda one: one.regret),
        "regret_last50": mean_of(_last(runs, LAST), lambda one: one.regret),
        "success": success(runs),
        "steps": mean_of(runs, lambda one: one.steps),
        "reward_mean": mean_of(runs, lambda one: one.reward),
    }
    heights = [point["success"] for point in curve(runs)]
    seen = [height for height in heights if height is not None]
    return {
        **{key: one.estimate for key, one in intervals.items()},
        **step_shares(runs),
        "shares_first10": step_shares(_first(runs, FIRST)),
        "shares_last50": step_shares(_last(runs, LAST)),
        "explore_ratio": explore_ratio(runs),
        "gain": _gained(runs, twins),
        "gain_last50": _gained(_last(runs, LAST), _last(twins, LAST)),
        "first_episode": {
            "success": success(_first(runs, 1)).estimate,
            "gain": _gained(_first(runs, 1), _first(twins, 1)),
        },
        "regret_parts": {
            part: mean_of(runs, attrgetter(part)).estimate
            for part in ("timing", "search", "execution")
        },
        "regret_slopes": slopes(runs, lambda one: one.regret),
        "loss_slopes": slopes(runs, _loss),
        "area": area_under(seen),
        "episodes_to_90": episodes_to(seen, oracle) if oracle else None,
        "not_counted": {one: stopped.count(one) for one in sorted(set(stopped))},
        "errors": sum([one.outcome == "error" for one in episodes]),
        "intervals": {
            key: bounds(one.within(0, 1) if key in _SHARES else one)
            for key, one in intervals.items()
        },
    }


def _loss(one: LearningEpisode) -> float | None:
    """Return the regret of a success, and the lost surplus of a failure."""
    return one.regret if one.regret is not None else one.lost_surplus


def curve(runs: Sequence[_Told]) -> list[dict[str, Any]]:
    """Return the mean of each episode over runs, in the order of playing.

    ``success`` is of feasible episodes, with Wilson's bounds; ``steps`` of all;
    ``regret`` of successes; ``exploring`` is the share of steps that were.
    """
    points = []
    for number, some in enumerate(zip(*runs, strict=True), 1):
        judged = [one for one in some if one.counted]
        met = [one.success for one in judged if one.feasible]
        share, low, high = wilson(sum(met), len(met))
        regrets = [one.regret for one in judged if one.regret is not None]
        points.append(
            {
                "episode": number,
                "success": share,
                "low": low if met else None,
                "high": high if met else None,
                "steps": _mean([one.steps for one in judged]),
                "regret": _mean(regrets),
                "exploring": step_shares([judged])["share_exploring"],
            }
        )
    return points


def clairvoyant_success(seeds: Sequence[Sequence[bool | None]]) -> dict[str, Any]:
    """Return the success rates of the clairvoyant agent; None: infeasible."""
    parts = {
        "success": slice(None),
        "success_first10": slice(FIRST),
        "success_last50": slice(-LAST, None),
    }
    found = {name: _share([one[part] for one in seeds]) for name, part in parts.items()}
    rates = {name: one.estimate for name, one in found.items()}
    return {**rates, "interval": bounds(found["success"])}


def _share(seeds: Sequence[Sequence[bool | None]]) -> Interval:
    met = [[float(one) for one in some if one is not None] for some in seeds]
    tops = [sum(some) for some in met if some]
    return ratio_interval(tops, [float(len(some)) for some in met if some])


def total_usage(runs: Runs) -> dict[str, int]:
    """Return what a model's answers took in all runs of an arm."""
    return _total([run.usage for run in runs])


def _first(runs: Sequence[_Told], count: int) -> list[_Told]:
    return [run[:count] for run in runs]


def _last(runs: Sequence[_Told], count: int) -> list[_Told]:
    return [run[-count:] for run in runs]


def _gained(runs: Sequence[_Told], others: Sequence[_Told]) -> Bounds:
    return bounds(gain(runs, others).within(-1, 1))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _total(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    names = sorted({name for some in counts for name in some})
    return {name: sum([some.get(name, 0) for some in counts]) for name in names}
