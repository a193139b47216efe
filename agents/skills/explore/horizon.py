"""The horizon: what still fits into the minutes and turns that are left."""

from collections.abc import Iterable
from typing import Any

from test_time_gym.agents.skills.perception.deadline import minutes_left, turns_left
from test_time_gym.agents.skills.skill.trajectory import Taken

__all__ = [
    "Horizon",
]


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
        return turns + more_turns <= turns_left(
            observation
        ) and minutes + more_minutes < minutes_left(observation)

    def learn(self, taken: list[Taken], visited: Iterable[str]) -> None:
        """Take in a success: its steps, and the places on which they were taken."""
        end = minutes_left(taken[-1].observation) if taken else 0
        for k, where in enumerate(visited):
            turns = len(taken) - k
            minutes = minutes_left(taken[k].observation) - end
            known = self._least.get(where, (turns, minutes))
            self._least[where] = min(known[0], turns), min(known[1], minutes)

    def dump(self) -> dict[str, Any]:
        """Return turns and minutes by place, as plain data."""
        return {where: list(least) for where, least in self._least.items()}

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._least = {where: (turns, left) for where, (turns, left) in data.items()}
