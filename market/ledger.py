"""Double entry: every batch of postings sums to zero, and names its cause."""

from typing import NamedTuple

from .config import MAX_MINOR
from .errors import MarketBug

__all__ = ["AUTHORIZED", "MERCHANT", "Ledger", "Posting", "Transaction", "card_account"]

MERCHANT = "merchant"
"""Captured money, less refunds."""
AUTHORIZED = "authorized"
"""Reserved by issuers, neither captured nor voided yet."""
POPULATION = "population"
"""The purses of all background buyers together."""

Posting = tuple[str, int]
"""An account and a signed amount in minor units."""


def card_account(seat: int) -> str:
    """Return the account of the cards of one visitor.

    >>> card_account(2)
    'card/2'
    """
    return f"card/{seat}"


class Transaction(NamedTuple):
    """A batch of postings that happened together."""

    time_ms: int
    cause: int
    """Number of the journal record that caused it."""
    postings: tuple[Posting, ...]


class Ledger:
    """Accounts of one currency, and the transactions that made them."""

    __slots__ = ("balances", "transactions")

    def __init__(self) -> None:
        """Start with no money anywhere."""
        self.balances: dict[str, int] = {}
        self.transactions: list[Transaction] = []

    def post(self, time_ms: int, cause: int, *postings: Posting) -> None:
        """Book a batch.

        Raises:
            MarketBug: the batch does not sum to zero or an amount is out of
                bounds; nothing has been booked.
        """
        total = 0
        for _, amount in postings:
            if not 0 < abs(amount) <= MAX_MINOR:
                msg = f"an amount is zero or out of bounds: {postings}"
                raise MarketBug(msg)
            total += amount
        if total != 0:
            msg = f"postings do not sum to zero: {postings}"
            raise MarketBug(msg)
        self.transactions.append(Transaction(time_ms, cause, postings))
        for account, amount in postings:
            self.balances[account] = self.balances.get(account, 0) + amount

    def balance(self, account: str) -> int:
        """Return what an account holds, in minor units."""
        return self.balances.get(account, 0)
