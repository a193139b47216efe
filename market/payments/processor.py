"""The payment flow: gateway → issuer → challenge → capture, decline, or money back."""

from ..bill import Bill
from ..clock import MarketClock, Phase, Timer
from ..events import TicketIssued
from ..holds import Hold, Holds
from ..journal import JournalWriter
from ..ledger import Ledger
from ..orders import Order, Orders
from ..streams import Streams
from .book import PaymentBook
from .challenge import Challenges
from .gateway import Gateway
from .instalments import Instalments
from .issuer import Issuer
from .keys import IdempotencyKeys
from .notices import Notices
from .payment import Authentication, Payment, PaymentState
from .retries import Retries
from .terms import PaymentTerms

__all__ = ["PaymentProcessor"]

S = PaymentState


class PaymentProcessor:
    """Takes payments from confirmation to their end.

    Args:
        terms: settings of gateway, challenges, retries, instalments and cards.
        clock: schedules results, time-outs and due instalments.
        streams: chance.
        journal: where every transition is written, with its cause.
        ledger: where every movement of money is booked.
        holds: what is paid for.
        orders: what a capture makes.
        names: the actor name of each visitor, for the journal.

    Attributes:
        book: all payments.
        keys: what idempotency keys stand for.
        notices: tells the shop what has become of payments.
        challenges: tells cardholders their codes.
        instalments: charges later parts of orders.
        retries: how often cards were tried.
    """

    def __init__(
        self,
        *,
        terms: PaymentTerms,
        clock: MarketClock,
        streams: Streams,
        journal: JournalWriter,
        ledger: Ledger,
        holds: Holds,
        orders: Orders,
        names: list[str],
    ) -> None:
        """Connect the parts; no payment yet."""
        self._clock = clock
        self._streams = streams
        self._config = terms.gateway
        self._holds = holds
        self._orders = orders
        self._made: dict[int, int] = {}
        self.book: PaymentBook = PaymentBook(clock, journal, ledger, names)
        self.keys: IdempotencyKeys = IdempotencyKeys(terms.gateway.keys_expire_s * 1000)
        self.gateway: Gateway = Gateway(terms.gateway, clock, streams, self._served)
        self.notices: Notices = Notices(
            terms.gateway, clock, streams, self.book.by_id.__getitem__
        )
        self.challenges: Challenges = Challenges(terms.challenge, clock, self.book)
        self.challenges.on_expired = self.notices.tell_now
        self._issuer = Issuer(terms.cards, streams)
        self.retries: Retries = Retries(terms.retries)
        self.instalments: Instalments = Instalments(
            rules=terms.instalments,
            clock=clock,
            book=self.book,
            orders=orders,
            issuer=self._issuer,
            gateway=self.gateway,
        )

    def start(
        self,
        hold: Hold,
        card: str,
        bill: Bill,
        *,
        key: str,
        plan: tuple[int, ...],
        cause: int,
    ) -> Payment:
        """Send a new payment of a bill for a hold to the gateway."""
        seat, now = hold.seat, self._clock.now_ms
        number = self._made[seat] = self._made.get(seat, 0) + 1
        payment = Payment(
            id=f"pay-{seat}-{number}",
            seat=seat,
            hold_id=hold.id,
            card=card,
            attempt=self.retries.count(seat, card, now),
            bill=bill,
            plan=plan,
            key=key,
            started_at_ms=now,
            cause=cause,
        )
        self.book.enter(payment)
        self.gateway.submit(payment)
        return payment

    def answer(self, payment: Payment, code: str, cause: int) -> None:
        """Answer a challenge, once: right goes on, wrong declines."""
        payment.cause = cause
        if code == payment.code:
            self.book.passed(payment)
            self.gateway.submit(payment)
        else:
            self.book.decline(payment, "challenge_failed")

    def cancel(self, payment: Payment, cause: int) -> None:
        """Give up a payment that waits for its challenge."""
        payment.cause = cause
        self.book.close(payment, S.CANCELLED, "cancelled_by_visitor")

    def settle(self, order: Order, cause: int) -> int:
        """Send back what the shop holds beyond what is owed for an order.

        Returns:
            The amount that goes back, in minor units.
        """
        payment = order.payment
        excess = payment.kept_minor - order.owed_minor
        if excess <= 0:
            return 0
        payment.cause = cause
        payment.returning_minor += excess
        delay_ms = self._config.money_back_after_s * 1000
        if delay_ms:
            due, entity = self._clock.now_ms + delay_ms, f"{payment.id}/{excess}"
            self._clock.at(due, Phase.GATEWAY, self._refund, "refund", entity)
        else:
            self.book.refund(payment, excess)
        return excess

    def spends_coupon(self, seat: int, code: str) -> bool:
        """Return whether a visitor has used a coupon up, or may yet have."""
        return any(
            code in payment.coupons and payment.spends_coupons
            for payment in self.book.of(seat)
        )

    # -- what the gateway's clock calls ---------------------------------------

    def _served(self, payment: Payment) -> None:
        if payment.state is not S.PROCESSING:
            return
        lost = False
        if self.gateway.down(self._clock.now_ms):
            self.book.decline(payment, "gateway_unavailable")
        elif payment.authentication is Authentication.CHALLENGE:
            self._take(payment)
        else:
            lost = self._ask_issuer(payment)
        self.notices.reply(payment, lost=lost)

    def _ask_issuer(self, payment: Payment) -> bool:
        """Follow the issuer's decision; return whether its answer gets lost."""
        seat, card = payment.seat, payment.card
        now, attempt = self._clock.now_ms, payment.attempt
        objection = self.retries.objection(seat, card, attempt, now)
        if objection is not None:
            self.book.decline(payment, objection)
            return False
        decision = self._issuer.decide(seat, card, attempt, payment.plan[0])
        if not decision.approved:
            if decision.reason == "hard_decline":
                self.retries.refuse(seat, card)
            self.book.decline(payment, decision.reason)
        elif decision.authentication is Authentication.CHALLENGE:
            self.challenges.open(payment, decision)
        else:
            payment.authentication = decision.authentication
            self._take(payment)
        return decision.reply_lost

    def _take(self, payment: Payment) -> None:
        """Authorize; capture and issue the ticket if the hold still stands."""
        hold, first = self._holds.by_id[payment.hold_id], payment.plan[0]
        if not hold.active(self._clock.now_ms):
            # Paid too late: the seat may be someone else's by now.
            self.book.authorize(payment, first, "hold_expired")
            self._release(payment)
            return
        self.book.authorize(payment, first)
        self._holds.confirm(hold, self._clock.now_ms)
        self.book.capture(payment, first)
        self._issue(payment, hold)

    def _release(self, payment: Payment) -> None:
        """Let reserved money go back: by a void, or when the reservation expires."""
        config, now = self._config, self._clock.now_ms
        dice = self._streams.at(0, "void", payment.id)
        if dice.chance(config.void_lost_ppm):
            due = now + config.authorization_expires_s * 1000
            self._clock.at(due, Phase.EXPIRY, self._lapse, "authorization", payment.id)
        elif config.money_back_after_s:
            due = now + config.money_back_after_s * 1000
            self._clock.at(due, Phase.GATEWAY, self._void, "void", payment.id)
        else:
            self.book.void(payment, S.VOIDED)

    def _issue(self, payment: Payment, hold: Hold) -> None:
        order = Order(
            id=f"order-{payment.seat}-{len(self._orders.of(payment.seat)) + 1}",
            seat=payment.seat,
            hold=hold,
            payment=payment,
            lines=hold.lines,
            owed_minor=payment.amount_minor,
            ticketed_at_ms=self._clock.now_ms,
        )
        self._orders.issue(order)
        fact = TicketIssued(
            hold=hold.id, order=order.id, payment=payment.id, total=order.total_minor
        )
        self.book.write(fact, payment)
        self.instalments.schedule(order)

    def _void(self, timer: Timer) -> None:
        payment = self.book.by_id[timer.entity]
        self.book.void(payment, S.VOIDED)
        self.notices.announce(payment)

    def _lapse(self, timer: Timer) -> None:
        payment = self.book.by_id[timer.entity]
        self.book.void(payment, S.EXPIRED)
        self.notices.announce(payment)

    def _refund(self, timer: Timer) -> None:
        payment_id, _, amount = str(timer.entity).partition("/")
        payment = self.book.by_id[payment_id]
        self.book.refund(payment, int(amount))
        self.notices.announce(payment)
