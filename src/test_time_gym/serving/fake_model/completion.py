"""A reply in the interface's words: one JSON object, or the events of a stream."""

import json
from collections.abc import Iterator
from typing import Any, Final

from .served_chat import ServedChat
from .served_reply import ServedReply, usage_of

__all__ = ["CREATED", "completion", "events"]

Json = dict[str, Any]

CREATED: Final = 1_700_000_000
"""When every reply was made: the same request has the same reply, to the last byte."""
_FINGERPRINT: Final = "fp_fake_model"
_PIECE: Final = 24
"""Characters in an event of a stream; of long texts more, so that events stay few."""
_PIECES_MAX: Final = 128


def completion(chat: ServedChat, reply: ServedReply) -> bytes:
    """Return a reply as one JSON object."""
    message: Json = {
        "role": "assistant",
        "content": reply.content,
        "refusal": reply.refusal,
    }
    if reply.calls:
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in reply.calls
        ]
    choice = {
        "index": 0,
        "message": message,
        "logprobs": None,
        "finish_reason": reply.finish_reason,
    }
    body = {
        **_head(chat, "chat.completion"),
        "choices": [] if reply.empty else [choice],
        "usage": usage_of(chat, reply),
    }
    return json.dumps(body).encode()


def events(chat: ServedChat, reply: ServedReply) -> list[bytes]:
    """Return a reply as server-sent events, the last of which says that it is one."""
    head = _head(chat, "chat.completion.chunk")
    extra: Json = {"usage": None} if chat.include_usage else {}
    chunks: list[Json] = []
    if not reply.empty:
        choices = [_choice(delta, None) for delta in _deltas(reply)]
        choices.append(_choice({}, reply.finish_reason))
        chunks += [{**head, "choices": [one], **extra} for one in choices]
    if chat.include_usage:
        chunks.append({**head, "choices": [], "usage": usage_of(chat, reply)})
    return [*(_event(json.dumps(chunk)) for chunk in chunks), _event("[DONE]")]


def _event(data: str) -> bytes:
    return f"data: {data}\n\n".encode()


def _head(chat: ServedChat, kind: str) -> Json:
    return {
        "id": f"chatcmpl-{chat.digest}",
        "object": kind,
        "created": CREATED,
        "model": chat.model,
        "system_fingerprint": _FINGERPRINT,
    }


def _choice(delta: Json, finish_reason: str | None) -> Json:
    return {
        "index": 0,
        "delta": delta,
        "logprobs": None,
        "finish_reason": finish_reason,
    }


def _deltas(reply: ServedReply) -> Iterator[Json]:
    first = "" if reply.content is not None else None
    yield {"role": "assistant", "content": first, "refusal": None}
    for piece in _pieces(reply.content or ""):
        yield {"content": piece}
    for piece in _pieces(reply.refusal or ""):
        yield {"refusal": piece}
    for k, call in enumerate(reply.calls):
        function = {"name": call.name, "arguments": ""}
        yield _call(k, {"id": call.id, "type": "function", "function": function})
        for piece in _pieces(call.arguments):
            yield _call(k, {"function": {"arguments": piece}})


def _call(k: int, part: Json) -> Json:
    return {"tool_calls": [{"index": k, **part}]}


def _pieces(text: str) -> Iterator[str]:
    """Cut a text.

    >>> list(_pieces("x" * 30))
    ['xxxxxxxxxxxxxxxxxxxxxxxx', 'xxxxxx']
    """
    size = max(_PIECE, -(-len(text) // _PIECES_MAX))
    for start in range(0, len(text), size):
        yield text[start : start + size]
