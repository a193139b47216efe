"""The sequence: which record has to come next, and in which order an instant runs."""

from typing import Final

from .deadlines import ACTIONS, GATEWAY
from .lines import Line
from .page import Expected
from .schedule import ScheduleRules
from .state import AuditedAgent, AuditState
from .stock import StockRules

__all__ = ["SequenceRules"]

_EXPIRIES: Final = 0
_PHASES: Final = {
    "hold_expired": _EXPIRIES,
    "payment_challenged": GATEWAY,
    "payment_declined": GATEWAY,
    "payment_authorized": GATEWAY,
    "payment_voided": GATEWAY,
    "payment_refunded": GATEWAY,
    "payment_closed": _EXPIRIES,
    "instalment_failed": GATEWAY,
    "message": GATEWAY,
    "act": ACTIONS,
    "seat_sold": 3,
    "postponed": 3,
    "background_cancelled": 3,
    "no_show": 3,
    "denied": 3,
    "go_show": 3,
    "repriced": 4,
    "digest": 5,
}
"""Kind → its phase, when it comes by itself; others follow at once or in any."""


class SequenceRules:
    """What follows from what, at once."""

    def __init__(
        self, case: AuditState, stock: StockRules, schedule: ScheduleRules
    ) -> None:
        """Nothing is expected."""
        self._state, self._stock, self._schedule = case, stock, schedule
        self._now = (-(2**60), 0)
        """The instant and its phase."""

    def place(self, record: Line) -> None:
        """Find out whether a record was expected, and go on in time if it was not."""
        case = self._state
        sells = record.actor in case.scenario.sellers
        if not self._follows(record):
            self._come(record)
            if case.active is None and record.kind == "outcome" and not sells:
                self._schedule.ends(record)
            if case.active is not None:
                self._follows(record)

    def _follows(self, record: Line) -> bool:
        """Take a record for what was expected next, if it is that."""
        case, seat = self._state, self._state.active
        case.asked, case.asking = None, seat
        if seat is None:
            return False
        matching = [p for p in seat.pages if p.due and p.due[0].kind == record.kind]
        if not matching:
            if all(page.due for page in seat.pages):
                self._missing(record, seat)
            seat.pages = [page for page in seat.pages if not page.due] or seat.pages
            matching = [p for p in seat.pages if p.due and p.due[0].kind == record.kind]
        if matching:
            seat.pages = matching
            for page in matching:
                case.asked = page.due.pop(0)
            text = "{} comes at {}, and follows at once from what is at {}"
            now = self._now[0]
            at_once = record.t == now
            case.check(at_once, "phases", record.n, text, record.kind, record.t, now)
        if not any(page.due for page in seat.pages):
            case.active = None
        return case.asked is not None

    def _missing(self, record: Line, seat: AuditedAgent) -> None:
        """Say what was to come before a record, and go on as if it had."""
        case = self._state
        kinds = [expected.kind for expected in seat.pages[0].due]
        known = case.active is seat and record.kind in kinds
        left = kinds.index(record.kind) if known else len(kinds)
        text = "{}: a record of the kind {} must follow, not {}"
        for expected in seat.pages[0].due[:left]:
            case.check(
                None,
                expected.rule,
                record.n,
                text,
                expected.why,
                expected.kind,
                record.kind,
            )
            self._stand_in(expected)
        for page in seat.pages:
            del page.due[:left]

    def _stand_in(self, expected: Expected) -> None:
        if expected.kind == "hold_released":
            self._stock.release(expected.of)
        elif expected.kind == "outcome":
            expected.of[0].outcome = "missing"

    def _come(self, record: Line) -> None:
        """Let time go on to a record, and check its place in the instant."""
        case, kind, t, n = self._state, record.kind, record.t, record.n
        phase = _PHASES.get(kind)
        if kind == "repriced" and record.actor:
            # An agent sets it: it follows from its action.
            phase = ACTIONS
        elif kind == "repriced" and t == case.scenario.start:
            # What policies decide as the market opens comes before all else.
            phase = _EXPIRIES
        elif phase is None:
            phase = self._now[1] if t == self._now[0] else _EXPIRIES
        elif kind == "payment_voided" and record.data.get("state") == "expired":
            phase = _EXPIRIES
        text = "{} comes at {} after what comes later at that instant"
        case.check((t, phase) >= self._now, "phases", n, text, kind, t)
        self._now = max(self._now, (t, phase))
        if (t, phase) > case.deadlines.next:
            case.deadlines.passed(t, phase, n)
            if case.active is not None:
                for seat in case.seats:
                    self._missing(record, seat)
                    seat.pages[0].due.clear()
                case.active = None
