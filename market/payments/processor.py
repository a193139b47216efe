"""The payment flow: gateway → issuer → challenge → capture, void or decline."""

from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from ..clock import DAY_MS, MarketClock, Phase, Timer
from ..config import Config
from ..events import (
    PaymentAuthorized,
    PaymentCaptured,
    PaymentChallenged,
    PaymentClosed,
    PaymentDeclined,
    PaymentRefunded,
    PaymentStarted,
    PaymentVoided,
    TicketIssued,
)
from ..holds import Hold, Holds
from ..journal import Journal
from ..ledger import AUTHORIZED, MERCHANT, Ledger, card_account
from ..orders import Order, Orders, OrderState
from ..streams import Streams
from .gateway import Gateway, GatewayConfig
from .issuer import CardLaw, Decision, Issuer
from .payment import Payment, PaymentState

__all__ = ["ChallengeConfig", "Listener", "PaymentProcessor"]

Listener = Callable[[Payment], None]
"""Who wants to know what becomes of a payment."""

S = PaymentState
INSTALMENT_DAYS = 30


class ChallengeConfig(Config):
    """How 3DS challenges go."""

    expires_s: Annotated[int, Field(ge=1, le=86_400)] = 300
    """A challenge not answered for so long fails."""
    code_after_s: Annotated[int, Field(ge=0, le=86_400)] = 5
    """Delay of the message that brings the code."""


class PaymentProcessor:
    """Takes payments from confirmation to their end.

    Args:
        clock: schedules results, time-outs and due instalments.
        streams: chance.
        journal: where every transition is written, with its cause.
        ledger: where every movement of money is booked.
        holds: what is paid for.
        orders: what a capture makes.
        names: the actor name of each visitor, for the journal.
        gateway: the provider's settings.
        challenge: the 3DS settings.
        laws: the cards' behaviour.
    """

    def __init__(
        self,
        *,
        clock: MarketClock,
        streams: Streams,
        journal: Journal,
        ledger: Ledger,
        holds: Holds,
        orders: Orders,
        names: list[str],
        gateway: GatewayConfig,
        challenge: ChallengeConfig,
        laws: dict[str, CardLaw],
    ) -> None:
        """Connect the parts; no payment yet."""
        self._clock = clock
        self._streams = streams
        self._journal = journal
        self._ledger = ledger
        self._holds = holds
        self._orders = orders
        self._names = names
        self._config = gateway
        self._challenge = challenge
        self._issuer = Issuer(laws, streams)
        self.gateway = Gateway(gateway, clock, streams, self._served)
        self.by_id: dict[str, Payment] = {}
        self._newest: dict[str, Payment] = {}
        """The last payment of every hold; none before it can be live."""
        self._attempts: dict[tuple[int, str], int] = {}
        self._made: dict[int, int] = {}
        self._plans: dict[str, tuple[int, ...]] = {}
        self.on_reply: Listener = _nobody
        """Called when the merchant's page hears the answer."""
        self.on_notice: Listener = _nobody
        """Called when a notification follows an answer that was lost."""
        self.on_code: Listener = _nobody
        """Called when a challenge's code reaches the cardholder."""

    def start(
        self,
        hold: Hold,
        card: str,
        key: str,
        plan: tuple[int, ...],
        *,
        cause: int,
        coupon: str = "",
    ) -> Payment:
        """Send a new payment of ``sum(plan)`` for a hold to the gateway."""
        seat = hold.seat
        attempt = self._attempts[seat, card] = self._attempts.get((seat, card), 0) + 1
        number = self._made[seat] = self._made.get(seat, 0) + 1
        payment = Payment(
            id=f"pay-{seat}-{number}",
            seat=seat,
            hold_id=hold.id,
            card=card,
            attempt=attempt,
            amount_minor=sum(plan),
            key=key,
            first_capture_minor=plan[0],
            coupon=coupon,
        )
        self.by_id[payment.id] = payment
        self._newest[hold.id] = payment
        self._plans[payment.id] = plan
        payment.move(S.PROCESSING)
        fact = PaymentStarted(
            amount=payment.amount_minor,
            attempt=attempt,
            card=card,
            hold=hold.id,
            key=key,
            payment=payment.id,
        )
        payment.cause = self._emit(fact, payment, cause)
        self.gateway.submit(payment)
        return payment

    def answer(self, payment: Payment, code: str, cause: int) -> None:
        """Answer a challenge, once: right goes on, wrong declines."""
        payment.cause = cause
        if code == payment.code:
            payment.challenged = True
            payment.move(S.PROCESSING)
            self.gateway.submit(payment)
        else:
            self._decline(payment, "challenge_failed")

    def cancel(self, payment: Payment, cause: int) -> None:
        """Give up a payment that waits for its challenge."""
        payment.cause = cause
        self._close(payment, S.CANCELLED, "cancelled_by_visitor")

    def settle_cancelled(self, order: Order, kept_minor: int, cause: int) -> None:
        """Make the shop keep just so much of a cancelled order's money.

        What is captured beyond it is refunded; where instalments have not
        brought it in yet, the rest of it is captured; all else is voided.
        """
        payment = order.payment
        payment.cause = cause
        due = kept_minor - payment.captured_minor
        if due > 0:
            self._capture(payment, due)
        if payment.open_minor > 0:
            self._void(payment, payment.open_minor, "order_cancelled")
        if due < 0:
            self._refund(payment, -due)

    def spends_coupon(self, seat: int, code: str) -> bool:
        """Return whether a visitor has used a coupon up, or may yet have."""
        return any(
            payment.seat == seat and payment.coupon == code and payment.spends_coupon
            for payment in self.by_id.values()
        )

    def attempts(self) -> list[list[int | str]]:
        """Return ``[seat, card, attempts]``, sorted; the issuer goes by them."""
        return sorted(
            [seat, card, count] for (seat, card), count in self._attempts.items()
        )

    def live_payment(self, hold_id: str) -> Payment | None:
        """Return the payment of a hold that may still take money."""
        payment = self._newest.get(hold_id)
        return payment if payment is not None and payment.live else None

    # -- what the gateway's clock calls ---------------------------------------

    def _served(self, payment: Payment) -> None:
        if payment.state is not S.PROCESSING:
            return
        lost = self._streams.at(payment.replies, "reply", payment.id).chance(
            self._config.reply_lost_ppm
        )
        if self.gateway.down(self._clock.now_ms):
            self._decline(payment, "gateway_unavailable")
        elif payment.challenged:
            self._take(payment)
        else:
            decision = self._issuer.decide(
                payment.seat, payment.card, payment.attempt, payment.amount_minor
            )
            lost = lost or decision.reply_lost
            self._follow(payment, decision)
        if not lost:
            self.on_reply(payment)
            return
        due = self._clock.now_ms + self._config.notify_after_s * 1000
        self._clock.at(due, Phase.GATEWAY, self._notify, "notice", payment.id)

    def _follow(self, payment: Payment, decision: Decision) -> None:
        if not decision.approved:
            self._decline(payment, decision.reason)
        elif not decision.challenge:
            self._take(payment)
        else:
            now = self._clock.now_ms
            expires = now + self._challenge.expires_s * 1000
            payment.move(S.REQUIRES_CHALLENGE)
            payment.code = decision.code
            self._emit(PaymentChallenged(expires=expires, payment=payment.id), payment)
            self._clock.at(
                expires, Phase.EXPIRY, self._challenge_over, "challenge", payment.id
            )
            if not decision.code_lost:
                due = now + self._challenge.code_after_s * 1000
                self._clock.at(due, Phase.GATEWAY, self._code, "code", payment.id)

    def _take(self, payment: Payment) -> None:
        """Authorize; capture and issue the ticket if the hold still stands."""
        amount = payment.amount_minor
        payment.move(S.AUTHORIZED)
        payment.authorized_minor = amount
        batch = ((card_account(payment.seat), -amount), (AUTHORIZED, amount))
        fact = PaymentAuthorized(amount=amount, payment=payment.id, postings=batch)
        self._book(fact, payment, batch)
        hold = self._holds.by_id[payment.hold_id]
        if not hold.active(self._clock.now_ms):
            # Paid too late: the seat may be someone else's by now.
            payment.move(S.VOIDED, "hold_expired")
            self._void(payment, amount, "hold_expired")
            return
        self._holds.confirm(hold, self._clock.now_ms)
        self._capture(payment, payment.first_capture_minor)
        self._issue(payment, hold)

    def _issue(self, payment: Payment, hold: Hold) -> None:
        number = len(self._orders.of(payment.seat)) + 1
        plan = self._plans[payment.id]
        order = Order(
            id=f"order-{payment.seat}-{number}",
            seat=payment.seat,
            hold=hold,
            payment=payment,
            total_minor=payment.amount_minor,
            instalments=plan,
            ticketed_at_ms=self._clock.now_ms,
        )
        self._orders.issue(order)
        fact = TicketIssued(
            hold=hold.id, order=order.id, payment=payment.id, total=order.total_minor
        )
        self._emit(fact, payment)
        for k in range(1, len(plan)):
            due = self._clock.now_ms + k * INSTALMENT_DAYS * DAY_MS
            entity = f"{order.id}/{k}"
            self._clock.at(due, Phase.GATEWAY, self._instalment, "instalment", entity)

    def _instalment(self, timer: Timer) -> None:
        order_id, _, k = str(timer.entity).partition("/")
        order = self._orders.by_id[order_id]
        if order.state is OrderState.TICKETED:
            self._capture(order.payment, order.instalments[int(k)])

    def _capture(self, payment: Payment, amount: int) -> None:
        payment.move(S.CAPTURED)
        payment.captured_minor += amount
        batch = ((AUTHORIZED, -amount), (MERCHANT, amount))
        fact = PaymentCaptured(amount=amount, payment=payment.id, postings=batch)
        self._book(fact, payment, batch)

    def _refund(self, payment: Payment, amount: int) -> None:
        payment.move(S.REFUNDED)
        payment.refunded_minor += amount
        batch = ((MERCHANT, -amount), (card_account(payment.seat), amount))
        fact = PaymentRefunded(amount=amount, payment=payment.id, postings=batch)
        self._book(fact, payment, batch)

    def _void(self, payment: Payment, amount: int, reason: str) -> None:
        payment.voided_minor += amount
        batch = ((AUTHORIZED, -amount), (card_account(payment.seat), amount))
        fact = PaymentVoided(
            amount=amount, payment=payment.id, postings=batch, reason=reason
        )
        self._book(fact, payment, batch)

    def _decline(self, payment: Payment, reason: str) -> None:
        payment.move(S.DECLINED, reason)
        self._emit(PaymentDeclined(payment=payment.id, reason=reason), payment)

    def _close(self, payment: Payment, state: PaymentState, reason: str) -> None:
        payment.move(state, reason)
        fact = PaymentClosed(payment=payment.id, reason=reason, state=state.value)
        self._emit(fact, payment)

    def _challenge_over(self, timer: Timer) -> None:
        payment = self.by_id[timer.entity]
        if payment.state is S.REQUIRES_CHALLENGE:
            self._close(payment, S.EXPIRED, "challenge_expired")
            self.on_notice(payment)

    def _code(self, timer: Timer) -> None:
        payment = self.by_id[timer.entity]
        if payment.state is S.REQUIRES_CHALLENGE:
            self.on_code(payment)

    def _notify(self, timer: Timer) -> None:
        self.on_notice(self.by_id[timer.entity])

    def _book(
        self,
        fact: PaymentAuthorized | PaymentCaptured | PaymentVoided | PaymentRefunded,
        payment: Payment,
        batch: tuple[tuple[str, int], ...],
    ) -> None:
        number = self._emit(fact, payment)
        self._ledger.post(self._clock.now_ms, number, *batch)

    def _emit(self, fact: object, payment: Payment, cause: int | None = None) -> int:
        return self._journal.emit(
            fact,  # type: ignore[arg-type]
            self._clock.now_ms,
            self._names[payment.seat],
            payment.cause if cause is None else cause,
        )


def _nobody(_payment: Payment) -> None:
    """Stand in until someone listens."""
