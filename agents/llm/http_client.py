"""A client by the standard library, for where no SDK is installed."""

import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from typing import IO, Any, Final

from .client import REPLY_MAX, body_bytes, redacted
from .provider_error import ProviderError, error_of_status
from .wall_clock import monotonic_ms, unix_s

__all__ = ["HttpClient"]

_PIECE: Final = 2**16


class HttpClient:
    """Sends requests with `urllib.request`; proxies come from the environment.

    Args:
        base_url: of the server.
        key: sent as a bearer token; None: none is sent.
        timeout_ms: for the whole of a reply, give or take one silence as long.
    """

    def __init__(self, base_url: str, key: str | None, timeout_ms: int) -> None:
        """Connect to nobody yet."""
        self._url = f"{base_url}/chat/completions"
        self._key = key
        self._timeout_ms = timeout_ms
        self._opener = urllib.request.build_opener(_NoRedirect)

    def post(self, body: Mapping[str, Any]) -> str:
        """Return what the server answers with a status of 2xx.

        Raises:
            ProviderError: it answers otherwise, or not at all.
        """
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(  # noqa: S310 - the address is http(s)
            self._url, data=body_bytes(body), headers=headers, method="POST"
        )
        try:
            with self._opener.open(request, timeout=self._timeout_ms / 1000) as reply:
                return redacted(self._read(reply), self._key)
        except urllib.error.HTTPError as error:
            raise self._refused(error) from None
        except (OSError, http.client.HTTPException) as error:
            raise self._unreached(error) from error

    def _read(self, reply: Any) -> str:
        """Return a body, unless it is too long or takes too long."""
        ends_ms = monotonic_ms() + self._timeout_ms
        pieces: list[bytes] = []
        size = 0
        while piece := reply.read1(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > REPLY_MAX:
                msg = f"the reply is longer than {REPLY_MAX} bytes"
                raise ProviderError("malformed", msg)
            if monotonic_ms() > ends_ms:
                raise self._late()
        if reply.length:  # read1 tells of no missing bytes
            raise ProviderError("connection", "the reply ended before its end")
        return b"".join(pieces).decode("utf-8", "replace")

    def _refused(self, error: urllib.error.HTTPError) -> ProviderError:
        with error:
            try:
                body = error.read(_PIECE).decode("utf-8", "replace")
            except (OSError, http.client.HTTPException):
                body = ""
        headers = {name.lower(): value for name, value in error.headers.items()}
        text = redacted(body, self._key)
        return error_of_status(error.code, text, headers, unix_s())

    def _unreached(self, error: Exception) -> ProviderError:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            return self._late()
        if isinstance(reason, ssl.SSLCertVerificationError):
            # Nobody becomes trustworthy by being asked again.
            return ProviderError("bad_request", f"no trusted server: {reason}")
        said = redacted(str(reason) or type(reason).__name__, self._key)
        return ProviderError("connection", said)

    def _late(self) -> ProviderError:
        return ProviderError("timeout", f"no reply within {self._timeout_ms} ms")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the key is for the server that was named."""

    def redirect_request(  # noqa: PLR0917 - as the library has it
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        return None
