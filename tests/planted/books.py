"""Bugs of the ledger, the journal and the clock."""

from test_time_gym.market.clock import MarketClock
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.ledger import Ledger, Transaction
from test_time_gym.market.payments.book import PaymentBook


def a_posting_has_no_balance(patch):
    """The ledger books whatever it is given."""

    def post(self, time_ms, cause, *postings):
        self.transactions.append(Transaction(time_ms, cause, postings))
        for account, amount in postings:
            self.balances[account] = self.balances.get(account, 0) + amount

    patch.setattr(Ledger, "post", post)


def a_capture_forgets_the_reservation(patch):
    """Captured money is taken from nowhere."""
    post = Ledger.post

    def one_sided(self, time_ms, cause, *postings):
        post(self, time_ms, cause, *postings)
        if postings[0][0] == "authorized" and postings[1][0] == "merchant":
            self.transactions[-1] = Transaction(time_ms, cause, postings[1:])
            self.balances["authorized"] -= postings[0][1]

    patch.setattr(Ledger, "post", one_sided)


def a_posting_has_no_cause(patch):
    """Money is booked without the record that caused it."""
    post = Ledger.post
    patch.setattr(
        Ledger, "post", lambda s, time_ms, _, *batch: post(s, time_ms, 0, *batch)
    )


def a_posting_is_left_out_of_the_balance(patch):
    """The last posting of a batch does not reach its account."""
    post = Ledger.post

    def short(self, time_ms, cause, *postings):
        post(self, time_ms, cause, *postings)
        account, amount = postings[-1]
        self.balances[account] -= amount

    patch.setattr(Ledger, "post", short)


def amounts_have_no_bounds(patch):
    """An amount of nothing, or of too much, is booked."""
    patch.setattr("test_time_gym.market.ledger.MAX_MINOR", 10**15)


def money_is_counted_in_fractions(patch):
    """Amounts reach the ledger as floating-point numbers."""
    post = Ledger.post

    def floating(self, time_ms, cause, *postings):
        batch = [(account, float(amount)) for account, amount in postings]
        post(self, time_ms, cause, *batch)

    patch.setattr(Ledger, "post", floating)


def a_void_pays_the_shop(patch):
    """Money that was never captured goes to the merchant."""
    post = Ledger.post

    def to_the_shop(self, time_ms, cause, *postings):
        if postings[0][0] == "authorized":
            postings = (postings[0], ("merchant", postings[1][1]))
        post(self, time_ms, cause, *postings)

    patch.setattr(Ledger, "post", to_the_shop)


def the_books_are_tidied_up(patch):
    """Old transactions are dropped when a refund is booked."""
    refund = PaymentBook.refund

    def tidy(self, payment, amount):
        refund(self, payment, amount)
        del self._ledger.transactions[0]

    patch.setattr(PaymentBook, "refund", tidy)


def the_clock_goes_back(patch):
    """Timers that are late are run at their own time."""
    at = MarketClock.at

    def back(self, time_ms, phase, callback, what, *rest, **named):
        def early(timer):
            self.now_ms -= 1
            callback(timer)

        return at(self, time_ms, phase, early, what, *rest, **named)

    patch.setattr(MarketClock, "at", back)


def records_are_unwritten(patch):
    """A refusal takes the journal's last number back."""
    emit = JournalWriter.emit

    def unwritten(self, fact, time_ms, actor="", cause=0):
        number = emit(self, fact, time_ms, actor, cause)
        if fact.kind == "hold_expired":
            self.count -= 2
        return number

    patch.setattr(JournalWriter, "emit", unwritten)


BUGS = [
    bug
    for name, bug in list(globals().items())
    if callable(bug) and getattr(bug, "__module__", "") == __name__ and name[0] != "_"
]
