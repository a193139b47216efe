"""What both PettingZoo environments share: the state that a critic may see."""

from typing import Any

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from .global_state import GlobalState
from .market_env import MarketEnv

__all__ = ["MultiAgentEnv"]


class MultiAgentEnv(MarketEnv):
    """A market with many agents, and a state of all of it."""

    _global: GlobalState | None = None

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
