"""An agent that acts by a trained policy, on vectors."""

from bisect import bisect_right
from itertools import accumulate
from math import exp
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from test_time_gym.market.interface.policy import policy_stream

from .network import UNIT

if TYPE_CHECKING:
    from .policy_file import PolicyFile

__all__ = ["TrainedAgent", "weight"]

_CERTAIN: Final = 1 << 30
"""Weight of the action with the highest score."""


def weight(below: int) -> int:
    """Return exp(−below) in whole numbers, rounded: the one float step of a draw.

    Args:
        below: how far a score is below the highest one, in multiples of ``1 / UNIT``.

    >>> weight(0) == 2**30, weight(100 * UNIT)
    (True, 0)
    """
    return round(exp(-below / UNIT) * _CERTAIN)


class TrainedAgent:
    """Draws from the chances that a policy gives to legal actions, or takes the best.

    Args:
        policy: what was trained.
        seed: of the draws; the same seed and observations, the same play.
    """

    observes: ClassVar[str] = "vector"
    """It is shown vectors and masks, not pages."""

    def __init__(self, policy: "PolicyFile", seed: int = 0) -> None:
        """Open the stream."""
        self.policy: PolicyFile = policy
        self.actions: str = policy.actions
        """Which legal actions its masks have."""
        self._dice = policy_stream(seed)

    def act(self, observation: dict[str, Any]) -> int:
        """Return an action.

        Args:
            observation: ``observation``, a vector, and ``action_mask``.
        """
        legal = np.flatnonzero(observation["action_mask"])
        scores = self.policy.network.scores(observation["observation"])[legal]
        place = int(scores.argmax())
        if self.policy.choice == "draw":
            place = self._drawn(scores)
        return int(legal[place])

    def _drawn(self, scores: NDArray[np.int64]) -> int:
        """Return a place, with chances that grow by e with each unit of score."""
        told = scores.tolist()
        best = max(told)
        weights = [weight(best - one) for one in told]
        until = list(accumulate(weights))
        return bisect_right(until, self._dice.below(until[-1]))
