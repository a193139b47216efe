"""Money: authorizations, captures, voids and refunds."""

from .case import Case, Order, Payment
from .frame import Record
from .instalments import Instalments
from .ledger import Ledger
from .payments import Payments
from .setting import PPM

__all__ = ["Money"]


class Money:
    """Amounts that payments move, and when."""

    def __init__(
        self, case: Case, payments: Payments, instalments: Instalments, ledger: Ledger
    ) -> None:
        """No money has moved."""
        self._case = case
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
        first = payment.plan[0] if payment.plan else payment.amount
        case.check(
            amount == first, "authorization", record.n, text, payment.id, amount, first
        )
        payment.state = "authorized"
        if payment.hold.state == "held" and record.t < payment.hold.expires:
            payment.to_capture = amount
            text = f"{payment.id} is authorized in time"
            case.follow = ("payment_captured", "capture", text)
        else:
            self._too_late(record, payment)

    def _authentication(self, record: Record, payment: Payment) -> None:
        case, found = self._case, record.data["authentication"]
        law = case.setting.cards.get(payment.card, {})
        asks, silent = law.get("challenge_ppm", 0), law.get("frictionless_ppm", 0)
        possible = {
            "challenge": payment.passed,
            "frictionless": not payment.passed and asks > 0 and silent > 0,
            "none": not payment.passed and asks < PPM,
        }.get(found, False)
        text = "{} is authorized with authentication {!r}; a challenge was {}passed"
        case.check(
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
            self._payments.bank.up(record)
        else:
            self._payments.bank.approved(record, payment)

    def _too_late(self, record: Record, payment: Payment) -> None:
        case, setting = self._case, self._case.setting
        case.seats[payment.seat].failures += 1
        payment.late = record.t
        lost = setting.gateway["void_lost_ppm"]
        ends = record.t + (setting.money_back if not lost else self._lapse)
        if not lost and not setting.money_back:
            text = f"{payment.id} is authorized too late"
            case.follow = ("payment_voided", "voids", text)
        else:
            case.dues.owe(ends, "voids", lambda: _stuck(payment, ends))

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
        if payment.state == "authorized":
            payment.state = "captured"
            text = f"{payment.id} is captured"
            case.follow = ("ticket_issued", "tickets", text)
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
        late = -1 if payment.late is None else payment.late
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
        payment.state = data["state"]
        case.seats[payment.seat].failures += 1

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
            text = f"{excess} of {payment.id} goes back"
            case.follow = ("payment_refunded", "refunds", text)
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
        payment.state = "refunded" if whole else "partially_refunded"


def _stuck(payment: Payment, due: int) -> str | None:
    if payment.state != "authorized":
        return None
    return f"the money of {payment.id} should be back by {due}"


def _unpaid(payment: Payment, due: int, amount: int) -> str | None:
    if (due, amount) not in payment.refunds:
        return None
    return f"{amount} of {payment.id} should be back at {due}"
