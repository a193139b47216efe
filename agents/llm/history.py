"""The history: what of a conversation a model is shown again, by a stated rule.

A conversation is a row of turns; a turn is a page, and what was said until an action
came of it.  The page is the answer to the call before it.  Rules leave out whole turns
from the beginning, so that a call and its answer are never torn apart; the first page
that is left then stands on its own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from test_time_gym.market.interface.policy import AgentError

from .chat_request import canonical_json

__all__ = ["History", "HistoryRule", "PageText"]

PageText = Callable[[dict[str, Any], dict[str, Any] | None], str]
"""Writes a page for a model, knowing the page before it, if that is shown, too."""

_RULE: Final = re.compile(r"(last|tokens):([1-9][0-9]{0,8})")
_BYTES_A_TOKEN: Final = 4
_DROPPED: Final = "({} earlier turns are left out.)\n"


@dataclass(frozen=True, slots=True)
class HistoryRule:
    """How much of a conversation is shown again."""

    kind: str
    """``all``, ``last`` (so many turns) or ``tokens`` (so many at most)."""
    most: int = 0

    @classmethod
    def read(cls, text: str) -> "HistoryRule":
        """Return the rule that a text says.

        Raises:
            AgentError: it is none.

        >>> HistoryRule.read("last:8")
        HistoryRule(kind='last', most=8)
        """
        found = _RULE.fullmatch(text) if isinstance(text, str) else None
        if found is not None:
            return cls(found[1], int(found[2]))
        if text == "all":
            return cls("all")
        msg = f"history is all, last:K (turns) or tokens:N, not {text!r:.60}"
        raise AgentError(msg)


@dataclass(slots=True)
class _Exchange:
    """One turn: a page and what was said about it."""

    page: dict[str, Any]
    note: str = ""
    """What is said before the page."""
    said: list[dict[str, Any]] = field(default_factory=list)
    call: str | None = None
    """Id of the call that the next page answers."""
    written: dict[bool, str] = field(default_factory=dict)
    """The page in words, by whether the page before it is shown."""


class History:
    """The conversation of one agent-episode.

    Args:
        system: the first message.
        rule: what of it is shown again.
        page_text: writes pages.
    """

    def __init__(self, system: str, rule: HistoryRule, page_text: PageText) -> None:
        """Begin with no page."""
        self._system = {"role": "system", "content": system}
        self._rule = rule
        self._page_text = page_text
        self._turns: list[_Exchange] = []
        self._dropped = 0

    def open(self, page: dict[str, Any], note: str = "") -> None:
        """Begin a turn.

        Args:
            page: that is shown.
            note: what is said before it; empty: nothing.
        """
        self._turns.append(_Exchange(page, note))

    def say(self, *messages: dict[str, Any]) -> None:
        """Add what was said in this turn, in order."""
        self._turns[-1].said.extend(messages)

    def close(self, call: str | None) -> None:
        """End a turn with the call that the next page answers; None: with a text."""
        self._turns[-1].call = call

    def messages(self) -> tuple[dict[str, Any], ...]:
        """Return what the model is shown; the turn that has begun always is.

        A turn that was left out once is never shown again.
        """
        turns = len(self._turns)
        if self._rule.kind == "last":
            self._dropped = max(self._dropped, turns - self._rule.most)
        shown = self._from(self._dropped)
        while (
            self._rule.kind == "tokens"
            and self._dropped < turns - 1
            and estimated_tokens(shown) > self._rule.most
        ):
            self._dropped += 1
            shown = self._from(self._dropped)
        return shown

    def asked_afterwards(self, over: str, question: str) -> tuple[dict[str, Any], ...]:
        """Return what the model is shown when it is asked something at the end.

        Args:
            over: what answers its last call, in the place of a page.
            question: what it is asked.
        """
        call = self._turns[-1].call if self._turns else None
        if call is None:
            ask = [{"role": "user", "content": f"{over}\n\n{question}"}]
        else:
            ask = [{"role": "tool", "tool_call_id": call, "content": over}]
            ask.append({"role": "user", "content": question})
        return (*self.messages(), *ask)

    def whole(self) -> tuple[dict[str, Any], ...]:
        """Return all that was said."""
        return self._from(0)

    def _from(self, first: int) -> tuple[dict[str, Any], ...]:
        messages = [self._system]
        call = None
        for k in range(first, len(self._turns)):
            turn = self._turns[k]
            text = self._written(k, after=k > first)
            if call is None:
                note = _DROPPED.format(first) if k == first and first else ""
                messages.append({"role": "user", "content": note + text})
            else:
                message = {"role": "tool", "tool_call_id": call, "content": text}
                messages.append(message)
            messages += turn.said
            call = turn.call
        return tuple(messages)

    def _written(self, k: int, *, after: bool) -> str:
        turn = self._turns[k]
        if after not in turn.written:
            before = self._turns[k - 1].page if after else None
            text = self._page_text(turn.page, before)
            turn.written[after] = f"{turn.note}\n{text}" if turn.note else text
        return turn.written[after]


def estimated_tokens(messages: tuple[dict[str, Any], ...]) -> int:
    """Return about how many tokens messages have: one for four bytes of their JSON.

    >>> estimated_tokens(({"role": "user", "content": "Hello"},))
    9
    """
    size = sum(len(canonical_json(one)) for one in messages)
    return -(-size // _BYTES_A_TOKEN)
