"""The socket: HTTP/1.1 with a thread for each connection."""

import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any, Final, cast

from .chat_service import ChatService, ServedAnswer
from .served_error import ServedError

__all__ = ["BODY_MAX", "ModelServer"]

BODY_MAX: Final = 16 << 20
"""Bytes of a request."""
_SLOW_S: Final = 30
"""A client that sends nothing for so long in the middle of a request is left."""
_CHAT: Final = "/v1/chat/completions"
_MODELS: Final = "/v1/models"


class ModelServer(ThreadingHTTPServer):
    """Listens, and ends with all its connections.

    Args:
        address: host and port; port 0: any that is free.
        service: what answers.
    """

    daemon_threads = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], service: ChatService) -> None:
        """Open the socket."""
        six = ":" in address[0]
        self.address_family: int = socket.AF_INET6 if six else socket.AF_INET
        self.service = service
        self._open: dict[socket.socket, None] = {}
        self._lock = Lock()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection, and answer it in a thread of its own."""
        with self._lock:
            self._open[request] = None
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection, and close it."""
        with self._lock:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close every connection, and wait for their threads."""
        with self._lock:
            waiting = list(self._open)
        for connection in waiting:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say in one line what a connection failed of; clients may simply go."""
        del request, client_address
        error = sys.exception()
        if not isinstance(error, OSError):
            sys.stderr.write(f"fake model: {type(error).__name__}: {error!s:.200}\n")


class _Handler(BaseHTTPRequestHandler):
    """One connection, and one request after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _SLOW_S

    @property
    def _service(self) -> ChatService:
        return cast("ModelServer", self.server).service

    def do_GET(self) -> None:
        """Answer what is only read."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a request for a completion."""
        self._answer()

    def send_error(
        self, code: int, message: str | None = None, explain: str | None = None
    ) -> None:
        """Answer what is no HTTP that this server speaks."""
        del explain
        self.close_connection = True
        told = message or HTTPStatus(code).phrase
        self._refuse(ServedError(int(code), told))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as its parent
        """Write no log: what was asked is kept by the service."""

    def _answer(self) -> None:
        try:
            answer = self._routed()
        except ServedError as error:
            self._refuse(error)
        except OSError:
            self.close_connection = True
        except Exception as error:  # noqa: BLE001 - the client is shown no traceback
            self.close_connection = True
            msg = f"a bug of the fake model, please report it: {type(error).__name__}"
            self._refuse(ServedError(500, msg, "server_error", code="bug"))
        else:
            self._send(answer)

    def _routed(self) -> ServedAnswer:
        """Return the answer to what is asked.

        Raises:
            ServedError: there is no such place, or the request is wrong.
        """
        headers = {name.lower(): value for name, value in self.headers.items()}
        raw = self._body(headers)
        path, service = self.path.partition("?")[0].rstrip("/"), self._service
        if path == _CHAT:
            self._expect("POST")
            if raw is None:
                raise ServedError(411, "a request says its Content-Length")
            return service.completed(headers, raw)
        if path == "/health":
            self._expect("GET")
            return service.health()
        if path == _MODELS or path.startswith(f"{_MODELS}/"):
            self._expect("GET")
            name = path.removeprefix(_MODELS).removeprefix("/")
            return service.listed(headers, name or None)
        msg = f"unknown address {self.path!r:.80}; there are {_CHAT}, {_MODELS} and "
        raise ServedError(404, f"{msg}/health: the base URL of a client ends with /v1")

    def _expect(self, method: str) -> None:
        if self.command != method:
            msg = f"{self.path:.80} takes {method}, not {self.command}"
            raise ServedError(405, msg, headers={"Allow": method})

    def _body(self, headers: Mapping[str, str]) -> bytes | None:
        """Return the body, or None if nobody says how long it is.

        Raises:
            ServedError: it is too long.
        """
        told = headers.get("content-length", "0" if self.command == "GET" else "")
        if not (told.isascii() and told.isdigit()):
            # What is not read cannot be told from the next request.
            self.close_connection = True
            return None
        if len(told) > len(str(BODY_MAX)) or int(told) > BODY_MAX:
            self.close_connection = True
            msg = f"the request has more than {BODY_MAX >> 20} MiB"
            raise ServedError(413, msg, code="request_too_large")
        raw = self.rfile.read(int(told))
        if len(raw) < int(told):
            raise ConnectionError
        return raw

    def _refuse(self, error: ServedError) -> None:
        headers = {"Content-Type": "application/json", **error.headers}
        self._send(ServedAnswer(error.status, (error.body(),), headers))

    def _send(self, answer: ServedAnswer) -> None:
        if answer.sent == "nothing":
            self.close_connection = True
            return
        try:
            for piece in self._pieces(answer):
                self.wfile.write(piece)
        except OSError:
            # The client has gone.
            self.close_connection = True

    def _pieces(self, answer: ServedAnswer) -> list[bytes]:
        """Return what is written, the head together with the first of the body."""
        # Neither date nor versions: the same request has the same answer.
        headers = dict(answer.headers)
        parts = list(answer.parts)
        if answer.streamed:
            headers |= {"Cache-Control": "no-cache", "Transfer-Encoding": "chunked"}
            parts = [b"%x\r\n%b\r\n" % (len(part), part) for part in parts]
        else:
            headers["Content-Length"] = str(sum(map(len, parts)))
        if self.close_connection:
            headers["Connection"] = "close"
        if answer.sent == "half":
            self.close_connection = True
            parts = parts[: len(parts) // 2] or [parts[0][: len(parts[0]) // 2]]
        elif answer.streamed:
            parts.append(b"0\r\n\r\n")
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        return [head + parts[0], *parts[1:]]
