"""A chat reply: what a model answered, whatever server it came from."""

import json
from dataclasses import dataclass
from typing import Any, Final

from .provider_error import ProviderError, error_in

__all__ = ["ChatReply", "ChatToolCall", "read_reply", "reply_of"]

_BYTES_A_TOKEN: Final = 4


@dataclass(frozen=True, slots=True)
class ChatToolCall:
    """A call of a tool, as the model wrote it: nothing is checked yet."""

    id: str
    name: str
    arguments: str
    """JSON text, it should be."""


@dataclass(frozen=True, slots=True)
class ChatReply:
    """A model's answer."""

    text: str
    calls: tuple[ChatToolCall, ...]
    refused: bool
    """Whether the model, or a filter in its way, refuses to go on."""
    cut: bool
    """Whether it ends where it was not allowed to be longer."""
    prompt_tokens: int
    completion_tokens: int
    estimated: bool
    """The provider counts no tokens; each is taken for four bytes."""


def read_reply(text: str) -> dict[str, Any]:
    """Return the JSON object that a server sent.

    Raises:
        ProviderError: it is none, or tells of an error.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f"the reply is no JSON: {text[:80]!r}"
        raise ProviderError("malformed", msg) from error
    if not isinstance(data, dict):
        raise ProviderError("malformed", f"the reply is no object: {text[:80]!r}")
    failed = error_in(data)
    if failed is not None:
        raise failed
    return data


def reply_of(data: dict[str, Any], asked_bytes: int = 0) -> ChatReply:
    """Return what a reply says.

    Args:
        data: a chat completion.
        asked_bytes: length of the request, where the server counts no tokens.

    Raises:
        ProviderError: it is no chat completion.
    """
    try:
        choice = data["choices"][0]
        message = choice["message"]
        calls = tuple(_call(one) for one in message.get("tool_calls") or ())
        text = _text(message.get("content"))
        refusal = _text(message.get("refusal"))
        finish = choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        msg = f"the reply is no chat completion: {json.dumps(data)[:80]}"
        raise ProviderError("malformed", msg) from error
    written = len(text.encode()) + sum(len(call.arguments.encode()) for call in calls)
    asked, answered = _tokens(data, "prompt_tokens"), _tokens(data, "completion_tokens")
    estimated = asked is None or answered is None
    return ChatReply(
        text=text or refusal,
        calls=calls,
        refused=bool(refusal) or finish == "content_filter",
        cut=finish == "length",
        prompt_tokens=-(-asked_bytes // _BYTES_A_TOKEN) if asked is None else asked,
        completion_tokens=-(-written // _BYTES_A_TOKEN)
        if answered is None
        else answered,
        estimated=estimated,
    )


def _call(data: dict[str, Any]) -> ChatToolCall:
    function = data.get("function") or {}
    arguments = function.get("arguments")
    if not isinstance(arguments, str):
        # Some servers send the object itself.
        arguments = "" if arguments is None else json.dumps(arguments)
    name, own = function.get("name"), data.get("id")
    return ChatToolCall(
        _clean(own) if isinstance(own, str) else "",
        _clean(name) if isinstance(name, str) else "",
        _clean(arguments),
    )


def _text(content: object) -> str:
    """Return a message's text; it may come in parts."""
    if isinstance(content, list):
        parts = [one.get("text") for one in content if isinstance(one, dict)]
        content = "".join(part for part in parts if isinstance(part, str))
    return _clean(content) if isinstance(content, str) else ""


def _clean(text: str) -> str:
    """Replace what no text can be sent with: halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode()


def _tokens(data: dict[str, Any], name: str) -> int | None:
    usage = data.get("usage")
    count = usage.get(name) if isinstance(usage, dict) else None
    return count if type(count) is int and count >= 0 else None
