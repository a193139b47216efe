"""Payments: every one's states, rebuilt from its records."""

from .bank import Bank
from .bills import Bills
from .case import Case, Hold, Payment, Seat
from .checkout import Checkout
from .frame import Record
from .setting import PPM

__all__ = ["Payments"]


class Payments:
    """Payments from their start to the answer of the bank."""

    def __init__(self, case: Case) -> None:
        """No payment yet."""
        self._case = case
        self._bills = Bills(case)
        self.applied = self._bills.applied
        self._checkout = Checkout(case)
        self.bank = Bank(case)

    def start(self, record: Record) -> None:
        """Check a new payment against its hold, its bill, its card and its key."""
        case, data, n = self._case, record.data, record.n
        seat, hold = case.owner(record), case.holds.get(data["hold"])
        if seat is None:
            return
        case.by_act(record, seat, "confirm_payment")
        name = f"pay-{seat.index}-{len(seat.payments) + 1}"
        runs = hold is not None and hold.state == "held" and record.t < hold.expires
        text = "{} of {} for {} at {}: it should be {} for a hold that runs"
        case.check(
            runs and data["payment"] == name and seat.hold is hold,
            "payment_terms",
            n,
            text,
            data["payment"],
            seat.name,
            data["hold"],
            record.t,
            name,
        )
        if hold is None:
            return
        text = "{} is for items of {}, {} holds seats of {}"
        case.check(
            data["items"] == hold.total,
            "payment_terms",
            n,
            text,
            data["payment"],
            data["items"],
            hold.id,
            hold.total,
        )
        live = hold.live
        text = "{} starts while {} of the same hold is {}"
        case.check(
            live is None or live.state not in {"processing", "requires_challenge"},
            "live_payment",
            n,
            text,
            data["payment"],
            live and live.id,
            live and live.state,
        )
        self._checkout.card(record, seat)
        self._checkout.key(record, seat)
        self._bills.started(record, seat, hold)
        self._enter(record, seat, hold)

    def _enter(self, record: Record, seat: Seat, hold: Hold) -> None:
        data, tries = record.data, seat.tries.setdefault(record.data["card"], [])
        tries.append(record.t)
        text = "{} is try {} of its card, it should be try {}"
        self._case.check(
            data["attempt"] == len(tries),
            "payment_terms",
            record.n,
            text,
            data["payment"],
            data["attempt"],
            len(tries),
        )
        payment = Payment(
            id=data["payment"],
            seat=seat.index,
            hold=hold,
            card=data["card"],
            attempt=len(tries),
            items=data["items"],
            discounts=data["discounts"],
            fees=sum(fee for _, fee in data["fees"]),
            amount=data["amount"],
            plan=data["plan"],
            started=record.t,
            submitted=record.t,
            turn=seat.turn,
            cause=record.n,
        )
        hold.live = self._case.payments[payment.id] = payment
        seat.payments.append(payment)

    # -- answers ---------------------------------------------------------------

    def of(self, record: Record, *states: str) -> Payment | None:
        """Return the payment of a record, if it is in one of these states."""
        case, name = self._case, record.data["payment"]
        payment = case.payments.get(name)
        state = payment.state if payment else "unknown"
        text = "{} of {} follows, which is {}"
        ok = case.check(
            state in states, "payment_state", record.n, text, record.kind, name, state
        )
        if payment is None or not ok:
            return None
        case.owner(record, payment.seat)
        return payment

    def challenge(self, record: Record) -> None:
        """Check that a bank may ask for a code."""
        case, payment = self._case, self.of(record, "processing")
        if payment is None:
            return
        case.caused(record, payment.cause)
        expires = record.t + case.setting.market["challenge"]["expires_s"] * 1000
        text = "the challenge of {} {}ends at {}, it should at {}"
        again = "comes again and " if payment.passed else ""
        case.check(
            record.data["expires"] == expires and not payment.passed,
            "challenge",
            record.n,
            text,
            payment.id,
            again,
            record.data["expires"],
            expires,
        )
        law = case.setting.cards.get(payment.card, {})
        asks = law.get("challenge_ppm", 0) and law.get("frictionless_ppm", 0) < PPM
        text = "{} never asks for a code"
        case.check(asks, "issuer", record.n, text, payment.card)
        self.bank.approved(record, payment)
        payment.state, payment.expires = "requires_challenge", expires
        case.dues.owe(expires, "challenge", lambda: _unanswered(payment, expires))

    def passed(self, record: Record) -> None:
        """Note that a challenge was answered rightly."""
        payment = self.of(record, "requires_challenge")
        if payment is None:
            return
        self._case.by_act(record, self._case.seats[payment.seat], "answer_challenge")
        payment.cause, payment.submitted = record.cause, record.t
        payment.turn = self._case.seats[payment.seat].turn
        payment.state, payment.passed = "processing", True

    def decline(self, record: Record) -> None:
        """Check why a payment is declined."""
        case, reason = self._case, record.data["reason"]
        wrong = reason == "challenge_failed"
        payment = self.of(record, "requires_challenge" if wrong else "processing")
        if payment is None:
            return
        seat = case.seats[payment.seat]
        if wrong:
            case.by_act(record, seat, "answer_challenge")
            payment.cause = record.cause
        else:
            case.caused(record, payment.cause)
            self.bank.declined(record, payment, seat)
        payment.state = "declined"
        seat.failures += 1
        if wrong or self._heard(record, payment, seat):
            text = f"{seat.name} saw {payment.id} fail"
            case.follow = ("reward", "failures", text)

    def _heard(self, record: Record, payment: Payment, seat: Seat) -> bool:
        """Return whether the visitor's page certainly waits, and hears."""
        setting = self._case.setting
        return (
            not setting.gateway["reply_lost_ppm"]
            and seat.turn == payment.turn
            and record.t < payment.submitted + setting.timeout
            and not seat.ended
            and not seat.orders
        )

    def close(self, record: Record) -> None:
        """Check the end of a payment that took no money."""
        case, data = self._case, record.data
        payment = self.of(record, "requires_challenge")
        if payment is None:
            return
        seat, end = case.seats[payment.seat], (data["state"], data["reason"])
        if end == ("cancelled", "cancelled_by_visitor"):
            case.by_act(record, seat, "restart")
            payment.cause = record.cause
        else:
            case.caused(record, payment.cause)
            text = "{} ends as {} for {}"
            fits = end == ("expired", "challenge_expired")
            case.check(fits, "payment_state", record.n, text, payment.id, *end)
            text = "the challenge of {} ends at {}, not at {}"
            case.check(
                record.t == payment.expires,
                "challenge",
                record.n,
                text,
                payment.id,
                payment.expires,
                record.t,
            )
            seat.failures += 1
        payment.state = data["state"]


def _unanswered(payment: Payment, expires: int) -> str | None:
    if payment.state != "requires_challenge":
        return None
    return f"the challenge of {payment.id} ended at {expires}, and nothing says so"
