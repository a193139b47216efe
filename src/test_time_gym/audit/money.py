"""Money: authorizations, captures, voids and refunds."""

from .answers import AnswerRules
from .deadlines import EXPIRIES, GATEWAY
from .instalments import LaterPartRules
from .ledger import LedgerRules
from .lines import Line
from .page import Expected
from .payments import PaymentRules
from .records import RecordedOrder, RecordedPayment
from .scenario import PPM
from .state import AuditState

__all__ = ["MoneyRules"]


class MoneyRules:
    """Amounts that payments move, and when."""

    def __init__(
        self,
        case: AuditState,
        answers: AnswerRules,
        payments: PaymentRules,
        instalments: LaterPartRules,
        ledger: LedgerRules,
    ) -> None:
        """No money has moved."""
        self._state = case
        self._answers = answers
        self._payments = payments
        self._instalments = instalments
        self._ledger = ledger

    def authorize(self, record: Line) -> None:
        """Check that money may be set aside, and how much."""
        case, amount = self._state, record.data["amount"]
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

    def _next(self, payment: RecordedPayment, kind: str, rule: str) -> None:
        why = f"{payment.id} is {payment.state}"
        seat = self._state.seats[payment.seat]
        self._state.expect(seat, Expected(kind, rule, why, payment))

    def _authentication(self, record: Line, payment: RecordedPayment) -> None:
        case, found = self._state, record.data["authentication"]
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

    def reply(self, payment: RecordedPayment, record: Line) -> None:
        """Let the page hear what became of a payment that was approved."""
        dice = self._payments.gateway.decision(payment)
        lost = dice.reply_lost and not payment.passed
        self._answers.reply(payment, record, lost=lost)

    def _too_late(self, record: Line, payment: RecordedPayment) -> None:
        case, scenario = self._state, self._state.scenario
        payment.late = (record.t, record.n)
        lost = scenario.luck.void_lost(payment.id, scenario.gateway["void_lost_ppm"])
        ends = record.t + (self._lapse if lost else scenario.money_back)
        if ends == record.t:
            self._next(payment, "payment_voided", "voids")
            return
        case.deadlines.owe(ends, "voids", lambda: _stuck(payment, ends))
        self.reply(payment, record)

    @property
    def _lapse(self) -> int:
        lapse: int = self._state.scenario.gateway["authorization_expires_s"] * 1000
        return lapse

    def capture(self, record: Line) -> None:
        """Check that just what was set aside in time is taken."""
        case, amount = self._state, record.data["amount"]
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

    def void(self, record: Line) -> None:
        """Check that what came too late goes back in full."""
        case, data = self._state, record.data
        payment = self._payments.of(record, "authorized")
        if payment is None:
            return
        case.caused(record, payment.cause)
        self._ledger.post(record, payment.seat)
        lost = case.scenario.gateway["void_lost_ppm"]
        late = -1 if payment.late is None else payment.late[0]
        due = {
            "voided": late + case.scenario.money_back if lost < PPM else None,
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
            luck = case.scenario.luck
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

    def settle(self, order: RecordedOrder, record: Line) -> None:
        """Note what has to go back, since less is owed than was paid."""
        case, payment = self._state, order.payment
        excess = payment.kept - order.owed
        if excess <= 0:
            return
        payment.cause = record.n
        payment.returning += excess
        due = record.t + case.scenario.money_back
        payment.refunds.append((due, excess))
        if due == record.t:
            self._next(payment, "payment_refunded", "refunds")
        else:
            case.deadlines.owe(due, "refunds", lambda: _unpaid(payment, due, excess))

    def refund(self, record: Line) -> None:
        """Check that what goes back was announced, and is due."""
        case, amount = self._state, record.data["amount"]
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


def _stuck(payment: RecordedPayment, due: int) -> str | None:
    if payment.state != "authorized":
        return None
    return f"the money of {payment.id} should be back by {due}"


def _unpaid(payment: RecordedPayment, due: int, amount: int) -> str | None:
    if (due, amount) not in payment.refunds:
        return None
    return f"{amount} of {payment.id} should be back at {due}"
