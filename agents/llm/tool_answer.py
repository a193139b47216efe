"""A model's answer as an action, or what is wrong with it, in words for the model."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from test_time_gym.market.interface.tools import ToolSpec, whole_numbers

from .chat_reply import ChatReply, ChatToolCall
from .grammar import NoAction, parse_action

__all__ = ["ToolAnswer", "tool_answer"]

_ARGUMENTS_MAX: Final = 4096
"""Characters of a call's arguments."""
_TEXT_MAX: Final = 8000
"""Characters of what a model says that are kept in its history."""
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NOT_JSON: Final = "{"
"""A payload that the market cannot read, in the place of one that nobody could."""
_ONE: Final = "Not carried out: one call a turn, and the first one counts."


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What becomes of a model's answer."""

    message: dict[str, Any]
    """The answer, as the history keeps it: without what servers refuse to read again,
    such as arguments that are no JSON."""
    call: str | None
    """Id of the call that counts; None: there is none."""
    action: dict[str, Any] | None
    """As the market takes it, also if it is malformed; None: there is none."""
    problem: str
    """What is wrong with it; empty: nothing."""
    others: tuple[dict[str, Any], ...]
    """Messages that answer further calls."""


def tool_answer(
    reply: ChatReply, offered: Mapping[str, ToolSpec], turn: int
) -> ToolAnswer:
    """Return what a reply means.

    Args:
        reply: of the model.
        offered: the tools that it may call, by their names.
        turn: number that tells apart calls to which the server gave no id.
    """
    text = reply.text
    if len(text) > _TEXT_MAX:
        text = text[:_TEXT_MAX] + "…"
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if not reply.calls:
        return ToolAnswer(message, None, _written(reply, offered), "", ())
    first = reply.calls[0]
    payload, problem = _payload(first, cut=reply.cut)
    if first.name not in offered:
        problem = f"{first.name[:40]!a} is no tool that is offered now"
    elif payload is not None:
        problem = _misfit(offered[first.name], payload)
    action = {"verb": first.name, "payload": _NOT_JSON if payload is None else payload}
    kept: list[dict[str, Any]] = []
    for k, call in enumerate(reply.calls):
        known = [one["id"] for one in kept]
        kept.append(_kept(call, f"call_{turn}_{k}", known))
    message |= {"content": text or None, "tool_calls": kept}
    others = tuple(
        {"role": "tool", "tool_call_id": call["id"], "content": _ONE}
        for call in kept[1:]
    )
    return ToolAnswer(message, kept[0]["id"], action, problem, others)


def _written(
    reply: ChatReply, offered: Mapping[str, ToolSpec]
) -> dict[str, Any] | None:
    """Return the action that a text has in it, of models that know no tools."""
    if reply.refused or reply.cut:
        return None
    try:
        action = parse_action(reply.text)
    except NoAction:
        return None
    return action if action["verb"] in offered else None


def _payload(call: ChatToolCall, *, cut: bool) -> tuple[dict[str, Any] | None, str]:
    """Return a call's arguments, and what is wrong with them."""
    if len(call.arguments) > _ARGUMENTS_MAX:
        return None, f"its arguments are longer than {_ARGUMENTS_MAX} characters"
    # Servers write a call without arguments in all of these ways.
    if call.arguments.strip() in ("", "null"):
        return {}, ""
    try:
        payload = json.loads(call.arguments)
    except (ValueError, RecursionError):
        why = ", because the answer was cut off" if cut else ""
        return None, f"its arguments are no JSON{why}: {call.arguments[:80]!r}"
    if isinstance(payload, dict):
        return whole_numbers(payload), ""
    return None, f"its arguments are no JSON object: {call.arguments[:80]!r}"


def _misfit(tool: ToolSpec, payload: dict[str, Any]) -> str:
    """Return what is wrong with arguments; empty: nothing."""
    try:
        tool.arguments.model_validate(payload)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False)[0]
        name = ".".join(str(part) for part in wrong["loc"])
        told = f"{name[:40]}: {wrong['msg'].lower()}"
        known = ", ".join(tool.parameters()["properties"]) or "no arguments"
        return f"{told}; {tool.name} takes {known}"
    return ""


def _kept(call: ChatToolCall, own: str, known: list[str]) -> dict[str, Any]:
    """Return a call as servers read it again: its id is no other one's."""
    payload, _ = _payload(call, cut=False)
    arguments = call.arguments if payload else "{}"
    given = call.id[:64]
    name = call.name if _NAME.fullmatch(call.name) else "unknown"
    return {
        "id": own if not given or given in known else given,
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }
