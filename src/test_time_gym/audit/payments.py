"""Payments: every one's states, rebuilt from its records."""

from .answers import AnswerRules
from .bills import BillRules
from .checkout import CheckoutRules
from .deadlines import EXPIRIES
from .gateway_rules import GatewayRules
from .lines import Line
from .records import RecordedHold, RecordedPayment
from .scenario import PPM
from .state import AuditedAgent, AuditState, KeyRecord

__all__ = ["PaymentRules"]


class PaymentRules:
    """Payments from their start to the answer of the bank."""

    def __init__(
        self, case: AuditState, answers: AnswerRules, gateway: GatewayRules
    ) -> None:
        """No payment yet."""
        self._state = case
        self._answers = answers
        self.gateway = gateway
        self._bills = BillRules(case)
        self.applied = self._bills.applied
        self._checkout = CheckoutRules(case)

    def start(self, record: Line) -> None:
        """Check a new payment against its hold, its bill, its card and its key."""
        case, data, n = self._state, record.data, record.n
        seat, hold = case.owner(record), case.holds.get(data["hold"])
        if seat is None:
            return
        case.by_act(record, seat, "confirm_payment")
        name = f"pay-{seat.index}-{len(seat.payments) + 1}"
        runs = hold is not None and hold.runs(record.t)
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
            live is None or not live.live,
            "live_payment",
            n,
            text,
            data["payment"],
            live and live.id,
            live and live.state,
        )
        self._checkout.card(record, seat)
        self._checkout.key(record, seat)
        self._bills.started(record, seat)
        case.unasked(record, "refusals")
        self._enter(record, seat, hold)

    def _enter(self, record: Line, seat: AuditedAgent, hold: RecordedHold) -> None:
        data, tries = record.data, seat.tries.setdefault(record.data["card"], [])
        tries.append(record.t)
        text = "{} is try {} of its card, it should be try {}"
        self._state.check(
            data["attempt"] == len(tries),
            "payment_terms",
            record.n,
            text,
            data["payment"],
            data["attempt"],
            len(tries),
        )
        payment = RecordedPayment(
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
            key=data["key"],
            cause=record.n,
        )
        hold.live = self._state.payments[payment.id] = payment
        seat.payments.append(payment)
        asked = (hold.id, payment.card, payment.amount, len(payment.plan))
        old = seat.keys.get(payment.key)
        named = seat.act is not None and "idempotency_key" in seat.act.data["args"]
        given = named or (old is not None and old.given)
        seat.keys[payment.key] = KeyRecord(asked, payment, record.t, given)
        for page in seat.pages:
            page.payment = payment
        self.gateway.submit(payment, record.t, record.n)

    # -- answers ---------------------------------------------------------------

    def of(self, record: Line, *states: str) -> RecordedPayment | None:
        """Return the payment of a record, if it is in one of these states."""
        case, name = self._state, record.data["payment"]
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

    def challenge(self, record: Line) -> None:
        """Check that a bank may ask for a code."""
        case, payment = self._state, self.of(record, "processing")
        if payment is None:
            return
        case.caused(record, payment.cause)
        self.gateway.answers(record, payment)
        expires = record.t + case.scenario.market["challenge"]["expires_s"] * 1000
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
        law, dice = self.gateway.law(payment), self.gateway.decision(payment)
        asks = law["challenge_ppm"] > 0 and law["frictionless_ppm"] < PPM
        text = "{} never asks for a code"
        if case.check(asks, "issuer", record.n, text, payment.card):
            self.gateway.approved(record, payment, "challenged")
        payment.move("requires_challenge")
        payment.code, payment.expires = dice.code, expires
        payment.challenged = (record.t, record.n)
        case.deadlines.owe(expires, "challenge", lambda: _unanswered(payment, expires))
        if not dice.code_lost:
            self._answers.send_code(payment, record)
        self._answers.reply(payment, record, lost=dice.reply_lost)

    def passed(self, record: Line) -> None:
        """Note that a challenge was answered rightly."""
        payment = self.of(record, "requires_challenge")
        if payment is None:
            return
        self._answered(record, payment)
        payment.move("processing")
        payment.passed = True
        self.gateway.submit(payment, record.t, record.n)

    def _answered(self, record: Line, payment: RecordedPayment) -> None:
        case, seat = self._state, self._state.seats[payment.seat]
        case.by_act(record, seat, "answer_challenge")
        text = "{} of {} follows, and nobody answers its challenge so"
        fits = case.asked is not None and case.asked.of is payment
        case.check(fits, "challenge", record.n, text, record.kind, payment.id)
        payment.cause = record.cause

    def decline(self, record: Line) -> None:
        """Check why a payment is declined."""
        case, reason = self._state, record.data["reason"]
        wrong = reason == "challenge_failed"
        payment = self.of(record, "requires_challenge" if wrong else "processing")
        if payment is None:
            return
        if wrong:
            self._answered(record, payment)
            payment.move("declined", reason)
            return
        case.caused(record, payment.cause)
        self.gateway.answers(record, payment)
        self.gateway.declined(record, payment, case.seats[payment.seat])
        payment.move("declined", reason)
        self._answers.reply(payment, record)

    def close(self, record: Line) -> None:
        """Check the end of a payment that took no money."""
        case, data = self._state, record.data
        payment = self.of(record, "requires_challenge")
        if payment is None:
            return
        seat, end = case.seats[payment.seat], (data["state"], data["reason"])
        left = end == ("cancelled", "cancelled_by_visitor")
        text = "{} ends as {} for {}"
        fits = left or end == ("expired", "challenge_expired")
        case.check(fits, "payment_state", record.n, text, payment.id, *end)
        if left:
            case.by_act(record, seat, "restart")
            text = "the challenge of {} ends, and {} does not leave it"
            fits = case.asked is not None and case.asked.of is payment
            case.check(fits, "challenge", record.n, text, payment.id, seat.name)
            payment.cause = record.cause
            payment.move(*end)
            return
        case.caused(record, payment.cause)
        case.in_line(record, EXPIRIES, payment.challenged)
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
        payment.move(*end)
        self._answers.tell_now(payment, record.t)


def _unanswered(payment: RecordedPayment, expires: int) -> str | None:
    if payment.state != "requires_challenge":
        return None
    return f"the challenge of {payment.id} ended at {expires}, and nothing says so"
