"""A payment book with real parts around it, and a payment to put into it."""

import json

from fakes import Lines

from test_time_gym.market.bill import Bill
from test_time_gym.market.clock import MarketClock, Phase
from test_time_gym.market.events import ChallengePassed
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.ledger import Ledger
from test_time_gym.market.payments.book import PaymentBook
from test_time_gym.market.payments.payment import Payment

NOW_MS = 4_000
CAUSE = 7
"""What caused whatever happens to the payment next."""

BILL = Bill(100_00, (("TENTH", 10_00),), (("booking", 4_00),))


def payment(number=1, hold="hold-1-1", **changes):
    """Return a new payment of the second visitor, ben."""
    fields = {
        "id": f"pay-1-{number}",
        "seat": 1,
        "hold_id": hold,
        "card": "tok_ok",
        "attempt": 2,
        "bill": BILL,
        "plan": (47_00, 47_00),
        "key": "k",
        "started_at_ms": NOW_MS,
    }
    return Payment(**fields | changes)


class Books:
    """A book with a real clock, journal and ledger, and one new payment."""

    def __init__(self):
        self.sink, self.ledger = Lines(), Ledger()
        self.clock = MarketClock()
        self.go_to(NOW_MS)
        self.journal = JournalWriter(self.sink)
        self.book = PaymentBook(self.clock, self.journal, self.ledger, ["ann", "ben"])
        self.payment = payment()
        # A first record, so that no number is 0 by chance.
        self.book.write(ChallengePassed(payment="pay-0-1"), self.payment)

    def go_to(self, now_ms):
        """Let time pass to the very end of an instant."""
        self.clock.at(now_ms, Phase.DIGEST, lambda _: None, "test")
        self.clock.advance(now_ms)

    def at(self, state, **money):
        """Put the payment where a test wants it, in the midst of its life."""
        one = self.payment
        one.state, one.cause, self.book.by_id[one.id] = state, CAUSE, one
        for name, amount in money.items():
            setattr(one, f"{name}_minor", amount)
        return one

    def records(self):
        """Return [kind, data, number, cause, time, actor] after the first record."""
        found = [json.loads(line) for line in self.sink.lines[1:]]
        return [[r[letter] for letter in "kdncta"] for r in found]
