"""What there is to know of a market as one vector, for a centralized critic.

Nobody in the market sees so much: it is for training, and for nobody's policy.
"""

from typing import Final

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World

from .adapter import EnvAdapter

__all__ = ["GlobalState"]

_CAP: Final = 10.0
"""The largest multiple of a base price, or share of the time, that is told."""


class GlobalState:
    """The market's state and every agent's own vector, in one array of float32.

    In this order: the share of the time until the deadline that has passed; of every
    pool of stock the shares sold and held; of every product the price as a multiple of
    its base price; and the vectors of all agents, as the vector observation has them,
    in the order of `possible_agents`.  A bed or seat that products share is one pool.

    Args:
        adapter: of the environment.

    Attributes:
        space: a Box of constant size.
    """

    def __init__(self, adapter: EnvAdapter) -> None:
        """Find out how long it is."""
        world: World = adapter.world
        self._adapter = adapter
        self._deadline_ms = max(1, adapter.config.task.deadline_s * 1000)
        self._capacity = np.maximum(np.array(world.catalog.capacity, np.float64), 1)
        base = [product.base_minor for product in world.catalog.products]
        self._base = np.maximum(np.array(base, np.float64), 1)
        own = [adapter.vector_space(name) for name in adapter.names]
        pools, products = len(self._capacity), len(base)
        low = [np.zeros(1 + 2 * pools + products), *(one.low for one in own)]
        high = [
            np.full(1, _CAP),
            np.ones(2 * pools),
            np.full(products, _CAP),
            *(one.high for one in own),
        ]
        self.space: spaces.Box = spaces.Box(
            np.concatenate(low).astype(np.float32),
            np.concatenate(high).astype(np.float32),
            dtype=np.float32,
        )

    def of(self, turns: Turns) -> NDArray[np.float32]:
        """Return a fresh array of where a run is."""
        market, adapter = turns.market, self._adapter
        inventory = market.inventory
        passed = min(max(turns.clock.now_ms / self._deadline_ms, 0.0), _CAP)
        parts = [
            np.array([passed]),
            np.array(inventory.sold) / self._capacity,
            np.array(inventory.held) / self._capacity,
            np.minimum(np.array(market.prices) / self._base, _CAP),
            *(adapter.vector(one) for one in turns.participants),
        ]
        return np.concatenate(parts, dtype=np.float32, casting="same_kind")
