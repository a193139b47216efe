"""Replies that are well formed for the interface and wrong for the agent."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from .model_fault import ModelFault
from .served_reply import ServedCall, ServedReply

__all__ = ["cut_off", "garbled", "spoiled"]

_MIB: Final = 1 << 20
_HUGE_MILLI: Final = 4000
_LINE: Final = "All of these offers deserve a closer look. "
_TEXT: Final = "Let me think about which of these offers is the best one."
_REFUSAL: Final = "I'm sorry, but I can't help with that."


def spoiled(reply: ServedReply, fault: ModelFault) -> ServedReply:
    """Return what becomes of a reply by a fault; by most kinds, nothing."""
    change = _CHANGES.get(fault.kind)
    return reply if change is None else change(reply, fault)


def garbled(reply: ServedReply) -> ServedReply:
    """Return a reply whose calls have arguments that are no JSON."""
    if not reply.calls:
        return replace(reply, content='{"verb": "wait", "payload": {')
    calls = tuple(
        replace(call, arguments=f'{call.arguments[:-1]}, "unfinished')
        for call in reply.calls
    )
    return replace(reply, calls=calls)


def cut_off(reply: ServedReply, tokens: int) -> ServedReply:
    """Return a reply that ends after so many tokens.

    >>> cut_off(ServedReply("a long story"), 1).content
    'a lo'
    """
    room = tokens * 4
    content, calls = reply.content, []
    if content is not None:
        content, room = content[:room], max(0, room - len(content))
    for call in reply.calls:
        room -= len(call.name)
        if room > 0:
            calls.append(replace(call, arguments=call.arguments[:room]))
            room -= len(call.arguments)
    return replace(reply, content=content, calls=tuple(calls), finish_reason="length")


def _unknown_tool(reply: ServedReply, fault: ModelFault) -> ServedReply:
    del fault
    known = reply.calls or (ServedCall("call_unknown", "", "{}"),)
    calls = (replace(known[0], name="book_everything"), *known[1:])
    return ServedReply(calls=calls, finish_reason="tool_calls")


def _two_calls(reply: ServedReply, fault: ModelFault) -> ServedReply:
    del fault
    if not reply.calls:
        return replace(reply, content=f"{reply.content}\n{reply.content}")
    first = reply.calls[0]
    # Both come of one state, which the id names first.
    other = f"{first.id[:-8]}{int(first.id[-8:], 16) ^ 1:08x}"
    return replace(reply, calls=(first, replace(first, id=other)))


def _length(reply: ServedReply, fault: ModelFault) -> ServedReply:
    del fault
    content = reply.content and reply.content[: len(reply.content) // 2]
    calls = tuple(
        replace(call, arguments=call.arguments[: len(call.arguments) // 2])
        for call in reply.calls
    )
    return replace(reply, content=content, calls=calls, finish_reason="length")


def _huge(reply: ServedReply, fault: ModelFault) -> ServedReply:
    milli = _HUGE_MILLI if fault.value_milli is None else fault.value_milli
    size = milli * _MIB // 1000
    text = (_LINE * (size // len(_LINE) + 1))[:size]
    return replace(reply, content=text + (reply.content or ""))


_CHANGES: Final[dict[str, Callable[[ServedReply, ModelFault], ServedReply]]] = {
    "malformed-arguments": lambda reply, _fault: garbled(reply),
    "unknown-tool": _unknown_tool,
    "two-calls": _two_calls,
    "refusal": lambda _reply, _fault: ServedReply(refusal=_REFUSAL),
    "content-filter": lambda _reply, _fault: ServedReply(
        "", finish_reason="content_filter"
    ),
    "text": lambda _reply, _fault: ServedReply(_TEXT),
    "length": _length,
    "huge": _huge,
    "empty-choices": lambda _reply, _fault: ServedReply(empty=True),
}
