"""The payment book: every transition, with its record and its postings.

Nothing else moves a payment.  A transition is made, written with the record
that caused it, and booked, all in one call or not at all.
"""

from ..clock import MarketClock
from ..events import (
    ChallengePassed,
    Fact,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentChallenged,
    PaymentClosed,
    PaymentDeclined,
    PaymentRefunded,
    PaymentStarted,
    PaymentVoided,
)
from ..journal import JournalWriter
from ..ledger import AUTHORIZED, MERCHANT, Ledger, Posting, card_account
from .payment import Authentication, Payment, PaymentState

__all__ = ["PaymentBook"]

S = PaymentState


class PaymentBook:
    """All payments of a run, and the only hand that writes in it.

    Args:
        clock: tells when.
        journal: where every transition is written, with its cause.
        ledger: where every movement of money is booked.
        names: the actor name of each visitor.
    """

    def __init__(
        self,
        clock: MarketClock,
        journal: JournalWriter,
        ledger: Ledger,
        names: list[str],
    ) -> None:
        """Open an empty book."""
        self._clock = clock
        self._journal = journal
        self._ledger = ledger
        self._names = names
        self.by_id: dict[str, Payment] = {}
        self._by_seat: dict[int, list[Payment]] = {}
        self._pending: dict[int, Payment] = {}
        """By number: those that are pending, and some that are no longer."""
        self._newest: dict[str, Payment] = {}
        """The last payment of every hold; none before it can be live."""

    def of(self, seat: int) -> list[Payment]:
        """Return a visitor's payments, oldest first."""
        return self._by_seat.get(seat, [])

    def pending(self) -> list[Payment]:
        """Return the payments that are not decided, or hold money, oldest first."""
        left = sorted([n for n, one in self._pending.items() if one.pending])
        self._pending = {number: self._pending[number] for number in left}
        return list(self._pending.values())

    def live_payment(self, hold_id: str) -> Payment | None:
        """Return the payment of a hold that may still take money."""
        payment = self._newest.get(hold_id)
        return payment if payment is not None and payment.live else None

    def write(self, fact: Fact, payment: Payment) -> int:
        """Write a fact about a payment; return its record's number."""
        actor = self._names[payment.seat]
        return self._journal.emit(fact, self._clock.now_ms, actor, payment.cause)

    # -- transitions without money -----------------------------------------------

    def enter(self, payment: Payment) -> None:
        """Enter a new payment, as it goes to the gateway."""
        payment.number = len(self.by_id)
        self.by_id[payment.id] = payment
        self._pending[payment.number] = payment
        self._by_seat.setdefault(payment.seat, []).append(payment)
        self._newest[payment.hold_id] = payment
        payment.move(S.PROCESSING)
        fact = PaymentStarted(
            amount=payment.amount_minor,
            attempt=payment.attempt,
            card=payment.card,
            discounts=payment.bill.discounts,
            fees=payment.bill.fees,
            hold=payment.hold_id,
            items=payment.bill.items_minor,
            key=payment.key,
            payment=payment.id,
            plan=payment.plan,
        )
        payment.cause = self.write(fact, payment)

    def challenge(self, payment: Payment, code: str, expires_ms: int) -> None:
        """Let the bank ask the cardholder for a code."""
        payment.move(S.REQUIRES_CHALLENGE)
        payment.code = code
        self.write(PaymentChallenged(expires=expires_ms, payment=payment.id), payment)

    def passed(self, payment: Payment) -> None:
        """Note that the challenge of this attempt was answered rightly."""
        payment.move(S.PROCESSING)
        payment.authentication = Authentication.CHALLENGE
        self.write(ChallengePassed(payment=payment.id), payment)

    def decline(self, payment: Payment, reason: str) -> None:
        """Let the issuer, or the gateway, say no."""
        payment.move(S.DECLINED, reason)
        self.write(PaymentDeclined(payment=payment.id, reason=reason), payment)

    def close(self, payment: Payment, state: PaymentState, reason: str) -> None:
        """End a payment that took no money: expired or cancelled."""
        payment.move(state, reason)
        fact = PaymentClosed(payment=payment.id, reason=reason, state=state.value)
        self.write(fact, payment)

    # -- transitions with money --------------------------------------------------

    def authorize(self, payment: Payment, amount: int, reason: str = "") -> None:
        """Reserve an amount on the card.

        Args:
            payment: which; later instalments are reserved without a transition.
            amount: in minor units.
            reason: why the money goes back, when it cannot be captured.
        """
        if payment.state is S.PROCESSING:
            payment.move(S.AUTHORIZED, reason)
        payment.authorized_minor += amount
        # A part of an order that is paid in instalments: it was not pending before.
        self._pending[payment.number] = payment
        batch = (_card(payment, -amount), (AUTHORIZED, amount))
        fact = PaymentAuthorized(
            amount=amount,
            authentication=payment.authentication.value,
            payment=payment.id,
            postings=batch,
        )
        self._book(fact, payment, batch)

    def capture(self, payment: Payment, amount: int) -> None:
        """Move reserved money to the merchant."""
        payment.move(S.CAPTURED)
        payment.captured_minor += amount
        batch = ((AUTHORIZED, -amount), (MERCHANT, amount))
        fact = PaymentCaptured(amount=amount, payment=payment.id, postings=batch)
        self._book(fact, payment, batch)

    def void(self, payment: Payment, state: PaymentState) -> None:
        """Give all that is reserved back uncaptured.

        Args:
            payment: whose reservation ends.
            state: VOIDED when the merchant said so, EXPIRED when its time was over.
        """
        amount = payment.open_minor
        payment.move(state, payment.reason)
        payment.voided_minor += amount
        batch = ((AUTHORIZED, -amount), _card(payment, amount))
        fact = PaymentVoided(
            amount=amount,
            payment=payment.id,
            postings=batch,
            reason=payment.reason,
            state=state.value,
        )
        self._book(fact, payment, batch)

    def refund(self, payment: Payment, amount: int) -> None:
        """Give captured money back that was on its way to the card."""
        whole = payment.refunded_minor + amount == payment.captured_minor
        payment.move(S.REFUNDED if whole else S.PARTIALLY_REFUNDED)
        payment.returning_minor -= amount
        payment.refunded_minor += amount
        batch = ((MERCHANT, -amount), _card(payment, amount))
        fact = PaymentRefunded(amount=amount, payment=payment.id, postings=batch)
        self._book(fact, payment, batch)

    def _book(
        self,
        fact: PaymentAuthorized | PaymentCaptured | PaymentVoided | PaymentRefunded,
        payment: Payment,
        batch: tuple[Posting, ...],
    ) -> None:
        number = self.write(fact, payment)
        self._ledger.post(self._clock.now_ms, number, *batch)


def _card(payment: Payment, amount: int) -> Posting:
    return card_account(payment.seat), amount
