"""Requests as ASGI hands them over, and what may be wrong with them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

__all__ = [
    "BODY_MAX",
    "DEPTH_MAX",
    "Application",
    "Message",
    "Receive",
    "Scope",
    "Send",
    "TurnedAway",
    "body_of",
    "depth_of",
    "replayed",
    "turn_away",
    "values_of",
    "verify_json",
    "verify_names",
]

BODY_MAX: Final = 256 * 1024
"""Bytes of a request's body."""
DRAINED_MAX: Final = 4 * 1024 * 1024
DEPTH_MAX: Final = 16
"""Brackets that may be open at once in it."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class TurnedAway(Exception):
    """A request that is not served."""

    def __init__(self, status: int, why: str, **headers: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.headers = headers


def values_of(scope: Scope, name: bytes) -> list[str]:
    """Return what a request says under a name: several texts if it stands twice."""
    return [
        value.decode("latin-1").strip()
        for key, value in scope["headers"]
        if key == name
    ]


def verify_names(scope: Scope, hosts: frozenset[str], origins: frozenset[str]) -> None:
    """Raise when a request calls the server otherwise than it may be called.

    Args:
        scope: of the request.
        hosts: that it may be called by.
        origins: of web pages that may call it.

    Raises:
        TurnedAway: ``Host`` is another (421), or ``Origin`` is there and another (403).
    """
    host = [value.lower() for value in values_of(scope, b"host")]
    if len(host) != 1 or host[0] not in hosts:
        raise TurnedAway(421, "this server is not called so: check the Host header")
    origin = [value.lower() for value in values_of(scope, b"origin")]
    if origin and (len(origin) != 1 or origin[0] not in origins):
        raise TurnedAway(403, "pages of this origin may not call this server")


def verify_json(scope: Scope) -> None:
    """Raise when a request's body does not say that it is JSON.

    Raises:
        TurnedAway: it says something else, or nothing (415).
    """
    kinds = values_of(scope, b"content-type")
    kind = kinds[0].lower().partition(";")[0].strip() if len(kinds) == 1 else ""
    if kind != "application/json":
        raise TurnedAway(415, "send JSON, with Content-Type: application/json")


async def body_of(receive: Receive, within_s: float) -> bytes:
    """Return the body of a request.

    Args:
        receive: of the request.
        within_s: seconds that it may take to arrive.

    Raises:
        TurnedAway: it is too long (413), comes too slowly (408), or is nested too
            deeply (400).
    """
    parts: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(within_s):
            # What is too long is read on for a while, and thrown away: who is
            # still sending as the connection closes may never see the answer.
            while more and size <= DRAINED_MAX:
                message = await receive()
                if message["type"] != "http.request":
                    raise TurnedAway(400, "the request ended early")
                part = message.get("body", b"")
                size += len(part)
                if size <= BODY_MAX:
                    parts.append(part)
                more = message.get("more_body", False)
    except TimeoutError:
        raise TurnedAway(408, "the body took too long to arrive") from None
    if size > BODY_MAX:
        raise TurnedAway(413, f"a body has {BODY_MAX} bytes at most")
    body = b"".join(parts)
    if depth_of(body) > DEPTH_MAX:
        raise TurnedAway(400, f"the JSON is nested more than {DEPTH_MAX} deep")
    return body


def depth_of(body: bytes) -> int:
    r"""Return how many brackets of a JSON text are open at most at once.

    >>> depth_of(b'{"a": [1, "[[[", {"b": 2}]}'), depth_of(b'["\\"[", []]')
    (3, 2)
    """
    deepest = depth = 0
    in_text = escaped = False
    for byte in body:
        if in_text:
            if escaped:
                escaped = False
            elif byte == ord("\\"):
                escaped = True
            elif byte == ord('"'):
                in_text = False
        elif byte == ord('"'):
            in_text = True
        elif byte in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"}]":
            depth -= 1
    return deepest


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return what hands out a body that was read, and then what comes after it."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return left.pop() if left else await receive()

    return next_message


async def turn_away(send: Send, turned: TurnedAway) -> None:
    """ClientAnswer a request that is not served."""
    body = json.dumps({"error": turned.why}).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "connection": "close",
        **turned.headers,
    }
    start = {
        "type": "http.response.start",
        "status": turned.status,
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})
