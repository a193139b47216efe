"""The oracle: an agent that is told when and what to buy. For comparison only."""

from datetime import datetime
from typing import Any

from test_time_gym.agents.scripted import Cheapest

__all__ = ["Oracle"]


class Oracle(Cheapest):
    """Waits for the instant of the optimum, then buys as `Cheapest` does.

    Args:
        flight_id: the offer to buy; None when the task cannot be met.
        at_ms: the first instant at which the optimum can be had.
        deadline_ms: of the task, on the same clock.
    """

    tries = 8

    def __init__(self, flight_id: str | None, at_ms: int, deadline_ms: int) -> None:
        """Take the advice."""
        super().__init__()
        self._flight_id = flight_id
        self._left_s = (deadline_ms - at_ms) // 1000

    def act(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return the next step of the advised purchase."""
        if self._flight_id is None:
            return {"verb": "abort", "payload": {"reason": "the task cannot be met"}}
        early_s = _seconds_left(observation) - self._left_s
        if early_s >= 0 and not observation["cart"]["items"]:
            # Prices move after the agents of the same instant: a click later the
            # optimum is there for sure.
            minutes = max(early_s // 60, 1) if early_s else 0
            return {"verb": "wait", "payload": {"minutes": minutes}}
        return super().act(observation)

    def choose(self, observation: dict[str, Any]) -> str | None:
        """Return the advised flight if it is on the page, else the cheapest."""
        if any(f["id"] == self._flight_id for f in observation["flights"]):
            return self._flight_id
        return super().choose(observation)


def _seconds_left(observation: dict[str, Any]) -> int:
    now, deadline = (
        datetime.fromisoformat(observation[key]) for key in ("now", "deadline")
    )
    return int((deadline - now).total_seconds())
