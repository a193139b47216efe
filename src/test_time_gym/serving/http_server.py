"""An HTTP server of this process, until a signal ends it."""

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any, Final

import uvicorn

__all__ = ["HttpServer"]

CONNECTIONS_MAX: Final = 1024
KEEP_ALIVE_S: Final = 5
ANSWER_S: Final = 0.2
"""Seconds in which calls that wait are answered once the server is stopped."""
LEAVE_S: Final = 3
"""Seconds that requests under way have after that."""


class HttpServer(uvicorn.Server):  # type: ignore[misc] # mypy skips uvicorn
    """Serves an ASGI application; says nothing, on neither stream.

    Args:
        app: the application.
        before_stop: called first when it is stopped, so that calls can be answered.
        connections: at once, at most; one more is answered by 503.
        more: settings of uvicorn.
    """

    def __init__(
        self,
        app: Any,
        before_stop: Callable[[], None] | None = None,
        *,
        connections: int = CONNECTIONS_MAX,
        **more: Any,
    ) -> None:
        """Prepare; `serve` does the rest."""
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            limit_concurrency=connections,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=LEAVE_S,
            **more,
        )
        super().__init__(config)
        self._before_stop = before_stop
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal comes."""
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at a signal, whatever runs: the loop does what is to be done.

        What holds streams open closes them as soon as uvicorn knows of the signal:
        it is told a little later, when calls that waited have their answers.
        """
        if self._loop is None or self._before_stop is None or self._stopping:
            super().handle_exit(sig, frame)
            return
        self._stopping = True
        self._loop.call_soon_threadsafe(self._before_stop)
        exit_ = partial(super().handle_exit, sig, frame)
        self._loop.call_soon_threadsafe(self._loop.call_later, ANSWER_S, exit_)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: first let calls that wait be answered."""
        if self._before_stop is not None:
            self._before_stop()
        await super().shutdown(sockets)
