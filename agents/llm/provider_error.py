"""Provider errors: a model gave no answer, and why."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from test_time_gym.market.interface.policy import AgentError

from .retry import retry_after_ms

__all__ = ["RETRIED", "ProviderError", "error_in", "error_of_status"]

RETRIED: Final = ("rate_limit", "server", "timeout", "connection", "malformed")
"""Kinds of which the next attempt may be better."""

_TEXT_MAX: Final = 300
_STATUS_KINDS: Final = {401: "auth", 403: "auth", 404: "not_found", 408: "timeout"}
_RATE_LIMIT: Final = 429
_CONFLICT: Final = 409
_SERVER: Final = 500
_QUOTA: Final = ("insufficient_quota", "billing_hard_limit_reached")
_WINDOW_CODES: Final = ("context_length_exceeded", "exceed_context_size_error")
_WINDOW: Final = re.compile(
    r"maximum context length|context (window|length|size)|prompt is too long"
    r"|input is too long|longer than the (model's )?maximum",
    re.IGNORECASE,
)
"""How servers say that a request does not fit; few have a code for it."""


class ProviderError(AgentError):
    """A model's provider gave no answer that could be used.

    Args:
        kind: ``rate_limit``, ``server``, ``timeout``, ``connection`` (refused, cut, or
            half a reply), ``malformed`` (a reply that is none), ``quota``, ``auth``,
            ``not_found``, ``bad_request`` or ``context_window``.
        text: what is known of it, without any key.
        status: of HTTP, if there was one.
        retry_after_ms: how long the provider asked to wait.
    """

    def __init__(
        self,
        kind: str,
        text: str,
        *,
        status: int | None = None,
        retry_after_ms: int | None = None,
    ) -> None:
        """Keep all of it."""
        self.kind = kind
        self.status = status
        self.retry_after_ms = retry_after_ms
        what = kind if status is None else f"{kind} ({status})"
        clean = "".join(c if c.isprintable() else " " for c in text[: 4 * _TEXT_MAX])
        super().__init__(f"{what}: {' '.join(clean.split())[:_TEXT_MAX]}")

    @property
    def retried(self) -> bool:
        """Whether the next attempt may be better."""
        return self.kind in RETRIED


def error_of_status(
    status: int, body: str, headers: Mapping[str, str], now_s: int
) -> ProviderError:
    """Return the error that an HTTP answer other than 2xx is.

    Args:
        status: of HTTP.
        body: of the answer.
        headers: of the answer, by their names in small letters.
        now_s: seconds since 1970, for a ``Retry-After`` that is a date.

    >>> print(error_of_status(429, '{"error": {"message": "slow down"}}', {}, 0))
    rate_limit (429): slow down
    """
    text, code = _told(body)
    kind = _kind(status, text, code)
    wait = retry_after_ms(headers, now_s)
    told = text or "the answer has no text"
    return ProviderError(kind, told, status=status, retry_after_ms=wait)


def error_in(data: Mapping[str, Any]) -> ProviderError | None:
    """Return the error that a reply with a status of 200 holds, if it does."""
    error = data.get("error")
    if not error:
        return None
    text, code = _told(json.dumps({"error": error}))
    number = error.get("code") if isinstance(error, dict) else None
    status = number if isinstance(number, int) and 400 <= number < 600 else _SERVER  # noqa: PLR2004 - errors of HTTP
    return ProviderError(_kind(status, text, code), text, status=status)


def _kind(status: int, text: str, code: str) -> str:
    if status == _RATE_LIMIT:
        return "quota" if code in _QUOTA else "rate_limit"
    if code in _WINDOW_CODES or _WINDOW.search(text):
        return "context_window"
    if status >= _SERVER or status == _CONFLICT:
        return "server"
    return _STATUS_KINDS.get(status, "bad_request")


def _told(body: str) -> tuple[str, str]:
    """Return what an error says, and its code."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return body, ""
    error = data.get("error", data) if isinstance(data, dict) else data
    if not isinstance(error, dict):
        return str(error), ""
    said = error.get("message") or error.get("detail") or error.get("error") or body
    return str(said), str(error.get("code") or error.get("type") or "")
