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

from typing import Final

from .addresses import Address
from .http_request import (
    Application,
    Receive,
    Scope,
    Send,
    TurnedAway,
    body_of,
    replayed,
    turn_away,
    values_of,
    verify_json,
    verify_names,
)
from .seat_tokens import SeatTokens

__all__ = ["SEAT_KEY", "HttpGuard"]

BODY_S: Final = 10.0
"""Seconds that it may take to arrive."""
SEAT_KEY: Final = "ttgym.seat"
"""Where a request's scope has the name of the client's seat."""


class HttpGuard:
    """An ASGI application that lets some requests through to another.

    Args:
        app: what they ask for.
        address: under which it is called.
        tokens: of the seats.
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
            body = await body_of(receive, self._body_s)
        except TurnedAway as turned:
            await turn_away(send, turned)
            return
        await self._app({**scope, SEAT_KEY: seat}, replayed(body, receive), send)

    def _verified(self, scope: Scope) -> str:
        """Return whose request it is, by its head."""
        verify_names(scope, self._hosts, self._origins)
        seat = self._seat_of(scope)
        if scope["path"] != self._path:
            raise TurnedAway(404, f"there is nothing here but {self._path}")
        if scope["method"] != "POST":
            raise TurnedAway(405, "only POST is served", allow="POST")
        verify_json(scope)
        return seat

    def _seat_of(self, scope: Scope) -> str:
        given = values_of(scope, b"authorization")
        seat = None
        if len(given) == 1:
            scheme, _, token = given[0].partition(" ")
            if scheme.lower() == "bearer":
                seat = self._tokens.seat_of(token.strip())
        if seat is None:
            msg = "send the token of your seat: Authorization: Bearer TOKEN"
            raise TurnedAway(401, msg, **{"www-authenticate": "Bearer"})
        return seat
