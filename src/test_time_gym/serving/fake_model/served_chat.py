"""A request for a chat completion: read strictly, and whole."""

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from test_time_gym.market.errors import shown

from .served_error import ServedError

__all__ = ["ServedChat", "canonical", "digest_of", "text_of"]

_ROLES: Final = ("system", "developer", "user", "assistant", "tool")
_SESSION_MAX: Final = 200

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ServedChat:
    """What a client asks for."""

    model: str
    messages: tuple[Json, ...]
    tools: tuple[Json, ...]
    """The ``function`` of each: name, description, parameters."""
    stream: bool
    include_usage: bool
    max_tokens: int | None
    session: str
    """The header ``X-Session-Id``, else ``user`` of the body, else empty."""
    digest: str
    """Of the whole request: the same request is answered alike."""

    @classmethod
    def read(cls, raw: bytes, session: str | None = None) -> "ServedChat":
        """Read a body.

        Args:
            raw: JSON.
            session: from the header, if it was given.

        Raises:
            ServedError: what is wrong, as a client is told.
        """
        body = _object(raw)
        if not isinstance(body.get("model"), str):
            raise _wrong("you must provide a model parameter", "model")
        if body.get("n") not in (None, 1):
            raise _wrong("this model gives one choice: n is 1", "n")
        asked = body.get("tools")
        tools = () if asked is None or body.get("tool_choice") == "none" else asked
        options = body.get("stream_options")
        wanted = options.get("include_usage") if isinstance(options, dict) else None
        if session is None:
            user = body.get("user")
            session = user if isinstance(user, str) else ""
        return cls(
            model=body["model"],
            messages=_messages(body.get("messages")),
            tools=_tools(tools),
            stream=_flag(body, "stream"),
            include_usage=wanted is True,
            max_tokens=_most(body),
            session=session[:_SESSION_MAX],
            digest=digest_of([body, session]),
        )


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same value, whatever its layout was."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def digest_of(value: Any) -> str:
    """Return a short digest of a JSON value.

    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    """
    return blake2b(canonical(value).encode(), digest_size=8).hexdigest()


def text_of(message: Json) -> str:
    """Return the text of a message, which may stand in several parts.

    >>> text_of({"content": [{"type": "text", "text": "a"}, {"type": "image_url"}]})
    'a'
    """
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return "\n".join(text for text in texts if isinstance(text, str))


def _wrong(message: str, param: str | None) -> ServedError:
    return ServedError(400, message, param=param)


def _object(raw: bytes) -> Json:
    try:
        body = json.loads(raw)
        canonical(body).encode()
    except (ValueError, RecursionError) as error:
        msg = f"we could not parse the JSON body of your request: {error!s:.200}"
        raise ServedError(400, msg, code="invalid_json") from error
    if not isinstance(body, dict):
        raise _wrong("the body of the request is a JSON object", None)
    return body


def _flag(body: Json, name: str) -> bool:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise _wrong(f"{name} is true or false, not {shown(value)}", name)
    return value is True


def _most(body: Json) -> int | None:
    for name in ("max_completion_tokens", "max_tokens"):
        value = body.get(name)
        if value is None:
            continue
        if type(value) is not int or value < 1:
            raise _wrong(f"{name} is a whole number from 1, not {shown(value)}", name)
        return value
    return None


def _tools(tools: Any) -> tuple[Json, ...]:
    if not isinstance(tools, list | tuple):
        raise _wrong("tools is a list", "tools")
    found = []
    for k, tool in enumerate(tools):
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict) or tool.get("type") != "function":
            msg = f'tools[{k}] is {{"type": "function", "function": {{...}}}}'
            raise _wrong(msg, f"tools[{k}]")
        if not isinstance(function.get("name"), str):
            raise _wrong(f"tools[{k}].function has no name", f"tools[{k}]")
        found.append(function)
    return tuple(found)


def _messages(messages: Any) -> tuple[Json, ...]:
    if not isinstance(messages, list) or not messages:
        raise _wrong("messages is a list with at least one message", "messages")
    open_calls: list[str] = []
    for k, message in enumerate(messages):
        role = message.get("role") if isinstance(message, dict) else None
        if role not in _ROLES:
            msg = f"messages[{k}].role is one of {', '.join(_ROLES)}"
            raise _wrong(msg, f"messages[{k}].role")
        if not isinstance(message.get("content"), str | list | None):
            msg = f"messages[{k}].content is a text, or a list of parts"
            raise _wrong(msg, f"messages[{k}].content")
        open_calls = _paired(k, message, open_calls)
    _closed(open_calls)
    return tuple(messages)


def _paired(k: int, message: Json, open_calls: list[str]) -> list[str]:
    """Return the calls that are still without an answer after a message.

    Real servers are as strict: a history must not be cut between a call and its
    answer.
    """
    if message["role"] == "tool":
        called = message.get("tool_call_id")
        if called not in open_calls:
            msg = f"messages[{k}] has the role 'tool' and must follow a message with "
            msg += "the 'tool_calls' that it answers"
            raise _wrong(msg, f"messages[{k}].role")
        return [one for one in open_calls if one != called]
    _closed(open_calls)
    calls = message.get("tool_calls") if message["role"] == "assistant" else None
    if calls is None:
        return []
    if not isinstance(calls, list):
        raise _wrong(f"messages[{k}].tool_calls is a list", f"messages[{k}].tool_calls")
    names = [call.get("id") if isinstance(call, dict) else None for call in calls]
    if not all(isinstance(name, str) for name in names):
        raise _wrong(f"messages[{k}].tool_calls: each call has an id", "messages")
    return [str(name) for name in names]


def _closed(open_calls: list[str]) -> None:
    if open_calls:
        msg = "an assistant message with 'tool_calls' must be followed by tool "
        msg += "messages responding to each 'tool_call_id'; missing: "
        msg += ", ".join(open_calls)
        raise _wrong(msg, "messages")
