"""The least agent: it searches again and again."""

from typing import Any

__all__ = ["Dummy"]


class Dummy:
    """Searches with the task's own form at every turn, and never buys."""

    episodic = True
    """It keeps nothing from one episode to the next."""

    def act(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return a search."""
        del observation
        return {"verb": 0, "payload": ""}
