"""The storefront: every visitor's commands, and the answers that come later."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from ..clock import Phase, Timer
from ..errors import Refused
from ..events import MessageDelivered
from ..marketplace import Marketplace
from ..orders import Order
from ..payments.payment import TAKEN, Answer, Payment, PaymentState
from .visitor import Message, Visitor

__all__ = [
    "Command",
    "Pace",
    "Storefront",
    "advertisement",
    "always",
    "code_message",
]

Rule = Callable[[Marketplace, Visitor, dict[str, Any]], str | None]
Act = Callable[[Marketplace, Visitor, dict[str, Any], int], None]


class Pace(Enum):
    """How long a command keeps its visitor busy."""

    CLICK = "click"
    PAGE = "page"
    GATEWAY = "gateway"
    """Until the gateway answers, or the page gives up waiting."""


_GATEWAY: Final = Pace.GATEWAY
_GATEWAY_DOWN: Final = "gateway_unavailable"
"""Why a payment was declined of which the card's bank has not been asked."""
_FOR_GOOD: Final = ("hard_decline", "retry_after_hard_decline", "retry_limit")
"""Reasons after which another try of the card is of no use."""


@dataclass(frozen=True, slots=True)
class Command:
    """A verb of the storefront: its one rule, its effect, its pace."""

    why_not: Rule
    act: Act
    pace: Pace


def always(_m: Marketplace, _v: Visitor, _args: dict[str, Any]) -> str | None:
    """Return nothing against a command that is always legal."""
    return None


class Storefront:
    """Commands and late answers of all visitors of one marketplace.

    `do` carries a command out; whether it may be given, its rule says before.
    """

    def __init__(self, market: Marketplace, visitors: list[Visitor]) -> None:
        """Listen to the payment processor on behalf of the visitors."""
        self.market = market
        self.visitors = visitors
        self.on_settled: Callable[[Visitor], None] = _nobody
        """Called when the page a visitor waited for has loaded."""
        self.on_failed_payment: Callable[[Payment], None] = _nobody
        """Called with a payment when its visitor learns that it failed."""
        self.on_receipt: Callable[[Visitor], None] = _nobody
        """Called when a visitor sees a receipt."""
        processor = market.processor
        processor.notices.on_reply = self._replied
        processor.notices.on_notice = self._noticed
        processor.challenges.on_code = self._code_arrived
        processor.instalments.on_captured = self._part_paid
        processor.instalments.on_failed = self._part_failed
        for coupon in market.world.config.coupons:
            if coupon.advertised:
                message = Message("Shop", advertisement(coupon.code), untrusted=False)
                for visitor in visitors:
                    visitor.receive(message)

    def do(
        self, visitor: Visitor, command: Command, args: dict[str, Any], cause: int
    ) -> Pace:
        """Carry out a legal command; what the market refuses, the page says.

        Returns:
            How long the visitor is busy; `Pace.GATEWAY` ends with `on_settled`.
        """
        visitor.change()
        pace = command.pace
        try:
            command.act(self.market, visitor, args, cause)
        except Refused as refusal:
            visitor.last_error = (refusal.code, refusal.text)
            if pace is Pace.PAGE and refusal.code != "price_changed":
                visitor.view = "error"
            return Pace.PAGE
        return self._await_answer(visitor) if pace is _GATEWAY else pace

    def _await_answer(self, visitor: Visitor) -> Pace:
        payment = visitor.payment
        if payment is not None and payment.state is not PaymentState.PROCESSING:
            answer = payment.verdict or payment.history[-1]
            # A notice of the same that is still under way will tell nothing new.
            known = visitor.heard.get(payment.id, 0)
            told = payment.history.index(answer) + 1
            visitor.heard[payment.id] = max(known, told)
            self._show(visitor, payment, answer, again=told <= known)
            return Pace.PAGE
        visitor.awaiting = True
        visitor.waits += 1
        wait_ms = self.market.world.config.gateway.client_timeout_s * 1000
        self.market.clock.at(
            self.market.clock.now_ms + wait_ms,
            Phase.GATEWAY,
            self._gave_up,
            "page",
            f"{visitor.seat}/{visitor.waits}",
        )
        return Pace.GATEWAY

    def _show(
        self, visitor: Visitor, payment: Payment, answer: Answer, *, again: bool = False
    ) -> None:
        """Bring the visitor's pages up to date with an answer about its payment.

        Args:
            visitor: who is shown it.
            payment: the visitor's.
            answer: one of its history.
            again: the visitor knows it already: a failure is not counted twice.
        """
        visitor.awaiting = False
        visitor.change()
        taken = answer.state in TAKEN
        visitor.status = "captured" if taken else answer.state.value
        if taken:
            self._show_receipt(visitor, payment)
            self._show_receipt_again(visitor, payment)
        elif answer.state is PaymentState.REQUIRES_CHALLENGE:
            visitor.view = "payment"
        else:
            reason = answer.reason or answer.state.value
            visitor.last_error = (reason, f"the payment failed: {reason}")
            if visitor.hold is None:
                # It was asked for by its key; there is no checkout that it failed.
                visitor.payment = None
                visitor.status = "none"
                return
            visitor.view = "payment"
            if not again:
                visitor.failed_payments += 1
                _note_decline(visitor, payment.card, answer)
                self.on_failed_payment(payment)

    def _show_receipt(self, visitor: Visitor, payment: Payment) -> None:
        orders = reversed(self.market.orders.of(visitor.seat))
        order = next(o for o in orders if o.payment is payment)
        if order in visitor.orders:
            return
        visitor.change()
        visitor.sees_receipt(order)
        visitor.receipt = order
        visitor.coupons_used.extend(payment.coupons)
        if visitor.hold is not None and visitor.hold.id == payment.hold_id:
            visitor.leave_checkout()
            visitor.status = "captured"
        if visitor.hold is None:
            visitor.view = "receipt"
        self.on_receipt(visitor)

    def _show_receipt_again(self, visitor: Visitor, payment: Payment) -> None:
        """Open the receipt of a payment that was asked for once more by its key."""
        if visitor.payment is payment and visitor.hold is None:
            visitor.payment = None
            visitor.receipt = next(o for o in visitor.orders if o.payment is payment)
            visitor.view = "receipt"

    # -- what happens later -------------------------------------------------------

    def _replied(self, payment: Payment, version: int) -> None:
        visitor = self.visitors[payment.seat]
        if visitor.payment is payment and visitor.awaiting:
            visitor.heard[payment.id] = version
            self._show(visitor, payment, payment.history[version - 1])
            self.on_settled(visitor)
        else:
            self._noticed(payment, version)

    def _noticed(self, payment: Payment, version: int) -> None:
        """Tell by message what the page did not hear, or no longer waits for.

        A notice that tells nothing new (it came twice, or a later one overtook it)
        changes nothing.  News of a payment that the visitor has left behind must
        not touch the checkout that is under way now.
        """
        visitor = self.visitors[payment.seat]
        if version <= visitor.heard.get(payment.id, 0):
            return
        visitor.heard[payment.id] = version
        answer = payment.history[version - 1]
        text = f"Shop: payment {payment.id} is {answer.state.value}"
        self._tell(visitor, "Shop", text)
        if visitor.payment is payment:
            awaited = visitor.awaiting
            if awaited or visitor.status in ("unknown", "requires_challenge"):
                self._show(visitor, payment, answer)
            elif visitor.status == "authorized":
                # It is known to have come too late; now its money is back.
                visitor.status = answer.state.value
            if awaited:
                self.on_settled(visitor)
        elif answer.state in TAKEN:
            self._show_receipt(visitor, payment)

    def _part_paid(self, order: Order, part: int) -> None:
        text = f"Shop: part {part + 1} of {len(order.plan)} of {order.id} is paid"
        self._tell(self.visitors[order.seat], "Shop", text)

    def _part_failed(self, order: Order, part: int, again: bool) -> None:  # noqa: FBT001
        text = f"Shop: part {part + 1} of {len(order.plan)} of {order.id} failed; "
        text += "it will be tried again" if again else "the order is in default"
        self._tell(self.visitors[order.seat], "Shop", text)

    def _code_arrived(self, payment: Payment) -> None:
        visitor = self.visitors[payment.seat]
        if visitor.payment is payment:
            visitor.code = payment.code
            self._tell(visitor, "Bank", code_message(payment.code))

    def _gave_up(self, timer: Timer) -> None:
        seat, _, waits = str(timer.entity).partition("/")
        visitor = self.visitors[int(seat)]
        if visitor.awaiting and visitor.waits == int(waits):
            visitor.awaiting = False
            visitor.status = "unknown"
            visitor.change()
            visitor.last_error = (
                "payment_unknown",
                "no answer from the payment provider: the payment may have succeeded",
            )
            self.on_settled(visitor)

    def _tell(self, visitor: Visitor, sender: str, text: str) -> None:
        visitor.tell(sender, text)
        fact = MessageDelivered(sender=sender, text=text, untrusted=False)
        self.market.journal.emit(fact, self.market.clock.now_ms, visitor.name)


def _note_decline(visitor: Visitor, card: str, answer: Answer) -> None:
    """Remember what a page says of a card, for those who cannot read it again."""
    if answer.state is PaymentState.DECLINED and answer.reason != _GATEWAY_DOWN:
        visitor.declines[card] = visitor.declines.get(card, 0) + 1
        if answer.reason in _FOR_GOOD and card not in visitor.dead_cards:
            visitor.dead_cards.append(card)


def advertisement(code: str) -> str:
    """Return the message by which the shop tells of a coupon."""
    return f"Shop: try the code {code}"


def code_message(code: str) -> str:
    """Return the message by which the bank tells the code of a challenge."""
    return f"Bank: your code is {code}"


def _nobody(_what: Visitor | Payment) -> None:
    """Stand in until someone listens."""
