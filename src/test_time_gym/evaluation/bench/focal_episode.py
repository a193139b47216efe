"""A focal episode: the agent plays with the policies of the scenario."""

from collections.abc import Mapping
from dataclasses import dataclass

from test_time_gym.agents.base import Agent, AgentSource
from test_time_gym.envs.adapter import buyer_names
from test_time_gym.evaluation.optimum import Optimum, clairvoyant
from test_time_gym.evaluation.regret import Regret, regret_in
from test_time_gym.evaluation.regrets import Regrets
from test_time_gym.market.interface.actions import Input
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World
from test_time_gym.rollout.results import AgentResult
from test_time_gym.rollout.rollout import Rollout
from test_time_gym.scenarios import Scenario

__all__ = ["FocalEpisode", "FocalResult"]


@dataclass(frozen=True, slots=True)
class FocalResult:
    """A focal episode that is over."""

    seat: Buyer
    """The first one, which is measured."""
    result: AgentResult
    recorded_actions: dict[int, list[Input]]
    """What everyone did, by seat."""
    regret: Regret
    """Of the first seat."""
    first_offer: bool | None
    """Whether what it bought stood first on its page; None without a ticket."""


class FocalEpisode:
    """One episode of a scenario, which different agents may play.

    The agent has the first seat; the others are played by the scenario's own
    policies, created again each time.  Of a team the agent has all seats.

    Args:
        scenario: what is played.
        world: its compiled market.
        seed: of the episode.

    Attributes:
        mine: names of the agent's seats.
    """

    def __init__(self, scenario: Scenario, world: World, seed: int) -> None:
        """Seat nobody yet."""
        self.scenario = scenario
        self.world = world
        self.seed = seed
        self.names: list[str] = buyer_names(scenario.agents.count)
        self.mine: list[str] = self.names if scenario.task.team else self.names[:1]
        self._optima: list[tuple[dict[int, list[Input]], Optimum | None]] = []

    def play(self, agents: Mapping[str, Agent]) -> FocalResult:
        """Play it once.

        Args:
            agents: who has each of the agent's seats.

        Raises:
            AgentError: an agent's ``end`` failed.
        """
        policies = self.scenario.policies
        sources: dict[str, AgentSource] = {
            name: agents.get(name, policies[k % len(policies)])
            for k, name in enumerate(self.names)
        }
        called = dict.fromkeys(self.names, "external")
        regrets = Regrets()
        rollout = Rollout(
            self.scenario,
            sources,
            called,
            seed=self.seed,
            world=self.world,
            measure=regrets,
        )
        rollout.start_episode(self.seed)
        turns = rollout.play(self._opened, self.names, None)
        # The seats of the scenario's own policies are not measured: that would be
        # an execution of the market for each of them.
        result = rollout.result(turns, self.seed, None, measured=False)
        seat = turns.seats[0]
        best = self.optimum(rollout.recorded_actions)
        price = None if best is None else best.price_minor
        return FocalResult(
            seat=seat,
            result=result.agents[seat.name],
            recorded_actions=rollout.recorded_actions,
            regret=regret_in(turns, seat, regrets.decisions, price),
            first_offer=regrets.decisions.first_offer(turns, seat),
        )

    def optimum(self, recorded_actions: Mapping[int, list[Input]]) -> Optimum | None:
        """Return the first seat's clairvoyant optimum, given what the others do."""
        others = {
            seat: list(actions)
            for seat, actions in recorded_actions.items()
            if seat != 0
        }
        for known, best in self._optima:
            # Rivals often do the same whichever agent has the first seat.
            if known == others:
                return best
        best = clairvoyant(
            self.scenario,
            self.world,
            self.seed,
            self.names,
            focal=0,
            recorded_actions=others,
        )
        self._optima.append((others, best))
        return best

    def _opened(self) -> Turns:
        return Turns(self.scenario, self.world, self.seed, self.names)
