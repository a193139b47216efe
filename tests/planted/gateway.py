"""Bugs of the gateway's queue, of what it tells, and of what payments remember."""

from test_time_gym.market.events import PaymentDeclined
from test_time_gym.market.payments.book import PaymentBook
from test_time_gym.market.payments.challenge import Challenges
from test_time_gym.market.payments.gateway import Gateway
from test_time_gym.market.payments.notices import Notices
from test_time_gym.market.payments.payment import TAKEN, Payment, PaymentState
from test_time_gym.market.storefront.storefront import Storefront

S = PaymentState


def nobody_waits_in_line(patch):
    """The gateway serves all payments at once: latency ignores the queue."""
    patch.setattr(Gateway, "submit", Gateway._begin)


def the_gateway_forgets_who_waits(patch):
    """A payment that had to wait in line is never served."""

    def end(self, timer):
        payment = self._serving.pop(timer.entity)
        if self._line:
            self._line.popleft()
        self._finish(payment)

    patch.setattr(Gateway, "_end", end)


def outages_are_ignored(patch):
    """Payments get through while the gateway is down."""
    patch.setattr(Gateway, "down", lambda *_: False)


def an_outage_lasts_a_millisecond_longer(patch):
    """The end of an outage belongs to it."""

    def down(self, now_ms):
        windows = self._config.outages_s
        return any(start * 1000 <= now_ms <= end * 1000 for start, end in windows)

    patch.setattr(Gateway, "down", down)


def a_stale_notice_overwrites_newer_news(patch):
    """A notice that was overtaken is believed."""
    noticed = Storefront._noticed

    def believed(self, payment, version):
        self.visitors[payment.seat].heard.pop(payment.id, None)
        noticed(self, payment, version)

    patch.setattr(Storefront, "_noticed", believed)


def a_notice_brings_another_ticket(patch):
    """Whenever a capture is told, an order is issued."""
    noticed = Storefront._noticed

    def ticketed(self, payment, version):
        noticed(self, payment, version)
        if payment.history[version - 1].state in TAKEN:
            market = self.market
            hold = market.holds.by_id[payment.hold_id]
            market.processor._issue(payment, hold)

    patch.setattr(Storefront, "_noticed", ticketed)


def a_lost_reply_is_never_told(patch):
    """No notice follows a reply that was lost."""
    reply = Notices.reply

    def silent(self, payment, *, lost=False):
        sure = self._config.reply_lost_ppm == 10**6
        if not (lost or sure):
            reply(self, payment)

    patch.setattr(Notices, "reply", silent)


def a_key_repeats_that_money_was_reserved(patch):
    """The answer to a captured payment's key is *authorized* (this bug was real)."""
    undecided = (S.PROCESSING, S.REQUIRES_CHALLENGE)

    def verdict(self):
        return next((a for a in self.history if a.state not in undecided), None)

    patch.setattr(Payment, "verdict", property(verdict))


def a_page_is_not_remembered(patch):
    """A notice may tell less than a page has shown (this bug was real)."""
    await_answer = Storefront._await_answer

    def forgetful(self, visitor):
        heard = dict(visitor.heard)
        pace = await_answer(self, visitor)
        visitor.heard = heard
        return pace

    patch.setattr(Storefront, "_await_answer", forgetful)


def history_is_rewritten(patch):
    """A payment remembers only what it is."""
    move = Payment.move

    def rewritten(self, state, reason=""):
        self.history = ()
        move(self, state, reason)

    patch.setattr(Payment, "move", rewritten)


def a_declined_payment_comes_back(patch):
    """A payment that was declined is processing again."""
    decline = PaymentBook.decline

    def undone(self, payment, reason):
        decline(self, payment, reason)
        payment.state = S.PROCESSING

    patch.setattr(PaymentBook, "decline", undone)


def a_decline_is_written_of_nobody(patch):
    """Declines are written, and the payment goes on as before."""

    def decline(self, payment, reason):
        self.write(PaymentDeclined(payment=payment.id, reason=reason), payment)

    patch.setattr(PaymentBook, "decline", decline)


def codes_are_sent_to_other_payments(patch):
    """A challenge's code is that of no payment."""
    opened = Challenges.open

    def other(self, payment, decision):
        opened(self, payment, decision)
        payment.code = ""

    patch.setattr(Challenges, "open", other)


BUGS = [
    bug
    for name, bug in list(globals().items())
    if callable(bug) and getattr(bug, "__module__", "") == __name__ and name[0] != "_"
]
