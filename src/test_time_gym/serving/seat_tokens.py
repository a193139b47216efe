"""Seat tokens: who a client is, over HTTP."""

import hmac
import secrets
from collections.abc import Sequence
from typing import Final

__all__ = ["SeatTokens"]

_BYTES: Final = 32


class SeatTokens:
    """A random token of 256 bits for each seat, new whenever a server starts.

    Args:
        names: of the seats.

    Attributes:
        by_seat: name → token.

    >>> tokens = SeatTokens(["buyer_0", "buyer_1"])
    >>> tokens.seat_of(tokens.by_seat["buyer_1"])
    'buyer_1'
    >>> tokens.seat_of("buyer_1") is None
    True
    """

    def __init__(self, names: Sequence[str]) -> None:
        """Draw the tokens from the operating system."""
        self.by_seat: dict[str, str] = {
            name: secrets.token_hex(_BYTES) for name in names
        }

    def seat_of(self, token: str) -> str | None:
        """Return whose token it is, or None; all are compared, in constant time."""
        given, found = token.encode(), None
        for name, known in self.by_seat.items():
            if hmac.compare_digest(given, known.encode()):
                found = name
        return found
