"""The guard in front of a server: who may ask, and how much.

Its answers, in the order in which they are given, each only if all before it let the
request pass:

| what is wrong | status |
|---|---|
| ``Host`` is none of ours | 421 |
| ``Origin`` is there, and none of ours | 403 |
| no token of a seat | 401 |
| another path | 404 |
| another method than POST | 405 |
| another content type than JSON | 415 |
| too long a body | 413 |
| a body that takes too long to arrive | 408 |
| JSON that is nested too deeply | 400 |

There are no CORS headers: no page of another origin may read an answer.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from .addresses import Address
from .seat_tokens import SeatTokens

__all__ = ["BODY_MAX", "DEPTH_MAX", "SEAT_KEY", "HttpGuard", "depth_of"]

BODY_MAX: Final = 256 * 1024
"""Bytes of a request's body."""
DRAINED_MAX: Final = 4 * 1024 * 1024
DEPTH_MAX: Final = 16
"""Brackets that may be open at once in it."""
BODY_S: Final = 10.0
"""Seconds that it may take to arrive."""
SEAT_KEY: Final = "ttgym.seat"
"""Where a request's scope has the name of the client's seat."""

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


class HttpGuard:
    """An ASGI application that lets some requests through to another.

    Args:
        app: what they ask for.
        address: under which it is called.
        tokens: of the seats; None: no request needs one.
        path: the only one there is.
        body_s: seconds that a body may take to arrive.
    """

    def __init__(
        self,
        app: Application,
        address: Address,
        tokens: SeatTokens,
        *,
        path: str = "/mcp",
        body_s: float = BODY_S,
    ) -> None:
        """Keep the lists."""
        self._app = app
        self._hosts = address.hosts
        self._origins = address.own_origins
        self._tokens = tokens
        self._path = path
        self._body_s = body_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or turn it away."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no WebSocket: it is closed at once
        try:
            seat = self._verified(scope)
            body = await self._body(receive)
        except TurnedAway as turned:
            await _answer(send, turned)
            return
        await self._app({**scope, SEAT_KEY: seat}, _replayed(body, receive), send)

    def _verified(self, scope: Scope) -> str:
        """Return whose request it is, by its head."""
        headers = scope["headers"]
        if not _one(headers, b"host") or _text(headers, b"host") not in self._hosts:
            raise TurnedAway(421, "this server is not called so: check the Host header")
        if _all(headers, b"origin"):
            one = _one(headers, b"origin")
            if not one or _text(headers, b"origin") not in self._origins:
                raise TurnedAway(403, "pages of this origin may not call this server")
        seat = self._seat_of(headers)
        if scope["path"] != self._path:
            raise TurnedAway(404, f"there is nothing here but {self._path}")
        if scope["method"] != "POST":
            raise TurnedAway(405, "only POST is served", allow="POST")
        kind = _text(headers, b"content-type").partition(";")[0].strip()
        if not _one(headers, b"content-type") or kind != "application/json":
            raise TurnedAway(415, "send JSON, with Content-Type: application/json")
        return seat

    def _seat_of(self, headers: list[tuple[bytes, bytes]]) -> str:
        given = _all(headers, b"authorization")
        seat = None
        if len(given) == 1:
            scheme, _, token = given[0].decode("latin-1").partition(" ")
            if scheme.lower() == "bearer":
                seat = self._tokens.seat_of(token.strip())
        if seat is None:
            msg = "send the token of your seat: Authorization: Bearer TOKEN"
            raise TurnedAway(401, msg, **{"www-authenticate": "Bearer"})
        return seat

    async def _body(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size, more = 0, True
        try:
            async with asyncio.timeout(self._body_s):
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


def _all(headers: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for key, value in headers if key == name]


def _one(headers: list[tuple[bytes, bytes]], name: bytes) -> bool:
    return len(_all(headers, name)) == 1


def _text(headers: list[tuple[bytes, bytes]], name: bytes) -> str:
    found = _all(headers, name)
    return found[0].decode("latin-1").strip().lower() if found else ""


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return what hands out a body that was read, and then what comes after it."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return left.pop() if left else await receive()

    return next_message


async def _answer(send: Send, turned: TurnedAway) -> None:
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
