"""What the market understands of an action, and what it says to it."""

from typing import Any

from msgspec import Struct

__all__ = ["Ruling"]


class Ruling(Struct, frozen=True, gc=False):
    """An action as the market takes it."""

    verb: str
    """Empty for an action that says nothing."""
    args: dict[str, Any]
    status: str
    """``ok``, ``illegal``, ``malformed``, or ``error`` for a crashed agent."""
    why: str
    """What was wrong; empty for ``ok``."""
