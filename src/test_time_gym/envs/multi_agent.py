"""What both PettingZoo environments share: spaces, and the state for a critic."""

from typing import Any

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from test_time_gym.market.errors import Misuse, shown

from .global_state import GlobalState
from .market_env import MarketEnv

__all__ = ["MultiAgentEnv"]


class MultiAgentEnv(MarketEnv):
    """A market with many agents, a space for each, and a state of all of it."""

    possible_agents: list[str]
    observation_spaces: dict[str, Any]
    action_spaces: dict[str, Any]
    _global: GlobalState | None = None

    def observation_space(self, agent: str) -> Any:
        """Return the space of an agent's observations, the same object each time.

        Raises:
            Misuse: there is no such agent.
        """
        try:
            return self.observation_spaces[agent]
        except (KeyError, TypeError):
            raise self._no_agent(agent) from None

    def action_space(self, agent: str) -> Any:
        """Return the space of an agent's actions, the same object each time.

        Raises:
            Misuse: there is no such agent.
        """
        try:
            return self.action_spaces[agent]
        except (KeyError, TypeError):
            raise self._no_agent(agent) from None

    def _no_agent(self, agent: object) -> Misuse:
        """Return the error for a name that no agent has."""
        first, last = self.possible_agents[0], self.possible_agents[-1]
        named = first if first == last else f"{first} … {last}"
        return Misuse(f"there is no agent {shown(agent)}; possible_agents: {named}")

    @property
    def state_space(self) -> Box:
        """The space of `state`, the same object each time."""
        return self._global_state.space

    def state(self) -> NDArray[np.float32]:
        """Return a fresh array of stock, prices, time and every agent's own vector.

        It is for a centralized critic; see `GlobalState` for its order.

        Raises:
            ResetNeeded: before `reset`.
        """
        self._verify_reset("state")
        return self._global_state.of(self.turns)

    @property
    def _global_state(self) -> GlobalState:
        if self._global is None:
            self._global = GlobalState(self._adapter)
        return self._global

    def __getstate__(self) -> dict[str, Any]:
        """Leave the state's space behind: a copy makes its own."""
        return super().__getstate__() | {"_global": None}
