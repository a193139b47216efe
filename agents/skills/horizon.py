"""The horizon: what still fits into the minutes and turns that are left."""

from collections.abc import Iterable
from typing import Any, Final

from .trajectory import Taken

__all__ = ["Horizon", "minutes_of", "outlasts"]

_PAUSE: Final = "wait"
"""The verb that lets time pass, by ``minutes``."""


def minutes_of(verb: str, args: dict[str, Any]) -> int:
    """Return how many minutes an action lets pass on purpose.

    >>> minutes_of("wait", {"minutes": 30}), minutes_of("search_flights", {})
    (30, 0)
    """
    minutes = args.get("minutes", 0) if verb == _PAUSE else 0
    return minutes if isinstance(minutes, int) else 0


def outlasts(verb: str, args: dict[str, Any], observation: dict[str, Any]) -> bool:
    """Return whether the time would be over before an action has an end.

    Who holds a ticket has nothing more to do: then no wait is too long.
    """
    minutes = minutes_of(verb, args)
    if not minutes or any(o["status"] == "ticketed" for o in observation["orders"]):
        return False
    left: int = observation["minutes_left"]
    return minutes >= left


class Horizon:
    """What a success still took at least, by the place from which on it is counted.

    So an experiment is begun only if what follows it still fits, too.
    """

    def __init__(self) -> None:
        """Have seen no success."""
        self._least: dict[str, tuple[int, int]] = {}

    def fits(
        self, observation: dict[str, Any], where: str, turns: int, minutes: int
    ) -> bool:
        """Return whether something can be done here, be looked at, and be followed up.

        Args:
            observation: the page.
            where: the place to which it leads back.
            turns: actions that it takes.
            minutes: that it takes.
        """
        more_turns, more_minutes = self._least.get(where, (1, 0))
        turns_left: int = observation["turns_left"]
        minutes_left: int = observation["minutes_left"]
        return (
            turns + more_turns <= turns_left and minutes + more_minutes < minutes_left
        )

    def learn(self, taken: list[Taken], visited: Iterable[str]) -> None:
        """Take in a success: its steps, and the places on which they were taken."""
        end = taken[-1].observation["minutes_left"] if taken else 0
        for k, where in enumerate(visited):
            turns = len(taken) - k
            minutes = taken[k].observation["minutes_left"] - end
            known = self._least.get(where, (turns, minutes))
            self._least[where] = min(known[0], turns), min(known[1], minutes)

    def dump(self) -> dict[str, Any]:
        """Return turns and minutes by place, as plain data."""
        return {where: list(least) for where, least in self._least.items()}

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._least = {where: (turns, left) for where, (turns, left) in data.items()}
