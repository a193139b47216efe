"""Laws of the market: what must hold after every event, whichever agents act and how.

A law is a plain function from a snapshot to its violations; its name is the law.
A step law compares the snapshots before and after a single event or action.
Tests check all laws after every event, production at every digest.
"""

from collections.abc import Sequence

from ..errors import MarketBug
from ..snapshot import MarketSnapshot
from . import bookings, books, paying, records, sales, seats, steps
from .law import CODES, OF_VISITS, Law, RecordLaw, StepLaw, Violation

__all__ = [
    "ALL_LAWS",
    "CODES",
    "RECORD_LAWS",
    "STEP_LAWS",
    "Law",
    "RecordLaw",
    "StepLaw",
    "Violation",
    "check",
    "record_violations",
    "step_violations",
    "violations",
]

ALL_LAWS: tuple[Law, ...] = tuple(
    vars(module)[name]
    for module in (seats, bookings, sales, paying, books)
    for name in module.__all__
)
"""What must hold at every instant."""

_UNVISITED_LAWS: tuple[Law, ...] = tuple(
    one for one in ALL_LAWS if one.__name__ not in OF_VISITS
)
"""Those of them that may be broken before anybody has placed a hold."""

STEP_LAWS: tuple[StepLaw, ...] = tuple(vars(steps)[name] for name in steps.__all__)
"""What must hold from one event to the next."""


RECORD_LAWS: tuple[RecordLaw, ...] = tuple(
    vars(records)[name] for name in records.__all__ if name != "Record"
)
"""What must hold of a journal as a whole."""


def violations(s: MarketSnapshot) -> list[Violation]:
    """Return everything in a snapshot that breaks a law."""
    visited = s.holds or s.payments or s.orders or s.keys
    found: list[Violation] = []
    for law in ALL_LAWS if visited else _UNVISITED_LAWS:
        found += law(s)
    return found


def step_violations(before: MarketSnapshot, after: MarketSnapshot) -> list[Violation]:
    """Return everything that breaks a law between two snapshots.

    Args:
        before: taken before one event or action.
        after: taken right after it.
    """
    return [violation for law in STEP_LAWS for violation in law(before, after)]


def record_violations(journal: Sequence[records.Record]) -> list[Violation]:
    """Return everything that breaks a law in a journal's records.

    Args:
        journal: all records, decoded, in order.
    """
    return [violation for law in RECORD_LAWS for violation in law(journal)]


def check(s: MarketSnapshot, before: MarketSnapshot | None = None) -> None:
    """Check all laws.

    Args:
        s: the market now.
        before: the market one event ago; without it the step laws are left out.

    Raises:
        MarketBug: a law is broken; the text names it and the values.
    """
    found = violations(s)
    if before is not None:
        found += step_violations(before, s)
    if found:
        broken = "; ".join(f"{v.law}: {v.values}" for v in found)
        msg = f"at {s.now_ms} ms {broken}"
        raise MarketBug(msg)
