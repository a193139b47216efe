"""Holds: time-limited claims on seats before payment, with the price locked."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from .errors import MarketBug
from .hold_line import HoldLine
from .inventory import Inventory

__all__ = ["Hold", "HoldLine", "HoldState", "Holds"]


class HoldState(Enum):
    """Life of a hold; the last three are final."""

    HELD = "held"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    EXPIRED = "expired"


_HELD: Final = HoldState.HELD
"""An enumeration is slow to look into, and this is asked at every step."""


@dataclass(slots=True, kw_only=True)
class Hold:
    """A claim valid on ``[placed_at_ms, expires_at_ms)``."""

    id: str
    seat: int
    """The visitor (seat of the episode) that it belongs to."""
    lines: tuple[HoldLine, ...]
    placed_at_ms: int
    expires_at_ms: int
    state: HoldState = HoldState.HELD

    @property
    def total_minor(self) -> int:
        """Sum of the locked prices."""
        total = 0
        for line in self.lines:
            total += line.seats * line.price_minor
        return total

    def active(self, now_ms: int) -> bool:
        """Return whether the claim stands at ``now_ms``."""
        return now_ms < self.expires_at_ms and self.state is _HELD


class Holds:
    """All holds of a run; each moves its seats exactly once to a final state."""

    __slots__ = ("_inventory", "by_id", "open")

    def __init__(self, inventory: Inventory) -> None:
        """Start without holds."""
        self._inventory = inventory
        self.by_id: dict[str, Hold] = {}
        self.open: dict[str, Hold] = {}
        """Holds in the state HELD, in order of placement."""

    def verify_place(self, lines: tuple[HoldLine, ...]) -> None:
        """Raise why these seats cannot be held (`Refused` ``sold_out``)."""
        self._inventory.verify_hold([(line.product, line.seats) for line in lines])

    def can_place(self, lines: tuple[HoldLine, ...]) -> bool:
        """Return whether these seats can be held together now."""
        return self._inventory.can_hold([(ln.product, ln.seats) for ln in lines])

    def place(self, hold: Hold) -> None:
        """Take the seats of a new hold: all or none.

        Raises:
            Refused: ``sold_out``; nothing has changed.
        """
        self._inventory.hold([(line.product, line.seats) for line in hold.lines])
        self.by_id[hold.id] = hold
        self.open[hold.id] = hold

    def confirm(self, hold: Hold, now_ms: int) -> None:
        """Turn the held seats into sold ones.

        Raises:
            MarketBug: the hold is not active; callers must ask first.
        """
        if not hold.active(now_ms):
            msg = f"confirming {hold.id}, which is {hold.state.value} at {now_ms}"
            raise MarketBug(msg)
        self._inventory.confirm([(line.product, line.seats) for line in hold.lines])
        self._close(hold, HoldState.CONFIRMED)

    def release(self, hold: Hold) -> None:
        """Give the seats back before the hold's time is over."""
        self._give_back(hold, HoldState.RELEASED)

    def expire(self, hold: Hold) -> None:
        """Give the seats back because the hold's time is over."""
        self._give_back(hold, HoldState.EXPIRED)

    def _give_back(self, hold: Hold, state: HoldState) -> None:
        if hold.state is not HoldState.HELD:
            msg = f"hold {hold.id} is already {hold.state.value}"
            raise MarketBug(msg)
        self._inventory.release([(line.product, line.seats) for line in hold.lines])
        self._close(hold, state)

    def _close(self, hold: Hold, state: HoldState) -> None:
        hold.state = state
        del self.open[hold.id]
