"""The bench: entrants × scenarios, played alike and compared with their ceilings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, ClassVar

from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.integers import as_integer, whole
from test_time_gym.market.interface.reward import RewardConfig, reward_of
from test_time_gym.market.interface.workload import verify_workload
from test_time_gym.market.streams import MAX_SEED
from test_time_gym.rollout.rollout import Report, silent
from test_time_gym.rollout.workers import map_ordered
from test_time_gym.scenarios import Scenario, load_family, scenario_names
from test_time_gym.tables import Columns, TabularResult, TitledTable

from .ceiling import load_ceilings
from .entrant import Entrant, default_entrants, entrants_of
from .job import Job, play
from .row import COLUMNS, NOT_COUNTED, Row, row_of
from .score import Score
from .tables import bench_tables

__all__ = ["Bench", "evaluate", "scenarios_of"]

Ceilings = Mapping[str, Mapping[str, int]]
"""Scenario → policy → most of the feasible tasks that it meets, in per cent."""

SoFar = Callable[[Mapping[str, tuple[int, int]]], object]
"""Takes who → how many tasks were met so far, of how many that could be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench(TabularResult):
    """What was measured."""

    COLUMNS: ClassVar[Columns] = COLUMNS
    """Columns of `as_rows`: a row is one agent in one scenario."""

    seeds: int
    start: int
    """The first one."""
    episodes: int
    """Of each entrant at each seed."""
    rows: list[Row]
    """By scenario, then by entrant."""

    @property
    def findings(self) -> list[str]:
        """In words: which policies are above their ceilings."""
        return [
            f"{row.agent} meets {100 * (row.success.estimate or 0):.1f} % of the "
            f"feasible tasks of {row.scenario}, and its ceiling is {row.ceiling} %"
            for row in self.rows
            if row.exceeds
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, as ``ttgym bench --json`` prints it."""
        return {
            "seeds": self.seeds,
            "start": self.start,
            "episodes": self.episodes,
            "rows": [row.as_dict() for row in self.rows],
            "findings": self.findings,
        }

    def as_rows(self) -> list[dict[str, Any]]:
        """Return a row of each agent in each scenario; see `COLUMNS`."""
        return [row.flat() for row in self.rows]

    def as_tables(self) -> list[TitledTable]:
        """Return the tables that ``ttgym bench`` prints."""
        return bench_tables(self)


def evaluate(
    agents: Iterable[object] | object = None,
    scenarios: Iterable[str | Path | Scenario] | str | Path | Scenario | None = None,
    *,
    seeds: int = 20,
    start: int = 0,
    episodes: int = 1,
    workers: int = 1,
    ceilings: Ceilings | None = None,
    reward: object = None,
    allow_long: bool = False,
    progress: Report | None = None,
    so_far: SoFar | None = None,
) -> Bench:
    """Play agents in scenarios, and return the figures of each in each.

    An agent has the first seat, and the scenario's own policies the others; of a
    team it has all seats.  Seed k plays site k of a family.  Every seed has a new
    agent, which plays ``episodes`` of them.  ``"oracle"`` tries plans until it finds a
    purchase that succeeds.

    Args:
        agents: names (built-in, ``module:Name`` or ``file.py:Name``), classes or
            functions of the observation; by default all built-in agents, the oracle,
            and who does nothing, or aborts at once.
        scenarios: names, paths or scenarios; by default all of the package.
        seeds: how many.
        start: the first one.
        episodes: of each agent at each seed.
        workers: processes; the result does not depend on them.
        ceilings: of policies in scenarios of one's own; the package's are known.
        reward: as in `run`.
        allow_long: play even scenarios that hardly end.
        progress: called with what is being done and the number of jobs (a scenario at
            a seed) so far.
        so_far: called after each job with the tasks that each agent has met, and how
            many of its tasks could be.

    Raises:
        Misuse: an argument is wrong, or a scenario hardly ends, and nothing has been
            played.
        ScenarioError: a scenario does not exist or says something impossible.
        AgentError: an agent cannot be loaded, or its ``end`` failed.

    >>> found = evaluate(["cheapest", "oracle"], "flights/sfo-mad", seeds=3)
    >>> [(row.agent, row.success.estimate) for row in found.rows]
    [('cheapest', 1.0), ('oracle', 1.0)]
    """
    seeds = whole("seeds", seeds, 1)
    episodes = whole("episodes", episodes, 1)
    workers = whole("workers", workers, 1)
    first = as_integer(start)
    if first is None or not 0 <= first <= MAX_SEED // episodes - seeds:
        msg = f"the seeds from {shown(start)} on are not all from 0 to {MAX_SEED - 1}"
        raise Misuse(msg)
    start = first
    entrants = entrants_of(default_entrants() if agents is None else agents)
    if reward is not None:
        reward = reward_of(reward, RewardConfig())
    chosen = scenarios_of(scenarios)
    for one in chosen:
        longest = one if isinstance(one, Scenario) else load_family(one).longest
        verify_workload(longest, allow_long=allow_long)
    if workers > 1:
        _verify_sendable(Job(chosen[0], start, episodes, tuple(entrants), reward))
    # Made one by one: of very many seeds the first is played at once, too.
    jobs = (
        Job(scenario, seed, episodes, tuple(entrants), reward)
        for scenario in chosen
        for seed in range(start, start + seeds)
    )
    names = [_declared(scenario).name for scenario in chosen]
    report = silent if progress is None else progress
    found: list[list[list[Score]]] = []
    met = {entrant.name: (0, 0) for entrant in entrants}
    for scores in map_ordered(play, jobs, workers):
        report(names[len(found) // seeds], len(found) + 1)
        found.append(scores)
        if so_far is not None:
            for entrant, own in zip(entrants, scores, strict=True):
                met[entrant.name] = _added(met[entrant.name], own)
            so_far(met)
    rows: list[Row] = []
    for k, scenario in enumerate(chosen):
        mine = found[k * seeds : (k + 1) * seeds]
        rows += _rows(scenario, entrants, mine, {} if ceilings is None else ceilings)
    return Bench(seeds=seeds, start=start, episodes=episodes, rows=rows)


def scenarios_of(
    given: Iterable[str | Path | Scenario] | str | Path | Scenario | None,
) -> list[str | Scenario]:
    """Return what is played; by default all scenarios of the package.

    Raises:
        ScenarioError: one of them does not exist or says something impossible.
        Misuse: two of them have one name, or there is none.
    """
    if given is None:
        return list(scenario_names())
    one = isinstance(given, (str, Path, Scenario))
    listed: list[Any] = [given] if one else list(given)  # type: ignore[arg-type]
    chosen = [one if isinstance(one, Scenario) else str(one) for one in listed]
    for scenario in chosen:
        if not isinstance(scenario, Scenario):
            load_family(scenario)
    names = [_declared(scenario).name for scenario in chosen]
    twice = [name for k, name in enumerate(names) if name in names[:k]]
    if twice or not names:
        msg = (
            f"two scenarios are called {twice[0]}" if twice else "no scenario is named"
        )
        raise Misuse(msg)
    return chosen


def _declared(scenario: str | Scenario) -> Scenario:
    return scenario if isinstance(scenario, Scenario) else load_family(scenario).base


def _verify_sendable(job: Job) -> None:
    try:
        # As the processes will be sent it.  Its error is a class of pickle's own.
        ForkingPickler.dumps(job)
    except Exception as error:
        msg = f"an agent cannot be sent to another process ({error}): name it as "
        raise Misuse(msg + "module:Name or file.py:Name, or use workers=1") from error


def _added(met: tuple[int, int], scores: Sequence[Score]) -> tuple[int, int]:
    """Return how many tasks were met, of how many that could be, with some more."""
    judged = [
        one.outcome == "success"
        for one in scores
        if one.feasible and one.outcome not in NOT_COUNTED
    ]
    return met[0] + sum(judged), met[1] + len(judged)


def _rows(
    scenario: str | Scenario,
    entrants: Sequence[Entrant],
    jobs: Sequence[Sequence[Sequence[Score]]],
    given: Ceilings,
) -> Iterator[Row]:
    declared = _declared(scenario)
    known: Mapping[str, int] = given.get(declared.name, {})
    if scenario in scenario_names() and not known:
        published = load_ceilings().get(declared.name, {})
        known = {name: found.percent for name, found in published.items()}
    for k, entrant in enumerate(entrants):
        scores = [score for job in jobs for score in job[k]]
        yield row_of(
            declared.name,
            entrant.name,
            declared.market.currency,
            scores,
            known.get(entrant.name),
        )
