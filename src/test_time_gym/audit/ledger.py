"""The ledger: postings of every record that moves money."""

from typing import Final

from .lines import Line
from .state import AuditState

__all__ = ["LedgerRules"]

_AUTHORIZED: Final = "authorized"
_MERCHANT: Final = "merchant"


class LedgerRules:
    """Accounts that money moves between."""

    def __init__(self, case: AuditState) -> None:
        """Take the journal."""
        self._state = case

    def post(self, record: Line, seat: int) -> None:
        """Check the postings of a record that moves money."""
        amount, postings = record.data["amount"], record.data["postings"]
        card, check = f"card/{seat}", self._state.check
        taken, given = {
            "payment_authorized": (card, _AUTHORIZED),
            "payment_captured": (_AUTHORIZED, _MERCHANT),
            "payment_voided": (_AUTHORIZED, card),
            "payment_refunded": (_MERCHANT, card),
        }[record.kind]
        expected = [[taken, -amount], [given, amount]]
        text = "{} of {} is booked as {}, it should be as {}"
        check(
            postings == expected and amount > 0,
            "postings",
            record.n,
            text,
            record.kind,
            amount,
            postings,
            expected,
        )
