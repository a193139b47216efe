"""What is asked of an environment that has no run yet."""

from typing import Any, Final

from gymnasium import error

from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.turns import Turns

__all__ = ["ResetNeeded", "Resettable"]

_OF_A_RUN: Final = (
    "_cumulative_rewards",
    "agent_selection",
    "infos",
    "rewards",
    "terminations",
    "truncations",
)
"""What PettingZoo's AEC environments have once they have been reset."""


class ResetNeeded(Misuse, AttributeError, error.ResetNeeded):
    """An environment was used before `reset`; call it first.

    An `AttributeError` as PettingZoo's users expect it, and the `ResetNeeded` of
    Gymnasium's.
    """


class Resettable:
    """An environment that knows whether it has a run.

    Attributes:
        turns: the run behind the environment; None before `reset`.
    """

    turns: Turns

    def __getattr__(self, name: str) -> Any:
        """Say why an attribute is missing; called only for those that are."""
        if name in _OF_A_RUN:
            raise ResetNeeded(f"{name} before reset: call reset first")
        msg = f"{type(self).__name__!r} object has no attribute {name!r}"
        raise AttributeError(msg, name=name, obj=self)

    def _verify_reset(self, what: str) -> None:
        """Raise that a method was called before `reset`.

        Raises:
            ResetNeeded: there is no run.
        """
        if self.turns is None:
            raise ResetNeeded(f"{what} before reset: call reset first")

    def _without_run(self) -> dict[str, Any]:
        """Return the state of a copy: a run cannot be copied, so it has none."""
        state = {
            key: self.__dict__[key] for key in self.__dict__ if key not in _OF_A_RUN
        }
        return state | {"turns": None}
