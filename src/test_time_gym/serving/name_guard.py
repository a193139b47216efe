"""The guard in front of a server without tokens: who calls it, and by which name.

WebSockets, too: browsers open them to any address for any page.
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
    verify_json,
    verify_names,
)

__all__ = ["NameGuard"]

BODY_S: Final = 10.0
_POLICY: Final = 1008
"""WebSocket's code for what is against the rules."""


class NameGuard:
    """An ASGI application that lets some requests through to another.

    Args:
        app: what they ask for.
        address: under which it is called.
    """

    def __init__(self, app: Application, address: Address) -> None:
        """Keep the lists."""
        self._app = app
        self._hosts = address.hosts
        self._origins = address.own_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or WebSocket, or turn it away."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        web = scope["type"] == "http"
        try:
            verify_names(scope, self._hosts, self._origins)
            if web and scope["method"] == "POST":
                verify_json(scope)
                receive = replayed(await body_of(receive, BODY_S), receive)
        except TurnedAway as turned:
            if web:
                await turn_away(send, turned)
            else:
                await send({"type": "websocket.close", "code": _POLICY})
            return
        await self._app(scope, receive, send)
