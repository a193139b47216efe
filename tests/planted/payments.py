"""Bugs of payments: keys, late money, challenges and retries."""

from test_time_gym.market.clock import MarketClock
from test_time_gym.market.payments.book import PaymentBook
from test_time_gym.market.payments.keys import IdempotencyKeys
from test_time_gym.market.payments.payment import TAKEN, PaymentState
from test_time_gym.market.payments.processor import PaymentProcessor
from test_time_gym.market.payments.retries import Retries
from test_time_gym.market.storefront import Storefront, checkout

S = PaymentState


def idempotency_is_ignored(patch):
    """A key that was used is as good as a new one."""
    patch.setattr(IdempotencyKeys, "known", lambda *_: None)


def a_key_s_parameters_are_ignored(patch):
    """A key repeats its answer, whatever it is asked about."""
    patch.setattr(IdempotencyKeys, "verify", lambda *_: None)


def a_key_is_worth_nothing_after_its_checkout(patch):
    """Who asks again once the checkout is over hears that no card is entered."""
    patch.setattr(checkout, "_first_use", lambda *_: None)


def a_failure_that_is_told_again_fails_again(patch):
    """Asking about a payment that was left behind counts its failure once more."""
    show = Storefront._show

    def told(self, visitor, payment, answer, *, again=False):
        left = visitor.hold is None and answer.state not in TAKEN
        show(self, visitor, payment, answer, again=again)
        if left and visitor.status == "none":
            visitor.failed_payments += 1

    patch.setattr(Storefront, "_show", told)


def keys_are_shared_by_all_visitors(patch):
    """One visitor's key is known to the other."""
    known, bind = IdempotencyKeys.known, IdempotencyKeys.bind

    def bind_for_all(self, seat, key, *rest):
        bind(self, seat, key, *rest)
        for other in (0, 1):
            self._newest[other, key] = self._newest[seat, key]

    patch.setattr(IdempotencyKeys, "known", known)
    patch.setattr(IdempotencyKeys, "bind", bind_for_all)


def keys_never_expire(patch):
    """A key is remembered for ever."""
    patch.setattr(
        IdempotencyKeys, "known", lambda s, seat, key, _: s._newest.get((seat, key))
    )


def _life_of_keys(patch, change):
    init = IdempotencyKeys.__init__
    patch.setattr(IdempotencyKeys, "__init__", lambda self, ms: init(self, change(ms)))


def keys_expire_too_early(patch):
    """A key is forgotten after half its time."""
    _life_of_keys(patch, lambda ms: ms // 2)


def keys_expire_a_millisecond_late(patch):
    """A key still counts at the instant at which it ends."""
    _life_of_keys(patch, lambda ms: ms + 1)


def keys_are_not_kept(patch):
    """Nobody writes down what a key stands for."""
    patch.setattr(IdempotencyKeys, "bind", lambda *_: None)


def a_hold_may_have_two_live_payments(patch):
    """A second payment is begun while the first may still take money."""
    patch.setattr(PaymentBook, "live_payment", lambda *_: None)


def late_money_is_never_voided(patch):
    """A payment that comes after its hold stays authorized."""
    patch.setattr(PaymentProcessor, "_release", lambda *_: None)


def late_money_buys_the_seat(patch):
    """A payment that comes after its hold takes the seats nevertheless."""
    take = PaymentProcessor._take

    def late(self, payment):
        hold, first = self._holds.by_id[payment.hold_id], payment.plan[0]
        if hold.active(self._clock.now_ms):
            take(self, payment)
            return
        self._holds._inventory._sell([(ln.product, ln.seats) for ln in hold.lines])
        self.book.authorize(payment, first)
        self.book.capture(payment, first)
        self._issue(payment, hold)

    patch.setattr(PaymentProcessor, "_take", late)


def late_money_is_kept(patch):
    """A payment that comes after its hold is captured, and nothing is sold."""
    take = PaymentProcessor._take

    def late(self, payment):
        hold, first = self._holds.by_id[payment.hold_id], payment.plan[0]
        if hold.active(self._clock.now_ms):
            take(self, payment)
            return
        self.book.authorize(payment, first)
        self.book.capture(payment, first)

    patch.setattr(PaymentProcessor, "_take", late)


def money_is_back_at_once(patch):
    """Voids take no time, whatever the scenario says."""
    patch.setattr(
        PaymentProcessor, "_release", lambda self, p: self.book.void(p, S.VOIDED)
    )


def a_lost_void_is_forgotten(patch):
    """The reservation whose void was lost never lapses."""
    _deaf_to(patch, "authorization")


def _deaf_to(patch, kind):
    at = MarketClock.at

    def deaf(self, time_ms, phase, callback, what, *rest, **named):
        if what == kind:
            return None
        return at(self, time_ms, phase, callback, what, *rest, **named)

    patch.setattr(MarketClock, "at", deaf)


def a_challenge_never_ends(patch):
    """Nothing ends a challenge that nobody answers."""
    _deaf_to(patch, "challenge")


def a_challenge_is_skipped(patch):
    """A payment takes money although its challenge was not answered."""
    ask = PaymentProcessor._ask_issuer

    def without(self, payment):
        lost = ask(self, payment)
        if payment.state is S.REQUIRES_CHALLENGE:
            payment.move(S.PROCESSING)
            self._take(payment)
        return lost

    patch.setattr(PaymentProcessor, "_ask_issuer", without)


def an_older_code_is_accepted(patch):
    """The code of any challenge of the visitor answers this one."""
    answer = PaymentProcessor.answer

    def reused(self, payment, code, cause):
        known = code in [p.code for p in self.book.of(payment.seat)]
        answer(self, payment, payment.code if known else code, cause)

    patch.setattr(PaymentProcessor, "answer", reused)


def a_wrong_code_is_accepted(patch):
    """Any answer passes a challenge."""
    answer = PaymentProcessor.answer

    def lax(self, payment, _code, cause):
        answer(self, payment, payment.code, cause)

    patch.setattr(PaymentProcessor, "answer", lax)


def a_wrong_code_may_be_corrected(patch):
    """A wrong answer changes nothing: the code may be guessed."""
    answer = PaymentProcessor.answer

    def patient(self, payment, code, cause):
        if code == payment.code:
            answer(self, payment, code, cause)

    patch.setattr(PaymentProcessor, "answer", patient)


def a_challenge_is_asked_twice(patch):
    """After the right answer the issuer is asked again."""
    passed = PaymentBook.passed

    def forgotten(self, payment):
        before = payment.authentication
        passed(self, payment)
        payment.authentication = before

    patch.setattr(PaymentBook, "passed", forgotten)


def a_cancelled_payment_is_served(patch):
    """A payment that was given up stays open at the bank."""
    patch.setattr(PaymentProcessor, "cancel", lambda *_: None)


def the_retry_limit_is_off_by_one(patch):
    """One more try than card schemes allow reaches the issuer."""
    objection = Retries.objection

    def lax(self, seat, card, attempt, now_ms):
        most = self._rules.most
        self._rules = self._rules.model_copy(update={"most": most + 1})
        try:
            return objection(self, seat, card, attempt, now_ms)
        finally:
            self._rules = self._rules.model_copy(update={"most": most})

    patch.setattr(Retries, "objection", lax)


def later_tries_count_against_earlier_ones(patch):
    """A try is refused for tries that began after it (this bug was real)."""
    objection = Retries.objection
    patch.setattr(
        Retries,
        "objection",
        lambda s, seat, card, _attempt, now: objection(s, seat, card, None, now),
    )


def the_retry_window_never_ends(patch):
    """Tries of long ago still count against a card."""
    objection = Retries.objection
    patch.setattr(
        Retries,
        "objection",
        lambda s, seat, card, attempt, _now: objection(s, seat, card, attempt, 0),
    )


def a_hard_decline_is_forgotten(patch):
    """A card that was refused for good is tried again."""
    patch.setattr(Retries, "refuse", lambda *_: None)


def all_tries_are_the_first(patch):
    """A card's tries are not numbered."""
    count = Retries.count

    def first(self, seat, card, now_ms):
        count(self, seat, card, now_ms)
        return 1

    patch.setattr(Retries, "count", first)


def a_declined_payment_took_money(patch):
    """A payment that the issuer refuses has reserved its amount."""
    decline = PaymentBook.decline

    def charged(self, payment, reason):
        decline(self, payment, reason)
        payment.authorized_minor += payment.plan[0]

    patch.setattr(PaymentBook, "decline", charged)


BUGS = [
    bug
    for name, bug in list(globals().items())
    if callable(bug) and getattr(bug, "__module__", "") == __name__ and name[0] != "_"
]
