"""Trajectory replay: whole successes, replayed step by step; a baseline for skills."""

from typing import Any, Final

from test_time_gym.agents.skills.perception.page import legal_verbs, task_terms
from test_time_gym.agents.skills.perception.places import MISSING

from .execution import UNLEARNED, Values
from .trajectory import Taken

__all__ = ["TrajectoryReplay"]

_MOST: Final = 200
"""Trajectories that are kept, the latest."""

Action = tuple[str, dict[str, Any]]
_Task = tuple[tuple[str, str], ...]


class TrajectoryReplay:
    """Successful trajectories, found again by their task.

    The one whose task is most alike is replayed, step by step, as long as its verb is
    possible: it shares most of route, date and constraints; of equals the latest.
    Offers, cards and codes are chosen as a skill chooses them; all other arguments are
    those of then.
    """

    def __init__(self) -> None:
        """Remember nothing."""
        self._kept: list[tuple[_Task, list[Action]]] = []
        self._left: list[Action] = []
        self._task: _Task = ()

    def begin(self, task: dict[str, Any]) -> None:
        """Choose what to replay in an episode with this first page."""
        self._task = _task(task)
        self._left = []
        if self._kept:
            shared = [len(set(self._task) & set(of)) for of, _ in self._kept]
            at = max(range(len(shared)), key=lambda k: (shared[k], k))
            self._left = list(self._kept[at][1])

    def action(self, observation: dict[str, Any], values: Values) -> Action | None:
        """Return the next step, or None once the trajectory is over or broken off.

        Args:
            observation: the page.
            values: chooses arguments; one of which there is none on this page breaks
                the trajectory off.
        """
        left, self._left = self._left, []
        if not left or left[0][0] not in legal_verbs(observation):
            return None
        verb, args = left[0][0], dict(left[0][1])
        for name in args:
            value = values(verb, name, observation)
            if value is MISSING:
                return None
            if value is not UNLEARNED:
                args[name] = value
        self._left = left[1:]
        return verb, args

    def keep(self, taken: list[Taken]) -> None:
        """Keep a success as it was."""
        actions = [(one.verb, dict(one.args)) for one in taken]
        self._kept = [*self._kept, (self._task, actions)][-_MOST:]

    def dump(self) -> list[Any]:
        """Return tasks and actions, oldest first, as plain data."""
        return [
            [[list(part) for part in task], [[verb, dict(args)] for verb, args in of]]
            for task, of in self._kept
        ]

    def load(self, data: list[Any]) -> None:
        """Take over what `dump` returned."""
        self._kept = [
            (
                tuple([(name, value) for name, value in task]),
                [(verb, dict(args)) for verb, args in of],
            )
            for task, of in data
        ]


def _task(page: dict[str, Any]) -> _Task:
    """Return what a task asks for: route, date and constraints, by name."""
    asked = task_terms(page)
    return tuple([(name, str(value)) for name, value in asked.items()])
