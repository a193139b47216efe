"""Money changes: the balance of every account, after each record that moved it."""

from array import array
from typing import Any

from test_time_gym.market.interface.turns import Turns

__all__ = ["MoneyChanges"]


class MoneyChanges:
    """Looks at the ledger of a run, and keeps what has changed.

    Attributes:
        accounts: by number.
    """

    def __init__(self, turns: Turns) -> None:
        """Look at the ledger as the run begins."""
        self._ledger = turns.market.ledger
        self._seen = 0
        self.accounts: dict[str, int] = {}
        self._n = array("I")
        self._account = array("H")
        self._balance = array("d")

    @property
    def columns(self) -> "dict[str, array[Any]]":
        """After which record, which account, and its balance in minor units."""
        return {"n": self._n, "account": self._account, "balance": self._balance}

    def look(self, first: int) -> None:
        """Keep what the event that began with this record has changed."""
        transactions = self._ledger.transactions
        if len(transactions) == self._seen:
            return
        moved: dict[str, None] = {}
        for transaction in transactions[self._seen :]:
            moved.update((account, None) for account, _ in transaction.postings)
        self._seen = len(transactions)
        for account in moved:
            self._n.append(first)
            self._account.append(self.accounts.setdefault(account, len(self.accounts)))
            self._balance.append(self._ledger.balances.get(account, 0))
