"""Played episodes: what a model saw and did, for a memory to learn from."""

from dataclasses import dataclass, field
from typing import Any

from test_time_gym.agents.skills.skill.skill import Step

__all__ = ["PlayedEpisode", "PlayedTurn"]

Json = dict[str, Any]


@dataclass(slots=True)
class PlayedTurn:
    """A page, and what was done on it."""

    page: Json
    action: Json
    """``verb`` and ``payload``, as the market took it."""
    skill: str = ""
    """That the host carried out; empty: the model itself acted."""
    step: Step | None = None
    """The step of that skill."""


@dataclass(slots=True)
class PlayedEpisode:
    """One episode so far."""

    instance: str
    """Names what is played: site and seed."""
    turns: list[PlayedTurn] = field(default_factory=list)
    outcome: str = ""
    result: Json = field(default_factory=dict)

    @property
    def success(self) -> bool:
        """Whether the task was met."""
        return self.outcome == "success"

    def over(self) -> str:
        """Return how it ended, in a sentence for the model."""
        told = f"The episode is over after {len(self.turns)} actions. "
        told += f"Its outcome: {self.outcome}; reward {self.result.get('reward')}"
        paid = self.result.get("paid")
        return told + ("." if paid is None else f"; paid, in minor units: {paid}.")
