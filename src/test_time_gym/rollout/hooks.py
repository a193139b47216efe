"""What rooms above may hang into a rollout: measures, and agents that are advised."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from test_time_gym.agents.base import Agent
from test_time_gym.market.interface.actions import Input
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World
from test_time_gym.scenarios import Scenario

__all__ = ["Advise", "Measure", "Setup", "seated", "usage_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """An episode that is about to be played."""

    scenario: Scenario
    world: World
    """The scenario's compiled market."""
    seed: int
    names: tuple[str, ...]
    """Of the buyers, in the order of their seats."""
    window_ms: int
    """Length of decision windows; 0: none."""
    roles: tuple[str, ...] = ("buyer",)
    """That agents play."""


Advise = Callable[[Setup, int], Agent]
"""Makes the agent of an episode and the index of its seat, knowing the world."""


class Measure(Protocol):
    """Measures agents while they play; one for all episodes of a run."""

    def begin(self, setup: Setup) -> None:
        """Make ready for an episode."""

    def act(self, turns: Turns, seat: Participant, action: Input) -> bool:
        """Take a ready seat's action, as `Turns.act` does, and note what it needs."""
        ...

    def measured(
        self,
        turns: Turns,
        seat: Participant,
        recorded_actions: Mapping[int, Sequence[Input]],
    ) -> dict[str, Any]:
        """Return further fields of an agent's `AgentResult`, once the episode is over.

        Args:
            turns: the run, over.
            seat: whose result.
            recorded_actions: what everyone did, by seat.
        """
        ...


def seated(agent: Agent, setup: Setup, seat: str) -> Agent:
    """Return who plays a seat in an episode: the agent, or what it makes for it."""
    for_episode = getattr(agent, "for_episode", None)
    if not callable(for_episode):
        return agent
    trade = setup.scenario.market.trade
    return cast("Agent", for_episode(seed=setup.seed, seat=seat, trade=trade))


def usage_of(agent: object) -> dict[str, Any] | None:
    """Return what an agent says that it took in an episode, if it counts anything."""
    usage = getattr(agent, "usage", None)
    found: object = usage() if callable(usage) else None
    return dict(found) if isinstance(found, dict) else None
