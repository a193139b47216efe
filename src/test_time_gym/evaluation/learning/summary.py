"""The summary of a study: what its lives come to, arm by arm."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from test_time_gym.evaluation.statistics import (
    Interval,
    area_under,
    episodes_to,
    ratio_interval,
    seeds_needed,
    spread_of,
    wilson,
)
from test_time_gym.market.errors import Misuse

from .figures import (
    FIRST,
    LAST,
    bandit,
    explore_ratio,
    gain,
    mean_of,
    paired,
    recovery,
    slopes,
    steps_of_successes,
    steps_per_success,
    success,
)
from .life import Episode, Life

__all__ = ["clairvoyant_success", "curve", "needed", "summary_of"]

Lives = Sequence[Life]
Bounds = dict[str, float | None]
_Told = Sequence[Episode]
_SHARES: Final = ("success_first10", "success_last50", "success", "violation_rate")


def summary_of(
    lives: Mapping[str, Lives], oracle: float | None, drifts: Mapping[str, int]
) -> dict[str, dict[str, Any]]:
    """Return the figures of each arm; see docs/learning.md for what they mean.

    Args:
        lives: of each arm, in the order of seeds; ``frozen`` is among them.
        oracle: the clairvoyant agent's success rate.
        drifts: after how many episodes each drift has happened.
    """
    told = {name: [life.episodes for life in some] for name, some in lives.items()}
    return {
        name: _figures(told, name, oracle)
        | {
            "recovery": {
                drift: recovery(told[name], after)._asdict()
                for drift, after in drifts.items()
            },
            "bandit": bandit([one for life in some for one in life.series]),
            "skills": _mean([life.skills for life in some]),
            "changes": _total([life.changes for life in some]),
            "error": next((life.error for life in some if life.error), None),
        }
        for name, some in lives.items()
    }


def _figures(
    told: Mapping[str, list[list[Episode]]], name: str, oracle: float | None
) -> dict[str, Any]:
    lives, frozen = told[name], told["frozen"]
    episodes = [one for life in lives for one in life]
    intervals = {
        "success_first10": success(_first(lives, FIRST)),
        "success_last50": success(_last(lives, LAST)),
        "steps_first50": steps_of_successes(lives, slice(LAST)),
        "steps_last50": steps_of_successes(lives, slice(-LAST, None)),
        "steps_per_success_first50": steps_per_success(lives),
        "steps_per_success_last50": steps_per_success(lives, late=True),
        "violation_rate": mean_of(lives, lambda one: one.outcome == "violation"),
        "regret_mean": mean_of(lives, lambda one: one.regret),
        "success": success(lives),
        "steps": mean_of(lives, lambda one: one.steps),
        "reward_mean": mean_of(lives, lambda one: one.reward),
    }
    heights = [point["success"] for point in curve(lives)]
    seen = [height for height in heights if height is not None]
    mined = None
    if name not in ("frozen", "mined") and "mined" in told:
        mined = _gained(lives, told["mined"])
    return {
        **{key: one.estimate for key, one in intervals.items()},
        "explore_ratio": explore_ratio(lives),
        "explore_ratio_open": explore_ratio(lives, only_open=True),
        "gain": _gained(lives, frozen),
        "gain_last50": _gained(_last(lives, LAST), _last(frozen, LAST)),
        "against_mined": mined,
        "first_episode": {
            "success": success(_first(lives, 1)).estimate,
            "gain": _gained(_first(lives, 1), _first(frozen, 1)),
        },
        "regret_parts": {
            part: mean_of(lives, attrgetter(part)).estimate
            for part in ("timing", "search", "execution")
        },
        "regret_slopes": slopes(lives, lambda one: one.regret),
        "loss_slopes": slopes(lives, _loss),
        "area": area_under(seen),
        "episodes_to_90": episodes_to(seen, oracle) if oracle else None,
        "errors": sum([one.outcome == "error" for one in episodes]),
        "intervals": {
            key: _bounds(one.within(0, 1) if key in _SHARES else one)
            for key, one in intervals.items()
        },
    }


def _loss(one: Episode) -> float | None:
    """Return the regret of a success, and the lost surplus of a failure."""
    return one.regret if one.regret is not None else one.lost_surplus


def curve(lives: Sequence[_Told]) -> list[dict[str, Any]]:
    """Return the mean of each episode over lives, in the order of playing.

    ``success`` is of feasible episodes, with Wilson's bounds; ``steps`` of all;
    ``regret`` of successes; ``explore`` of choices.
    """
    points = []
    for number, some in enumerate(zip(*lives, strict=True), 1):
        met = [one.success for one in some if one.feasible]
        share, low, high = wilson(sum(met), len(met))
        regrets = [one.regret for one in some if one.regret is not None]
        points.append(
            {
                "episode": number,
                "success": share,
                "low": low if met else None,
                "high": high if met else None,
                "steps": _mean([one.steps for one in some]),
                "regret": _mean(regrets),
                "explore": explore_ratio([some]),
            }
        )
    return points


def clairvoyant_success(seeds: Sequence[Sequence[bool | None]]) -> Interval:
    """Return the success rate of the clairvoyant agent; None: infeasible."""
    met = [[float(one) for one in some if one is not None] for some in seeds]
    tops = [sum(some) for some in met if some]
    return ratio_interval(tops, [float(len(some)) for some in met if some])


def needed(lives: Lives, frozen: Lives) -> tuple[int | None, float | None]:
    """Return how many seeds would have seen the gain, and its spread over seeds.

    None: what has no spread, or no gain, does not tell.
    """
    found = paired([x.episodes for x in lives], [x.episodes for x in frozen])
    spread = spread_of(*found)
    estimate = sum(found.differences) / max(1, len(found.differences))
    if not spread or not estimate:
        return None, spread
    try:
        return seeds_needed(estimate, spread), spread
    except Misuse:
        return None, spread


def _first(lives: Sequence[_Told], count: int) -> list[_Told]:
    return [life[:count] for life in lives]


def _last(lives: Sequence[_Told], count: int) -> list[_Told]:
    return [life[-count:] for life in lives]


def _bounds(one: Interval) -> Bounds:
    """Return an interval as plain data."""
    return one._asdict()


def _gained(lives: Sequence[_Told], others: Sequence[_Told]) -> Bounds:
    return _bounds(gain(lives, others).within(-1, 1))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _total(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    names = sorted({name for some in counts for name in some})
    return {name: sum([some.get(name, 0) for some in counts]) for name in names}
