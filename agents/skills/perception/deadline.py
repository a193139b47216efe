"""The deadline: how long an action takes, and whether it is over before its end."""

from typing import Any

from .vocabulary import PAUSE

__all__ = ["minutes_left", "minutes_of", "outlasts", "turns_left"]


def minutes_of(verb: str, args: dict[str, Any]) -> int:
    """Return how many minutes an action lets pass on purpose.

    >>> minutes_of("wait", {"minutes": 30}), minutes_of("search_flights", {})
    (30, 0)
    """
    minutes = args.get("minutes", 0) if verb == PAUSE else 0
    return minutes if isinstance(minutes, int) else 0


def outlasts(verb: str, args: dict[str, Any], observation: dict[str, Any]) -> bool:
    """Return whether the time would be over before an action has an end.

    Who holds a ticket has nothing more to do: then no wait is too long.
    """
    minutes = minutes_of(verb, args)
    if not minutes or any(o["status"] == "ticketed" for o in observation["orders"]):
        return False
    return minutes >= minutes_left(observation)


def minutes_left(observation: dict[str, Any]) -> int:
    """Return the minutes of simulated time before the deadline."""
    left: int = observation["minutes_left"]
    return left


def turns_left(observation: dict[str, Any]) -> int:
    """Return how many actions the episode still allows."""
    left: int = observation["turns_left"]
    return left
