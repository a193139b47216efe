"""Money: authorizations, captures, voids and refunds."""

from .answers import Answers
from .case import Case
from .dues import EXPIRIES, GATEWAY
from .frame import Record
from .instalments import Instalments
from .ledger import Ledger
from .page import Expected
from .payments import Payments
from .records import Order, Payment
from .setting import PPM

__all__ = ["Money"]


class Money:
    """Amounts that payments move, and when."""

    def __init__(
        self,
        case: Case,
        answers: Answers,
        payments: Payments,
        instalments: Instalments,
        ledger: Ledger,
    ) -> None:
        """No money has moved."""
        self._case = case
        self._answers = answers
        self._payments = payments
        self._instalments = instalments
        self._ledger = ledger

    def authorize(self, record: Record) -> None:
        """Check that money may be set aside, and how much."""
        case, amount = self._case, record.data["amount"]
        payment = self._payments.of(record, "processing", "captured")
        if payment is None:
            return
        case.caused(record, payment.cause)
        self._ledger.post(record, payment.seat)
        payment.authorized += amount
        if payment.state == "captured":
            self._instalments.charged(record, payment)
            return
        self._authentication(record, payment)
        text = "{} is authorized for {}, its first part is {}"
        case.check(
            amount == payment.first,
            "authorization",
            record.n,
            text,
            payment.id,
            amount,
            payment.first,
        )
        if payment.hold.runs(record.t):
            payment.move("authorized")
            payment.to_capture = amount
            self._next(payment, "payment_captured", "capture")
        else:
            payment.move("authorized", "hold_expired")
            self._too_late(record, payment)

    def _next(self, payment: Payment, kind: str, rule: str) -> None:
        why = f"{payment.id} is {payment.state}"
        seat = self._case.seats[payment.seat]
        self._case.expect(seat, Expected(kind, rule, why, payment))

    def _authentication(self, record: Record, payment: Payment) -> None:
        case, found = self._case, record.data["authentication"]
        gateway = self._payments.gateway
        gateway.answers(record, payment)
        law = gateway.law(payment)
        asks, silent = law["challenge_ppm"], law["frictionless_ppm"]
        possible = {
            "challenge": payment.passed,
            "frictionless": not payment.passed and asks > 0 and silent > 0,
            "none": not payment.passed and asks < PPM,
        }.get(found, False)
        text = "{} is authorized with authentication {!r}; a challenge was {}passed"
        lawful = case.check(
            possible,
            "challenge",
            record.n,
            text,
            payment.id,
            found,
            "" if payment.passed else "not ",
        )
        payment.authentication = found
        if payment.passed:
            gateway.up(record)
        elif lawful:
            gateway.approved(record, payment, found)

    def reply(self, payment: Payment, record: Record) -> None:
        """Let the page hear what became of a payment that was approved."""
        dice = self._payments.gateway.decision(payment)
        lost = dice.reply_lost and not payment.passed
        self._answers.reply(payment, record, lost=lost)

    def _too_late(self, record: Record, payment: Payment) -> None:
        case, setting = self._case, self._case.setting
        payment.late = (record.t, record.n)
        lost = setting.luck.void_lost(payment.id, setting.gateway["void_lost_ppm"])
        ends = record.t + (self._lapse if lost else setting.money_back)
        if ends == record.t:
            self._next(payment, "payment_voided", "voids")
            return
        case.dues.owe(ends, "voids", lambda: _stuck(payment, ends))
        self.reply(payment, record)

    @property
    def _lapse(self) -> int:
        lapse: int = self._case.setting.gateway["authorization_expires_s"] * 1000
        return lapse

    def capture(self, record: Record) -> None:
        """Check that just what was set aside in time is taken."""
        case, amount = self._case, record.data["amount"]
        payment = self._payments.of(record, "authorized", "captured")
        if payment is None:
            return
        case.caused(record, payment.cause)
        self._ledger.post(record, payment.seat)
        text = "{} captures {}, {} is to be captured"
        case.check(
            amount == payment.to_capture,
            "capture",
            record.n,
            text,
            payment.id,
            amount,
            payment.to_capture,
        )
        payment.captured += amount
        payment.to_capture = 0
        first = payment.state == "authorized"
        payment.move("captured")
        if first:
            self._next(payment, "ticket_issued", "tickets")
        elif payment.order is not None:
            self._instalments.paid(record, payment.order)

    def void(self, record: Record) -> None:
        """Check that what came too late goes back in full."""
        case, data = self._case, record.data
        payment = self._payments.of(record, "authorized")
        if payment is None:
            return
        case.caused(record, payment.cause)
        self._ledger.post(record, payment.seat)
        lost = case.setting.gateway["void_lost_ppm"]
        late = -1 if payment.late is None else payment.late[0]
        due = {
            "voided": late + case.setting.money_back if lost < PPM else None,
            "expired": late + self._lapse if lost else None,
        }.get(data["state"])
        fits = late >= 0 and due == record.t and data["reason"] == "hold_expired"
        text = "{} is {} at {} for {!r}; its money goes back at {}"
        case.check(
            fits,
            "voids",
            record.n,
            text,
            payment.id,
            data["state"],
            record.t,
            data["reason"],
            due,
        )
        text = "{} of {} goes back, {} is reserved"
        case.check(
            data["amount"] == payment.reserved,
            "voids",
            record.n,
            text,
            data["amount"],
            payment.id,
            payment.reserved,
        )
        payment.voided += data["amount"]
        if fits:
            luck = case.setting.luck
            expected = "expired" if luck.void_lost(payment.id, lost) else "voided"
            text = "{} is {}, by the seed it is {}"
            case.check(
                data["state"] == expected,
                "chance",
                record.n,
                text,
                payment.id,
                data["state"],
                expected,
            )
        payment.move(data["state"], data["reason"])
        if case.asked is not None:
            self.reply(payment, record)
        else:
            expires = data["state"] == "expired"
            phase = EXPIRIES if expires else GATEWAY
            case.in_line(record, phase, payment.late or (0, 0))
            self._answers.announce(payment, record)

    def settle(self, order: Order, record: Record) -> None:
        """Note what has to go back, since less is owed than was paid."""
        case, payment = self._case, order.payment
        excess = payment.kept - order.owed
        if excess <= 0:
            return
        payment.cause = record.n
        payment.returning += excess
        due = record.t + case.setting.money_back
        payment.refunds.append((due, excess))
        if due == record.t:
            self._next(payment, "payment_refunded", "refunds")
        else:
            case.dues.owe(due, "refunds", lambda: _unpaid(payment, due, excess))

    def refund(self, record: Record) -> None:
        """Check that what goes back was announced, and is due."""
        case, amount = self._case, record.data["amount"]
        payment = self._payments.of(record, "captured", "partially_refunded")
        if payment is None:
            return
        case.caused(record, payment.cause)
        self._ledger.post(record, payment.seat)
        due = (record.t, amount)
        text = "{} of {} goes back at {}; what is due is {}"
        if case.check(
            due in payment.refunds,
            "refunds",
            record.n,
            text,
            amount,
            payment.id,
            record.t,
            payment.refunds,
        ):
            payment.refunds.remove(due)
        payment.returning -= amount
        payment.refunded += amount
        text = "{} of {} went back in all, {} was captured"
        case.check(
            payment.refunded <= payment.captured,
            "refunds",
            record.n,
            text,
            payment.refunded,
            payment.id,
            payment.captured,
        )
        whole = payment.refunded == payment.captured
        payment.move("refunded" if whole else "partially_refunded")
        if case.asked is None:
            self._answers.announce(payment, record)


def _stuck(payment: Payment, due: int) -> str | None:
    if payment.state != "authorized":
        return None
    return f"the money of {payment.id} should be back by {due}"


def _unpaid(payment: Payment, due: int, amount: int) -> str | None:
    if (due, amount) not in payment.refunds:
        return None
    return f"{amount} of {payment.id} should be back at {due}"
