"""The format of a cassette: JSON Lines, each message and list of tools once.

The first line says which format it is.  A call names its messages by their digests,
and those that it has in common with the call before it, of the same agent-episode, by
their number: a long conversation takes as much room as what was said in it.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from .chat_request import ChatRequest

__all__ = ["FORMAT", "CallKey", "EpisodeEnd", "RecordedCall", "RecordedStop"]

FORMAT: Final = {"format": "ttgym-cassette", "version": 1}


class CallKey(NamedTuple):
    """Which call it is."""

    seed: int
    """Of the episode."""
    seat: str
    number: int
    """From 1, for each agent-episode."""
    life: str = ""
    """Of a learning study: the episodes in which one memory is carried along."""

    def __str__(self) -> str:
        """Return it in words."""
        life = f", {self.life}" if self.life else ""
        episode = f"the episode of seed {self.seed}{life}"
        return f"call {self.number} of {self.seat} in {episode}"

    @property
    def episode(self) -> tuple[str, int, str]:
        """Which agent-episode it is of."""
        return self.life, self.seed, self.seat

    @property
    def bound(self) -> str | int:
        """What of a recording depends on this call: the rest of a life, or an episode.

        >>> CallKey(7, "buyer_0", 1).bound, CallKey(7, "buyer_0", 1, "notes/0").bound
        (7, 'notes/0')
        """
        return self.life or self.seed


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """An answer that was paid for."""

    key: CallKey
    request: ChatRequest
    digest: str
    """Of the request."""
    reply: dict[str, Any]
    """The chat completion as it came; of a stream, put together."""
    retries: int
    latency_ms: int


@dataclass(frozen=True, slots=True)
class RecordedStop:
    """A call that was not answered, with which the episode of its agent ended."""

    key: CallKey
    outcome: str
    why: str


@dataclass(frozen=True, slots=True)
class EpisodeEnd:
    """How an agent's episode ended, and all that was said in it."""

    seed: int
    seat: str
    model: str
    calls: int
    result: dict[str, Any]
    """``outcome``, ``reward``, ``steps`` and ``paid``."""
    messages: tuple[dict[str, Any], ...]
    """Whole, whatever part of it the model was shown in the end."""
    tools: tuple[dict[str, Any], ...]
    """All that were offered at some time."""
    life: str = ""
    """As of a `CallKey`."""

    @property
    def episode(self) -> tuple[str, int, str]:
        """Which agent-episode it is."""
        return self.life, self.seed, self.seat
