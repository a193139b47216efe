"""A participant: one agent's turns and rewards, whatever its role."""

from abc import abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass, field
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
)
"""How an agent's episode can end; a seller's does with the last three."""


@dataclass(slots=True, kw_only=True, eq=False)
class Participant:
    """Everything the turns know of one agent; its role adds the rest."""

    index: int
    """Buyers come first, then sellers."""
    name: str
    role: Role[Any] = field(repr=False)
    lottery: Stream
    """Tickets that order agents who are ready at one instant."""
    ticket: int = 0
    turn: int = 0
    """Actions taken."""
    acted: int = 0
    """Number of the last action's record; 0 when there is none."""
    ready: bool = False
    """Whether it may act at this instant: it is among those in `Turns.ready`."""
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
    touched: bool = False
    """Whether its reward has changed since it was last read."""
    total_milli: int = 0

    @property
    @abstractmethod
    def deadline_ms(self) -> int:
        """When its episode ends at the latest, on the market's clock."""

    def take_terms(self) -> dict[str, int]:
        """Return the terms since the last call, and start over."""
        terms, self.terms = self.terms, {}
        return terms

    def version(self) -> Hashable:
        """Return what is equal only as long as `state` is."""
        return (
            self.turn,
            self.ticket,
            self.total_milli,
            self.stopped,
            self.outcome,
            len(self.reached),
        )

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
