"""The ledger: what does not balance is not booked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.errors import MarketBug
from test_time_gym.market.ledger import Ledger, Transaction, card_account

AMOUNTS = st.integers(1, 10**12)
ACCOUNTS = st.sampled_from(["card/0", "card/1", "merchant", "authorized"])


def test_a_balanced_batch_is_booked_with_its_cause():
    ledger = Ledger()

    ledger.post(5, 17, ("card/0", -300), ("merchant", 200), ("authorized", 100))

    assert ledger.transactions == [
        Transaction(5, 17, (("card/0", -300), ("merchant", 200), ("authorized", 100)))
    ]
    assert ledger.balances == {"card/0": -300, "merchant": 200, "authorized": 100}


UNBALANCED = "postings do not sum to zero: "
OUT_OF_BOUNDS = "an amount is zero or out of bounds: "


@pytest.mark.parametrize(
    ("postings", "why"),
    [
        ((("card/0", -300), ("merchant", 299)), UNBALANCED),
        ((("card/0", 1),), UNBALANCED),
        ((("card/0", 0), ("merchant", 0)), OUT_OF_BOUNDS),
        ((("card/0", -(10**12) - 1), ("merchant", 10**12 + 1)), OUT_OF_BOUNDS),
    ],
)
def test_a_batch_that_is_unbalanced_or_out_of_bounds_changes_nothing(postings, why):
    ledger = Ledger()

    with pytest.raises(MarketBug) as caught:
        ledger.post(0, 1, *postings)

    assert str(caught.value) == f"{why}{postings}"
    assert (ledger.balances, ledger.transactions) == ({}, [])


@pytest.mark.parametrize("amount", [1, 10**12])
def test_amounts_from_one_unit_to_the_bound_are_booked(amount):
    ledger = Ledger()

    ledger.post(0, 1, ("card/0", -amount), ("merchant", amount))

    assert [ledger.balance(name) for name in ("card/0", "merchant")] == [
        -amount,
        amount,
    ]


@given(st.lists(st.tuples(ACCOUNTS, ACCOUNTS, AMOUNTS), max_size=20))
def test_all_accounts_together_always_hold_nothing(moves):
    ledger = Ledger()

    for source, target, amount in moves:
        ledger.post(0, 1, (source, -amount), (target, amount))

    assert sum(ledger.balances.values()) == 0


def test_an_account_that_nobody_used_holds_nothing():
    assert Ledger().balance(card_account(3)) == 0
