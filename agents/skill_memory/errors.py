"""Errors of a memory: what is wrong with it, and with which code a command ends."""

from test_time_gym.market.interface.policy import AgentError

__all__ = ["DamagedStore", "LaterStore", "StoreError", "UnfinishedStore"]


class StoreError(AgentError):
    """A memory cannot be opened, read or written; what it holds is as it was.

    Attributes:
        exit_code: of a command that fails for it.
    """

    exit_code = 2


class DamagedStore(StoreError):
    """What stands in a memory contradicts itself."""

    exit_code = 4


class UnfinishedStore(StoreError):
    """A memory was begun, and holds nothing yet."""

    exit_code = 3


class LaterStore(StoreError):
    """A memory of a layout that only later versions of the program know."""

    exit_code = 5
