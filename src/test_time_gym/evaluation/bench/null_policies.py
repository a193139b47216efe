"""Null policies: agents that show what doing nothing at all brings."""

from typing import Any

from test_time_gym.market.interface.verbs import WAIT_MAX

__all__ = ["Aborter", "Idler"]


class Idler:
    """Waits until its time is over."""

    def act(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return the longest wait there is."""
        del observation
        return {"verb": "wait", "payload": {"minutes": WAIT_MAX}}


class Aborter:
    """Gives up at once, whatever the task."""

    def act(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return the end of the episode."""
        del observation
        return {"verb": "abort", "payload": {"reason": "at once"}}
