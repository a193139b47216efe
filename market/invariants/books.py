"""Laws of the ledger, and of names."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ..config import MAX_MINOR
from ..ledger import AUTHORIZED, MERCHANT, POPULATION, card_account
from ..snapshot import MarketSnapshot
from .law import law

__all__ = [
    "accounts_agree_with_payments",
    "amounts_are_in_bounds",
    "balances_are_the_sum_of_postings",
    "ids_are_unique",
    "postings_name_their_cause",
    "postings_sum_to_zero",
]


def _unseen(amounts: Any) -> Any:
    """Return amounts of which nobody has said yet that they are whole numbers.

    Compiled code raises where what is said to be one is none; laws are to see it.
    """
    return amounts


@law("L1")
def postings_sum_to_zero(s: MarketSnapshot) -> Iterator[str]:
    """Every batch sums to zero, and with them all accounts together."""
    for transaction in s.transactions:
        if sum(amount for _, amount in _unseen(transaction.postings)):
            yield f"{transaction.postings} of {transaction.time_ms}"
    together = sum(_unseen(s.balances).values())
    if together:
        yield f"accounts hold {together} together"


@law("L3")
def balances_are_the_sum_of_postings(s: MarketSnapshot) -> Iterator[str]:
    """What an account holds is what has been posted to it."""
    posted: dict[str, Any] = {}
    for transaction in s.transactions:
        for account, amount in _unseen(transaction.postings):
            posted[account] = posted.get(account, 0) + amount
    if posted != s.balances:
        yield f"posted {posted}, balances {s.balances}"


@law("L2")
def accounts_agree_with_payments(s: MarketSnapshot) -> Iterator[str]:
    """Issuers', merchant's and cards' accounts follow from the payments."""
    expected = {AUTHORIZED: 0, MERCHANT: -s.balances.get(POPULATION, 0)}
    for p in s.payments:
        card = card_account(p.seat)
        out = p.authorized_minor - p.voided_minor - p.refunded_minor
        expected[card] = expected.get(card, 0) - out
        expected[AUTHORIZED] += p.open_minor
        expected[MERCHANT] += p.captured_minor - p.refunded_minor
    balances = _unseen(s.balances)
    for account, amount in expected.items():
        if balances.get(account, 0) != amount:
            yield f"{account} holds {balances.get(account, 0)}, payments say {amount}"


@law("L3")
def postings_name_their_cause(s: MarketSnapshot) -> Iterator[str]:
    """With a journal, each batch has a record of its own, in order of time."""
    last_cause, last_time = 0, None
    for transaction in s.transactions:
        caused = last_cause < transaction.cause < s.records
        if s.records and not caused:
            yield f"cause {transaction.cause} after {last_cause} of {s.records} records"
        if transaction.time_ms > s.now_ms or (
            last_time is not None and transaction.time_ms < last_time
        ):
            yield f"booked at {transaction.time_ms} after {last_time}"
        last_cause, last_time = transaction.cause, transaction.time_ms


@law("L4")
def amounts_are_in_bounds(s: MarketSnapshot) -> Iterator[str]:
    """Every posted amount is a whole number, not zero, at most 10^12."""
    for transaction in s.transactions:
        for account, amount in _unseen(transaction.postings):
            if type(amount) is not int or not 0 < abs(amount) <= MAX_MINOR:
                yield f"{amount!r} posted to {account}"


@law(visits=True)
def ids_are_unique(s: MarketSnapshot) -> Iterator[str]:
    """No two holds, payments or orders share an id."""
    named: tuple[Iterable[str], ...] = (
        (hold.id for hold in s.holds),
        (payment.id for payment in s.payments),
        (order.id for order in s.orders),
    )
    for ids in named:
        for id_, count in Counter(ids).items():
            if count > 1:
                yield f"{count} are called {id_}"
