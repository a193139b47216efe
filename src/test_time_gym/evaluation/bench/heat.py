"""A heat: all players in one scenario at one seed, each in episodes of its own."""

from dataclasses import dataclass
from functools import lru_cache

from test_time_gym.agents.base import Agent
from test_time_gym.market.world import World
from test_time_gym.scenarios import Scenario, load_family

from .contest import Contest, Played
from .player import Player
from .rehearsal import feasible_for_team, rehearsed
from .score import Score

__all__ = ["Heat", "play"]


@dataclass(frozen=True, slots=True)
class Heat:
    """A unit of work: what one process plays without the others."""

    scenario: str | Scenario
    """A name or path, or a scenario; of a family, site ``seed`` is played."""
    seed: int
    episodes: int
    """How many each player plays, one after the other."""
    players: tuple[Player, ...]


def play(heat: Heat) -> list[list[Score]]:
    """Play a heat; return the scores of each player, in the order of playing.

    Raises:
        AgentError: an agent's ``end`` failed.
    """
    scenario, world = _site(heat.scenario, heat.seed)
    scores: list[list[Score]] = [[] for _ in heat.players]
    made: list[dict[str, Agent]] = [{} for _ in heat.players]
    for k in range(heat.episodes):
        contest = Contest(scenario, world, heat.seed * heat.episodes + k)
        team = feasible_for_team(contest) if scenario.task.team else None
        for player, agents, mine in zip(heat.players, made, scores, strict=True):
            if player.knows:
                played = rehearsed(contest)
            else:
                for seat, name in enumerate(contest.mine if not agents else ()):
                    agents[name] = player.make(heat.seed, seat)
                played = contest.play(agents)
            mine.append(_score(heat.seed, played, team=team))
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


def _score(seed: int, played: Played, *, team: bool | None) -> Score:
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
        lost_surplus=regret.lost_surplus,
        error=result.error,
    )
