"""Transports: how clients reach the MCP server, and how it ends."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from mcp.server.transport_security import TransportSecuritySettings

from test_time_gym.agents.llm.pages import PageStyle
from test_time_gym.serving.addresses import Address
from test_time_gym.serving.http_guard import HttpGuard
from test_time_gym.serving.http_request import BODY_MAX
from test_time_gym.serving.http_server import HttpServer
from test_time_gym.serving.seat_tokens import SeatTokens
from test_time_gym.serving.served_episode import ServedEpisode

from .market_server import MarketServer

__all__ = ["http_app", "serve_http", "serve_stdio"]

PATH: Final = "/mcp"
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def http_app(
    episode: ServedEpisode,
    address: Address,
    tokens: SeatTokens,
    style: PageStyle = "json",
) -> Any:
    """Return the ASGI application: the SDK's own behind our guard.

    It keeps no sessions: whose call it is, each request's token says.
    """
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=sorted(address.hosts),
        allowed_origins=sorted(address.own_origins),
    )
    app = MarketServer(episode, style=style).streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        max_request_body_size=BODY_MAX,
        transport_security=security,
        host=address.host,
    )
    return HttpGuard(app, address, tokens, path=PATH)


async def serve_http(
    episode: ServedEpisode,
    address: Address,
    listener: socket.socket,
    tokens: SeatTokens,
    style: PageStyle = "json",
) -> None:
    """Serve clients over HTTP until a signal ends it; the journal is sealed then."""
    server = HttpServer(http_app(episode, address, tokens, style), episode.close)
    try:
        await server.serve(sockets=[listener])
    finally:
        episode.close()


async def serve_stdio(
    episode: ServedEpisode,
    seat: str,
    on_signal: Callable[[int], None],
    style: PageStyle = "json",
) -> None:
    """Serve one client over standard input and output, until it leaves.

    Args:
        episode: that is played.
        seat: of the client.
        on_signal: called with a signal's number, once the journal is sealed, before
            the process ends: what reads standard input cannot be interrupted.
        style: in which texts show pages.
    """
    loop = asyncio.get_running_loop()

    def leave(number: int) -> None:
        episode.close()
        on_signal(number)
        os._exit(128 + number)

    with suppress(NotImplementedError):  # Windows raises KeyboardInterrupt instead
        for number in _SIGNALS:
            loop.add_signal_handler(number, leave, number)
    try:
        await MarketServer(episode, seat, style).run_stdio_async()
    finally:
        episode.close()
