"""Conversations: the pages that a request holds, in their order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from .served_chat import text_of
from .styled_pages import StyledPages

__all__ = ["CALL_PREFIX", "Conversation", "ShownPage"]

CALL_PREFIX: Final = "call_"
_CALL: Final = re.compile(CALL_PREFIX + r"([0-9a-f]{16})[0-9a-f]{8}")
"""How this model names its calls: the digest of a state comes first."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page, and the call that it came after."""

    page: Json
    state: str | None
    """Digest in the id of that call; None: there is none, or another model's."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The part of a request that a policy plays from."""

    pages: tuple[ShownPage, ...]
    current: bool
    """Whether the last message holds a page."""
    told: tuple[str, ...]
    """What the system, the developer and the user say, pages included."""

    @classmethod
    def of(cls, messages: Sequence[Json]) -> "Conversation":
        """Read the messages of a request.

        What an assistant said is no page, and neither is what a system prompt quotes.

        Raises:
            ServedError: a page is none that the model can read.
        """
        pages: list[ShownPage] = []
        told: list[str] = []
        state, current, styled = None, False, StyledPages()
        for message in messages:
            role, current = message["role"], False
            if role == "assistant":
                state = _state_of(message)
                continue
            text = text_of(message)
            page = styled.read(text) if role in {"user", "tool"} else None
            if page is not None:
                pages.append(ShownPage(page, state))
                current = True
            if role != "tool":
                told.append(text)
        return cls(tuple(pages), current, tuple(told))


def _state_of(message: Json) -> str | None:
    """Return the digest of a state that the calls of a message are named by.

    >>> _state_of({"tool_calls": [{"id": "call_00112233445566778899aabb"}]})
    '0011223344556677'
    """
    for call in message.get("tool_calls") or ():
        found = _CALL.fullmatch(call["id"])
        if found is not None:
            return found[1]
    return None
