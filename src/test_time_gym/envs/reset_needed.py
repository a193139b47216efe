"""The error of an environment that has no run yet."""

from gymnasium import error

from test_time_gym.market.errors import Misuse

__all__ = ["ResetNeeded"]


class ResetNeeded(Misuse, AttributeError, error.ResetNeeded):
    """An environment was used before `reset`; call it first.

    An `AttributeError` as PettingZoo's users expect it, and the `ResetNeeded` of
    Gymnasium's.
    """
