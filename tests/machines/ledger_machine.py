"""Postings good and bad, beside an account book that is one long list."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from machines.scene import Scene

from test_time_gym.market.errors import MarketBug
from test_time_gym.market.events import MessageDelivered
from test_time_gym.market.invariants import books
from test_time_gym.market.snapshot import snapshot

LARGEST = 1_000_000_000_000
ACCOUNTS = st.sampled_from(["merchant", "authorized", "card/0", "card/1", "population"])
AMOUNTS = st.one_of(
    st.integers(-300, 300),
    st.sampled_from([0, 1, -1, LARGEST, -LARGEST, LARGEST + 1, -LARGEST - 1]),
)
POSTINGS = st.lists(st.tuples(ACCOUNTS, AMOUNTS), min_size=1, max_size=4)

LAWS = (
    books.postings_sum_to_zero,
    books.balances_are_the_sum_of_postings,
    books.postings_name_their_cause,
    books.amounts_are_in_bounds,
)
"""The others speak of payments, and there are none."""


class LedgerMachine(RuleBasedStateMachine):
    """The ledger against a list of every batch that should have been booked."""

    made = 0

    def __init__(self):
        super().__init__()
        type(self).made += 1
        self.scene = None

    @initialize()
    def open(self):
        self.scene, self.book = Scene(), []
        # Accounts will not agree with payments, of which there are none.
        self.scene.market.clock.observer = None
        self.ledger = self.scene.market.ledger

    def write(self, postings):
        journal, now = self.scene.market.journal, self.scene.now_ms
        fact = MessageDelivered(sender="Bank", text="a batch", untrusted=False)
        number = journal.emit(fact, now)
        self.ledger.post(now, number, *postings)
        self.book.append((now, number, tuple(postings)))

    @rule(postings=POSTINGS)
    def post_anything(self, postings):
        amounts = [amount for _, amount in postings]
        good = all(a and -LARGEST <= a <= LARGEST for a in amounts)
        if good and sum(amounts) == 0:
            self.write(postings)
        else:
            with pytest.raises(MarketBug):
                self.ledger.post(self.scene.now_ms, 1, *postings)

    @rule(postings=POSTINGS, last=ACCOUNTS)
    def post_what_is_balanced(self, postings, last):
        rest = -sum(amount for _, amount in postings)
        self.post_anything([*postings, (last, rest)] if rest else postings)

    @rule(passed=st.integers(0, 5000))
    def wait(self, passed):
        self.scene.go_to(self.scene.now_ms + passed)

    @invariant()
    def the_books_agree(self):
        if self.scene is None:
            return
        posted = {}
        for _, _, postings in self.book:
            for account, amount in postings:
                posted.setdefault(account, []).append(amount)
        sums = {account: sum(amounts) for account, amounts in posted.items()}
        assert self.ledger.balances == sums
        assert [tuple(t) for t in self.ledger.transactions] == self.book
        for account in ("merchant", "authorized", "card/0", "nobody"):
            assert self.ledger.balance(account) == sums.get(account, 0)
        assert sum(sums.values()) == 0
        assert [v for law in LAWS for v in law(snapshot(self.scene.market))] == []
