"""Limits: how much of a memory a model is shown."""

from dataclasses import asdict, dataclass

from test_time_gym.market.interface.policy import AgentError

__all__ = ["MemoryLimits", "estimated_tokens_of"]

_BYTES_A_TOKEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryLimits:
    """How much of a memory a model is shown; a token is four bytes of text.

    Raises:
        AgentError: a number is below 1.
    """

    tokens: int = 6000
    """Of all that stands in the prompt besides the prompt itself."""
    episodes: int = 3
    """That transcripts go back."""
    note_tokens: int = 300
    """Of the note of one episode."""

    def __post_init__(self) -> None:
        """Refuse what means nothing."""
        for name, value in asdict(self).items():
            if type(value) is not int or not 1 <= value <= 10**9:
                msg = f"a memory's {name} is a whole number from 1 to 10**9, "
                msg += f"not {value!r:.60}"
                raise AgentError(msg)


def estimated_tokens_of(text: str) -> int:
    """Return about how many tokens a text has: one for four bytes.

    >>> estimated_tokens_of("Hello")
    2
    """
    return -(-len(text.encode()) // _BYTES_A_TOKEN)
