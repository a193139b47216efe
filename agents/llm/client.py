"""A client: it sends a chat request to an OpenAI-compatible server."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Final, Protocol, runtime_checkable

from test_time_gym.market.interface.policy import AgentError

__all__ = [
    "CLIENTS",
    "REPLY_MAX",
    "ChatClient",
    "body_bytes",
    "make_client",
    "redacted",
]

CLIENTS: Final = ("auto", "openai", "http")
"""Which program sends: the SDK if it is installed, the SDK, the standard library."""
REPLY_MAX: Final = 16 * 2**20
"""Bytes of one reply."""
_KEY_SHORTEST: Final = 8
"""Characters of a key that is looked for in what comes back."""


@runtime_checkable
class ChatClient(Protocol):
    """Sends requests, one attempt each; threads may share one."""

    def post(self, body: Mapping[str, Any]) -> str:
        """Return what the server answers with a status of 2xx.

        Raises:
            ProviderError: it answers otherwise, or not at all.
        """
        ...


def make_client(
    base_url: str, key: str | None, timeout_ms: int, kind: str = "auto"
) -> ChatClient:
    """Return a client.

    Args:
        base_url: of the server.
        key: sent as a bearer token; None: the server asks for none.
        timeout_ms: after which an attempt has failed.
        kind: one of `CLIENTS`.

    Raises:
        AgentError: it is none of them, or the SDK is not installed.
    """
    if kind not in CLIENTS:
        msg = (
            f"a client is {', '.join(CLIENTS[:-1])} or {CLIENTS[-1]}, not {kind!r:.60}"
        )
        raise AgentError(msg)
    if kind == "openai" or (kind == "auto" and find_spec("openai") is not None):
        from .openai_client import OpenAIClient  # noqa: PLC0415 - half a second

        return OpenAIClient(base_url, key, timeout_ms)
    from .http_client import HttpClient  # noqa: PLC0415 - as above, but faster

    return HttpClient(base_url, key, timeout_ms)


def body_bytes(body: Mapping[str, Any]) -> bytes:
    """Return a body as both clients send it."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def redacted(text: str, key: str | None) -> str:
    """Return a text without the key: servers quote it in errors, and some echo all.

    >>> redacted("Incorrect API key: sk-12345678", "sk-12345678")
    'Incorrect API key: [key]'
    """
    if key is None or len(key) < _KEY_SHORTEST:
        return text
    return text.replace(key, "[key]")
