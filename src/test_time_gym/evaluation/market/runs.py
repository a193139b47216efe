"""Runs of markets: who asks for them, and who plays them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import cast

from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.integers import as_integer, whole
from test_time_gym.market.interface.workload import verify_workload
from test_time_gym.market.streams import MAX_SEED
from test_time_gym.rollout.rollout import Report, silent
from test_time_gym.rollout.workers import map_ordered
from test_time_gym.scenarios import Scenario, load_scenario

from .counts import RunCounts, UnitsSold
from .hindsight import play_hindsight
from .kept_runs import KeptRuns, verify_keepable
from .market_run import play_market, units_sold
from .market_spec import MarketSpec, world_of
from .trials import TrialPlan, mean_counts, play_trial

__all__ = ["MarketJob", "play_all", "play_kept", "scenario_to_play", "seeds_of"]

WARM_UPS = ("draw", "simulate", "none")


@dataclass(frozen=True, slots=True)
class MarketJob:
    """One run that is asked for."""

    spec: MarketSpec
    seed: int
    units: bool
    """Whether only what is sold is asked for."""
    hindsight: bool = False
    """Whether sellers know beforehand who will come, instead of having policies."""
    demand: bool = False
    """Whether the demand of all who come is looked at as well."""
    trial: TrialPlan | None = None
    """Departures one after the other instead of one; the seed is their number."""


def seeds_of(seeds: object) -> list[int]:
    """Return the seeds that are played, sorted: their order does not matter.

    Args:
        seeds: how many, from 0 on; or which.

    Raises:
        Misuse: there is none, one comes twice, or one is out of range.

    >>> seeds_of(3), seeds_of([7, 2])
    ([0, 1, 2], [2, 7])
    """
    if as_integer(seeds) is not None:
        return list(range(whole("seeds", seeds, 1)))
    if isinstance(seeds, (str, bytes)) or not isinstance(seeds, Iterable):
        msg = f"seeds are a number, or some of them, not {shown(seeds)}"
        raise Misuse(msg)
    found: dict[int, None] = {}
    for given in seeds:
        seed = as_integer(given)
        if seed is None or not 0 <= seed < MAX_SEED:
            msg = f"a seed is a whole number from 0 to {MAX_SEED - 1}, not "
            raise Misuse(msg + shown(given))
        if seed in found:
            msg = f"the seed {seed} is there twice"
            raise Misuse(msg)
        found[seed] = None
    if not found:
        raise Misuse("there are no seeds: give one at least")
    return sorted(found)


def scenario_to_play(
    scenario: str | Path | Scenario, warm_up: object, *, allow_long: bool
) -> Scenario:
    """Return a scenario, perhaps with another warm-up.

    Raises:
        ScenarioError: it does not exist or says something impossible.
        Misuse: there is no such warm-up, it does not know what is declared, or it
            hardly ends.
    """
    declared = load_scenario(scenario)
    if warm_up is not None:
        if warm_up not in WARM_UPS:
            msg = f"warm_up is one of {', '.join(WARM_UPS)}, not {shown(warm_up)}"
            raise Misuse(msg)
        market = declared.market.model_copy(update={"warm_up": warm_up})
        try:
            market.verify_opening()
        except ValueError as error:
            raise Misuse(f"{declared.name}: {error}") from error
        declared = declared.model_copy(update={"market": market})
    last_s = declared.market.catalog().last_closing_ms // 1000
    task = declared.task.model_copy(update={"deadline_s": last_s})
    whole_horizon = declared.model_copy(update={"task": task})
    verify_workload(whole_horizon, allow_long=allow_long)
    return declared


def play_kept(
    jobs: Sequence[MarketJob],
    name: str,
    workers: int,
    progress: Report | None,
    keep: str | Path | None,
) -> list[RunCounts]:
    """Play runs as `play_all` does, but for those that a file keeps already.

    Args:
        jobs: none of which asks for units or demand alone.
        name: as of `play_all`.
        workers: as of `play_all`.
        progress: as of `play_all`; runs that were kept are done at once.
        keep: the file, to which each run is added as soon as it is done; None: none.

    Raises:
        Misuse: as `play_all`; or the file is none of kept runs, or is damaged.
        PolicyError: as `play_all`.
    """
    if keep is None:
        return cast("list[RunCounts]", play_all(jobs, name, workers, progress))
    whole("workers", workers, 1)
    report = silent if progress is None else progress
    # A program cannot be kept: told before there is a file.
    for job in jobs:
        verify_keepable(job.spec)
    with KeptRuns(keep) as kept:
        waiting = [job for job in jobs if kept.get(job) is None]
        done = len(jobs) - len(waiting)
        report(name, done)
        for job, counts in zip(
            waiting, map_ordered(_play, waiting, workers), strict=True
        ):
            kept.add(job, cast("RunCounts", counts))
            done += 1
            report(name, done)
        return [cast("RunCounts", kept.get(job)) for job in jobs]


def play_all(
    jobs: Sequence[MarketJob], name: str, workers: int, progress: Report | None
) -> list[RunCounts | UnitsSold]:
    """Play runs, in the order in which they are asked for.

    Args:
        jobs: those of one market stand together: its world is compiled once.
        name: of the scenario, for the report.
        workers: processes; the result does not depend on them.
        progress: called with the name and how many runs are done.

    Raises:
        Misuse: the other processes cannot be sent what is to be played.
        PolicyError: a user's own policy failed.
    """
    workers = whole("workers", workers, 1)
    if workers > 1:
        _verify_sendable(jobs[0])
    report = silent if progress is None else progress
    found: list[RunCounts | UnitsSold] = []
    for counts in map_ordered(_play, jobs, workers):
        found.append(counts)
        report(name, len(found))
    return found


def _play(job: MarketJob) -> RunCounts | UnitsSold:
    world = world_of(job.spec)
    if job.trial is not None:
        departures = play_trial(world, job.seed, job.trial, hindsight=job.hindsight)
        return mean_counts(job.seed, departures)
    if job.hindsight:
        return play_hindsight(world, job.seed)
    if job.units:
        return units_sold(world, job.seed)
    return play_market(world, job.seed, demand=job.demand)


def _verify_sendable(job: MarketJob) -> None:
    try:
        ForkingPickler.dumps(job)
    except Exception as error:
        msg = "with several workers a policy must be found by its module: give its "
        msg += f"name, or workers=1 ({type(error).__name__}: {error!s:.200})"
        raise Misuse(msg) from error
