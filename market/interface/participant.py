"""A seat of the episode: one agent's task, visitor, turns and rewards."""

from dataclasses import dataclass, field
from typing import Any

from ..storefront import Visitor
from ..streams import Stream
from .task import Task

__all__ = ["OUTCOMES", "Participant"]

OUTCOMES = (
    "success",
    "violation",
    "failed",
    "aborted",
    "infeasible_aborted",
    "truncated",
    "error",
)
"""How an agent's episode can end."""


@dataclass(slots=True, kw_only=True, eq=False)
class Participant:
    """Everything the turns know of one agent."""

    index: int
    name: str
    task: Task
    goal: str
    """The task in words."""
    visitor: Visitor
    lottery: Stream
    """Tickets that order agents who are ready at one instant."""
    ticket: int = 0
    turn: int = 0
    """Actions taken."""
    acted: int = 0
    """Number of the last action's record; 0 when there is none."""
    stopped: bool = False
    """No more turns; a team's outcome may still be open."""
    reason: str = ""
    outcome: str | None = None
    paid_minor: int | None = None
    accepted: bool = True
    """Whether the last action was legal."""
    reached: list[str] = field(default_factory=list)
    """Stages whose progress has been rewarded."""
    terms: dict[str, int] = field(default_factory=dict)
    """Reward terms since the agent's reward was last read, in thousandths."""
    total_milli: int = 0

    def take_terms(self) -> dict[str, int]:
        """Return the terms since the last call, and start over."""
        terms, self.terms = self.terms, {}
        return terms

    def state(self) -> list[Any]:
        """Return the turn's part of the state, for the digest."""
        return [
            self.ticket,
            self.turn,
            self.stopped,
            self.reason,
            self.outcome,
            self.paid_minor,
            self.reached,
            self.total_milli,
        ]
