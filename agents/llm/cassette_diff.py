"""Where a request differs from the one that was recorded."""

from itertools import zip_longest
from typing import Any, Final

from .chat_request import ChatRequest, canonical_json

__all__ = ["first_difference"]

_SHOWN: Final = 80


def first_difference(recorded: ChatRequest, asked: ChatRequest) -> str:
    """Return where two requests differ first, in words.

    >>> one = ChatRequest("m", ({"role": "user", "content": "a"},), (), {})
    >>> other = ChatRequest("m", ({"role": "user", "content": "b"},), (), {})
    >>> first_difference(one, other)
    "message 1 (user), line 1: recorded 'a', now 'b'"
    """
    if recorded.model != asked.model:
        return f"the model: {_both(recorded.model, asked.model)}"
    old, new = dict(recorded.parameters), dict(asked.parameters)
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            return f"the parameter {name}: {_both(old.get(name), new.get(name))}"
    pairs = zip_longest(recorded.messages, asked.messages)
    for number, (one, other) in enumerate(pairs, start=1):
        if one != other:
            return f"message {number}{_message(one, other)}"
    offered = zip_longest(recorded.tools, asked.tools)
    for number, (one, other) in enumerate(offered, start=1):
        if one != other:
            return f"tool {number}: {_both(_tool(one), _tool(other))}"
    return "the order of its keys"


def _message(one: dict[str, Any] | None, other: dict[str, Any] | None) -> str:
    """Return who says what differs, the first differing line of it, and both."""
    if one is None or other is None:
        return ": it was not recorded" if one is None else ": it is missing now"
    texts = [str(each.get("content") or "") for each in (one, other)]
    role = f" ({one.get('role')})"
    if one.get("role") != other.get("role") or texts[0] == texts[1]:
        return f"{role}: {_both(canonical_json(one), canonical_json(other))}"
    lines = zip_longest(*(text.split("\n") for text in texts))
    for number, (old, new) in enumerate(lines, start=1):
        if old != new:
            start = _common(old or "", new or "")
            # Pages are one long line: what differs may be far from its beginning.
            start = max(0, start - _SHOWN // 4) if start > _SHOWN // 2 else 0
            told = _both((old or "")[start:], (new or "")[start:])
            place = f", character {start + 1}" if start else ""
            return f"{role}, line {number}{place}: {told}"
    return role


def _common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    ends = min(len(one), len(other))
    return next((k for k, (old, new) in pairs if old != new), ends)


def _tool(tool: dict[str, Any] | None) -> object:
    return None if tool is None else canonical_json(tool)


def _both(recorded: object, asked: object) -> str:
    return f"recorded {_short(recorded)}, now {_short(asked)}"


def _short(value: object) -> str:
    return f"{value!r:.{_SHOWN}}"
