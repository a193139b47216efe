"""A served scenario: what all sessions of a server share."""

from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from test_time_gym.agents.base import AgentSource
from test_time_gym.agents.llm.pages import PageStyle
from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.booking_env import OtherSeats
from test_time_gym.envs.text import action_parser, obs_to_text
from test_time_gym.scenarios import Scenario
from test_time_gym.serving.seating import takes_its_time

from .episode_files import EpisodeFiles
from .models import MarketAction, MarketObservation, action_class, observation_class
from .session_env import SessionEnv

__all__ = ["ServedScenario"]


class ServedScenario:
    """What is played in every session; the compiled world is shared by all.

    Args:
        scenario: the declared world.
        others: who plays seats besides buyer_0, by name.
        n_agents: seats in all; None: the scenario's number.
        reward: see `EnvAdapter`.
        max_turns: actions of each seat; None: the scenario's.
        journals: folder for a journal of each episode; None: none are written.
        style: in which the text of an observation shows its page, whole.
        allow_long: play even a scenario that hardly ends.

    Attributes:
        scenario: the same, with wallets that do not say what becomes of a card.
        slow: whether one of the others may answer late; then sessions have threads.
        action: class of its actions.
        observation: class of its observations.

    Raises:
        Misuse: an argument is wrong.
        AgentError: one of the others is no agent.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        others: dict[str, AgentSource] | None = None,
        n_agents: int | None = None,
        reward: object = None,
        max_turns: int | None = None,
        journals: Path | None = None,
        style: PageStyle = "compact",
        allow_long: bool = False,
    ) -> None:
        """Compile the world."""
        scenario = scenario.with_neutral_cards()
        given = dict(others or {})
        if n_agents is None and given:
            n_agents = max(scenario.agents.count, len(given) + 1)
        self.scenario: Scenario = scenario
        self._make_adapter = partial(
            EnvAdapter,
            scenario,
            n_agents=n_agents,
            observation="json",
            reward=reward,
            max_turns=max_turns,
            allow_long=allow_long,
        )
        self._adapter = self._make_adapter()
        self._seats = OtherSeats(scenario, self._adapter.names[1:], given)
        self.slow: bool = any(map(takes_its_time, self._seats.sources.values()))
        self._files = None if journals is None else EpisodeFiles(journals)
        self._style: PageStyle = style
        self._numbers = count(1)
        trade = scenario.market.trade
        self.action: type[MarketAction] = action_class(trade)
        self.observation: type[MarketObservation] = observation_class(
            trade, scenario.page
        )

    def environment(self) -> SessionEnv:
        """Return an environment for one session."""
        # Threads do not share a world.
        shared = self._adapter.another
        adapter = self._make_adapter() if self.slow else shared()
        adapter.policies = self._seats.named()
        return SessionEnv(adapter, self._seats, self._files)

    def new_id(self) -> str:
        """Return a name for an episode that nobody has named."""
        return f"episode-{next(self._numbers)}"

    def text(self, page: dict[str, Any]) -> str:
        """Return a page as text for a model."""
        return obs_to_text(page, self._style)

    def decoded(self, action: MarketAction) -> Any:
        """Return an action as environments take it; a text is read as a model's."""
        if action.text is not None:
            return action_parser(action.text)
        return action.model_dump(exclude={"metadata", "text"}, exclude_unset=True)
