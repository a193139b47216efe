"""Errors as the interface has them: a status, and a JSON body that says why."""

import json
from collections.abc import Mapping
from typing import Any, Final

from test_time_gym.market.errors import Misuse

__all__ = ["ServedError"]

_SHOWN: Final = 500


class ServedError(Misuse):
    """A request that is answered by an error.

    Args:
        status: of HTTP.
        message: for people.
        kind: ``type`` of the body.
        param: the part of the request that is wrong, if one is.
        code: stable name of the mistake, if it has one.
        headers: more of them, by name.
    """

    def __init__(  # noqa: PLR0917 - exceptions are rebuilt from their arguments
        self,
        status: int,
        message: str,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep them as given."""
        super().__init__(status, message, kind, param, code, headers)
        self.status: Final = status
        self.message: Final = message
        self.headers: Final = dict(headers or {})
        self._fields = {"type": kind, "param": param, "code": code}

    def __str__(self) -> str:
        """Return the message."""
        return self.message

    def body(self) -> bytes:
        """Return the body of the answer.

        >>> print(ServedError(404, "no such page", code="not_found").body().decode())
        {"error": {"message": "no such page", "type": "invalid_request_error", \
"param": null, "code": "not_found"}}
        """
        error: dict[str, Any] = {"message": self.message[:_SHOWN], **self._fields}
        return json.dumps({"error": error}).encode()
