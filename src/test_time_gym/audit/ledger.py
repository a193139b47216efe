"""The ledger: postings of every record that moves money, and what they add up to."""

from typing import Any

from .case import Case
from .frame import Record

__all__ = ["Ledger"]

_AUTHORIZED = "authorized"
_MERCHANT = "merchant"


class Ledger:
    """Balances of accounts, by the postings as they stand in the records."""

    def __init__(self, case: Case) -> None:
        """Every account is empty."""
        self._case = case
        self.balances: dict[str, int] = {}

    def sold(self, price: int) -> None:
        """Book a background sale, which has no postings of its own."""
        self._book([["population", -price], [_MERCHANT, price]])

    def _book(self, postings: list[list[Any]]) -> None:
        for account, amount in postings:
            self.balances[account] = self.balances.get(account, 0) + amount

    def post(self, record: Record, seat: int) -> None:
        """Check the postings of a record that moves money, and book them."""
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
        total = sum(posted for _, posted in postings)
        check(not total, "postings", record.n, "postings sum to {}", total)
        self._book(postings)

    def close(self, n: int) -> None:
        """Compare the balances at the end with what the payments say."""
        payments = self._case.payments.values()
        for account, expected in (
            (_AUTHORIZED, sum(payment.reserved for payment in payments)),
            *(
                (
                    f"card/{seat.index}",
                    -sum(p.authorized - p.voided - p.refunded for p in seat.payments),
                )
                for seat in self._case.seats
            ),
        ):
            found = self.balances.get(account, 0)
            text = "the account {} holds {}, by the payments it should hold {}"
            self._case.check(
                found == expected, "balances", n, text, account, found, expected
            )
        total = sum(self.balances.values())
        self._case.check(not total, "balances", n, "all accounts sum to {}", total)
