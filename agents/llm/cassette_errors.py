"""What may be wrong with a cassette."""

from test_time_gym.market.interface.policy import AgentError

__all__ = ["CassetteDamaged", "CassetteError", "CassetteMismatch"]


class CassetteError(AgentError):
    """A cassette cannot be read, or not be written."""

    exit_code = 2


class CassetteDamaged(CassetteError):
    """A line of a cassette is none, and it is not the last one."""

    exit_code = 4


class CassetteMismatch(CassetteError):
    """A model is asked something else than what was recorded."""

    exit_code = 6
