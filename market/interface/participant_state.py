"""What a digest says of the agents of a run."""

from msgspec import Struct

__all__ = ["ParticipantState", "SellerState"]


class ParticipantState(Struct, array_like=True, frozen=True, kw_only=True):
    """What a digest says of an agent's turns and rewards."""

    ticket: int
    turn: int
    stopped: bool
    reason: str
    outcome: str | None
    paid: int | None
    """In minor units."""
    reached: list[str]
    total: int
    """Rewards so far, in thousandths."""


class SellerState(ParticipantState, array_like=True, frozen=True, kw_only=True):
    """What a digest says of a seller's turns and rewards."""

    earned: int
    """Thousandths of `SellerAgent.full_minor` that have been rewarded."""
