"""A job: all entrants in one scenario at one seed, each in episodes of its own."""

from dataclasses import dataclass
from functools import lru_cache

from test_time_gym.agents.base import Agent
from test_time_gym.market.world import World
from test_time_gym.scenarios import Scenario, load_family

from .entrant import Entrant
from .focal_episode import FocalEpisode, FocalResult
from .oracle_search import feasible_for_team, play_best_plan
from .score import Score

__all__ = ["Job", "play"]


@dataclass(frozen=True, slots=True)
class Job:
    """A unit of work: what one process plays without the others."""

    scenario: str | Scenario
    """A name or path, or a scenario; of a family, site ``seed`` is played."""
    seed: int
    episodes: int
    """How many each entrant plays, one after the other."""
    entrants: tuple[Entrant, ...]
    reward: object = None
    """See `RewardConfig`; None: the scenario's."""


def play(job: Job) -> list[list[Score]]:
    """Play a job; return the scores of each entrant, in the order of playing.

    Raises:
        AgentError: an agent's ``end`` failed.
    """
    scenario, world = _site(job.scenario, job.seed)
    scenario = scenario.with_reward(job.reward)
    scores: list[list[Score]] = [[] for _ in job.entrants]
    made: list[dict[str, Agent]] = [{} for _ in job.entrants]
    for k in range(job.episodes):
        episode = FocalEpisode(scenario, world, job.seed * job.episodes + k)
        team = feasible_for_team(episode) if scenario.task.team else None
        for entrant, agents, mine in zip(job.entrants, made, scores, strict=True):
            if entrant.knows:
                played = play_best_plan(episode)
            else:
                for seat, name in enumerate(episode.mine if not agents else ()):
                    agents[name] = entrant.make(job.seed, seat)
                played = episode.play(agents)
            mine.append(_score(job.seed, played, team=team))
    return scores


@lru_cache(maxsize=4)
def _base(scenario: str) -> tuple[Scenario, World]:
    base = load_family(scenario).base
    return base, World.of(base.market)


def _site(scenario: str | Scenario, seed: int) -> tuple[Scenario, World]:
    if isinstance(scenario, Scenario):
        return scenario, World.of(scenario.market)
    family = load_family(scenario)
    if not family.habits:
        return _base(scenario)
    site = family.site(seed)
    return site, World.of(site.market)


def _score(seed: int, played: FocalResult, *, team: bool | None) -> Score:
    seat, regret, result = played.seat, played.regret, played.result
    met = regret.optimal is not None if team is None else team
    return Score(
        seed=seed,
        outcome=result.outcome,
        feasible=met or result.outcome == "success",
        certified=seat.task.infeasible is not None,
        steps=result.steps,
        reward=result.reward,
        regret=regret.total,
        timing=regret.timing,
        search=regret.search,
        execution=regret.execution,
        first_offer=played.first_offer,
        lost_surplus=regret.lost_surplus,
        error=result.error,
    )
