"""The application: OpenEnv's own server of one scenario, behind our guard."""

import socket
from functools import partial
from typing import Any, Final

from openenv.core.env_server.http_server import create_fastapi_app

from test_time_gym.serving.addresses import Address
from test_time_gym.serving.http_request import BODY_MAX
from test_time_gym.serving.http_server import HttpServer
from test_time_gym.serving.name_guard import NameGuard

from .environment import MarketEnvironment
from .served_scenario import ServedScenario

__all__ = ["SESSIONS", "openenv_app", "serve"]

SESSIONS: Final = 256
"""Sessions at once, unless somebody says otherwise."""


def openenv_app(
    served: ServedScenario, address: Address, *, sessions: int = SESSIONS
) -> NameGuard:
    """Return the ASGI application.

    Args:
        served: what is played in every session.
        address: under which it is called.
        sessions: at once, at most; one more is told that there is no room.
    """
    app: Any = create_fastapi_app(
        partial(MarketEnvironment, served),
        served.action,
        served.observation,
        max_concurrent_envs=sessions,
    )
    return NameGuard(app, address)


async def serve(app: NameGuard, listener: socket.socket, sessions: int) -> None:
    """Serve until a signal ends it; what sessions have begun is sealed."""
    # Each has a connection, and may ask for schemas beside it.
    server = HttpServer(app, connections=2 * sessions + SESSIONS, ws_max_size=BODY_MAX)
    await server.serve(sockets=[listener])
