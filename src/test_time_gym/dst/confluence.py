"""Confluence: notices that tell nothing new change nothing.

A notice may come twice, and may follow although its answer was heard.  So a run
whose every notice comes twice, with the same actions, must end the same.
"""

from dataclasses import replace
from typing import Any, Final

from .case import DrawnCase, RecordedActions
from .watch import LawBroken, WatchedTurns

__all__ = ["LAW", "check_confluence", "comparable", "with_more_notices"]

LAW: Final = "notices_that_tell_nothing_change_nothing"
"""How a difference is called."""

_ALWAYS: Final = 1_000_000


def comparable(case: DrawnCase) -> bool:
    """Return whether more notices may move nothing else: ties are not drawn."""
    return not case.run().get("shuffle_ties", False)


def with_more_notices(
    case: DrawnCase, recorded_actions: dict[int, RecordedActions]
) -> DrawnCase:
    """Return the case with the same actions and all the notices there may be.

    Where notices scatter, a second copy may come before the first and so bring news
    earlier; then only those are added of what was heard.
    """
    more: dict[str, Any] = {"market.gateway.notify_heard_ppm": _ALWAYS}
    if not case.scenario().market.gateway.notify_spread_s:
        more["market.gateway.notify_duplicate_ppm"] = _ALWAYS
    return replace(
        case,
        faults={**case.faults, "more_notices": more},
        recorded_actions=recorded_actions,
    )


def check_confluence(one: WatchedTurns, other: WatchedTurns) -> None:
    """Compare how two settled runs ended, and what visitors know of it.

    Raises:
        Broken: they differ.
    """
    ends, others = _end(one), _end(other)
    for name, end in ends.items():
        if end != others[name]:
            values = f"{name} are {end}, with more notices {others[name]}"
            raise LawBroken(LAW, values)


def _end(turns: WatchedTurns) -> dict[str, list[Any]]:
    market = turns.market
    return {
        "payments": [
            [p.id, p.history, p.captured_minor, p.voided_minor, p.refunded_minor]
            for p in market.processor.book.by_id.values()
        ],
        "orders": [
            [o.id, o.state, o.lines, o.owed_minor] for o in market.orders.by_id.values()
        ],
        "bookings": list(market.ledger.transactions),
        "visitors": [seat.visitor.state() for seat in turns.seats],
        "rewards": [[seat.name, seat.total_milli] for seat in turns.seats],
    }
