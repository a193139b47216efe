"""The ledger: postings of every record that moves money."""

from typing import Final

from .case import Case
from .frame import Record

__all__ = ["Ledger"]

_AUTHORIZED: Final = "authorized"
_MERCHANT: Final = "merchant"


class Ledger:
    """Accounts that money moves between."""

    def __init__(self, case: Case) -> None:
        """Take the journal."""
        self._case = case

    def post(self, record: Record, seat: int) -> None:
        """Check the postings of a record that moves money."""
        amount, postings = record.data["amount"], record.data["postings"]
        card, check = f"card/{seat}", self._case.check
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
