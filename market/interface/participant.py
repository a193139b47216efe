"""A participant: one agent's turns and rewards, whatever its role."""

from typing import Any

from msgspec import Struct

from ..streams import Stream
from .participant_state import ParticipantState
from .role import Role

__all__ = ["OUTCOMES", "Participant", "ParticipantState"]

OUTCOMES = (
    "success",
    "violation",
    "failed",
    "aborted",
    "infeasible_aborted",
    "truncated",
    "error",
    "closed",
    "provider_error",
    "budget_exhausted",
    "refused",
)
"""How an agent's episode can end; a seller's is never one of the first five."""


class Participant:
    """Everything the turns know of one agent; its role adds the rest.

    Args:
        index: buyers come first, then sellers.
        name: of the agent.
        role: what it plays.
        lottery: tickets that order agents who are ready at one instant.
        deadline_ms: when its episode ends at the latest, on the market's clock.
    """

    __slots__ = (
        "accepted",
        "acted",
        "changed",
        "deadline_ms",
        "index",
        "lottery",
        "name",
        "outcome",
        "paid_minor",
        "reached",
        "ready",
        "reason",
        "role",
        "stopped",
        "terms",
        "ticket",
        "total_milli",
        "touched",
        "turn",
    )

    def __init__(
        self,
        *,
        index: int,
        name: str,
        role: Role[Any],
        lottery: Stream,
        deadline_ms: int,
    ) -> None:
        """Begin with no action taken and nothing earned."""
        self.index: int = index
        self.name: str = name
        self.role: Role[Any] = role
        self.lottery: Stream = lottery
        self.deadline_ms: int = deadline_ms
        self.ticket: int = 0
        self.turn: int = 0
        """Actions taken."""
        self.acted: int = 0
        """Number of the last action's record; 0 when there is none."""
        self.ready: bool = False
        """Whether it may act at this instant: it is among those in `Turns.ready`."""
        self.stopped: bool = False
        """No more turns; a team's outcome may still be open."""
        self.reason: str = ""
        self.outcome: str | None = None
        self.paid_minor: int | None = None
        self.accepted: bool = True
        """Whether the last action was legal."""
        self.reached: list[str] = []
        """Stages whose progress has been rewarded."""
        self.terms: dict[str, int] = {}
        """Reward terms since the agent's reward was last read, in thousandths."""
        self.touched: bool = False
        """Whether its reward has changed since it was last read."""
        self.total_milli: int = 0
        self.changed: dict[int, None] = {}
        """Agents, by index, whose state has changed since someone who shares this
        looked."""

    def take_terms(self) -> dict[str, int]:
        """Return the terms since the last call, and start over."""
        terms, self.terms = self.terms, {}
        return terms

    def state(self) -> Struct:
        """Return the turn's part of the state, for the digest."""
        return ParticipantState(
            ticket=self.ticket,
            turn=self.turn,
            stopped=self.stopped,
            reason=self.reason,
            outcome=self.outcome,
            paid=self.paid_minor,
            reached=self.reached,
            total=self.total_milli,
        )
