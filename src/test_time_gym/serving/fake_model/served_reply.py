"""A reply of the model, before it is written as JSON or as a stream."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .served_chat import ServedChat

__all__ = ["FinishReason", "ServedCall", "ServedReply", "tokens_of", "usage_of"]

FinishReason = Literal["stop", "tool_calls", "length", "content_filter"]

_CHARACTERS = 4
"""Characters of a token, by the only rule of this model's tokenizer."""


@dataclass(frozen=True, slots=True)
class ServedCall:
    """One call of a tool."""

    id: str
    name: str
    arguments: str
    """JSON text, if nothing went wrong."""


@dataclass(frozen=True, slots=True)
class ServedReply:
    """What the model says."""

    content: str | None = None
    calls: tuple[ServedCall, ...] = ()
    refusal: str | None = None
    finish_reason: FinishReason = "stop"
    empty: bool = False
    """There is no choice at all in the reply."""

    @property
    def length(self) -> int:
        """Return the characters of all that is said."""
        said = len(self.content or "") + len(self.refusal or "")
        return said + sum(len(call.name) + len(call.arguments) for call in self.calls)


def tokens_of(characters: int) -> int:
    """Return how many tokens a text has: one for every four characters begun.

    >>> tokens_of(0), tokens_of(4), tokens_of(5)
    (0, 1, 2)
    """
    return -(-characters // _CHARACTERS)


def prompt_tokens(chat: ServedChat) -> int:
    """Return the tokens of a request: its messages and tools as compact JSON."""
    asked: list[Any] = [chat.messages, chat.tools]
    text = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
    return tokens_of(len(text))


def usage_of(chat: ServedChat, reply: ServedReply) -> Mapping[str, int]:
    """Return what a reply has cost."""
    asked, said = prompt_tokens(chat), tokens_of(reply.length)
    return {
        "prompt_tokens": asked,
        "completion_tokens": said,
        "total_tokens": asked + said,
    }
