"""Advice: what to do for a better price."""

from typing import Any, NamedTuple

__all__ = ["Advice"]


class Advice(NamedTuple):
    """What to do for a better price."""

    verb: str
    args: dict[str, Any]
    trial: bool
    """Whether it is done to learn what it brings."""
