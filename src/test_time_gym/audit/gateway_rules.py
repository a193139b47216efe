"""The gateway: when it answers, and what the bank then says by law and by luck."""

from heapq import heappop, heappush

from .deadlines import GATEWAY
from .draws import DrawnDecision
from .lines import Line
from .records import RecordedPayment
from .scenario import DAY_MS, PPM, Card
from .state import AuditedAgent, AuditState

__all__ = ["GatewayRules"]


class GatewayRules:
    """A line in front of the bank, and the bank's answers."""

    def __init__(self, case: AuditState) -> None:
        """Nobody waits in line."""
        self._state = case
        self._scenario = case.scenario
        self._ends: list[int] = []
        """When each of the servers is free, as far as they were ever busy."""

    def law(self, payment: RecordedPayment) -> Card:
        """Return how the card of a payment behaves."""
        return self._scenario.cards.get(payment.card, {})

    def submit(self, payment: RecordedPayment, now: int, n: int) -> None:
        """Take a payment; those before it in line come first."""
        gateway, luck = self._scenario.gateway, self._scenario.luck
        payment.begun = (now, n)
        if len(self._ends) >= gateway["servers"]:
            free = heappop(self._ends)
            if free > now:
                payment.begun = (free, 0)
        payment.submissions += 1
        number = payment.submissions
        span = luck.latency(payment.id, number, gateway["latency"])
        payment.answer = payment.begun[0] + span
        heappush(self._ends, payment.answer)

        def missing() -> str | None:
            if payment.submissions != number or payment.state != "processing":
                return None
            return f"the answer to {payment.id} was due at {payment.answer}"

        self._state.deadlines.owe(payment.answer, "latency", missing)

    def answers(self, record: Line, payment: RecordedPayment) -> None:
        """Check when the gateway answers, and that it lets something through."""
        self._state.in_line(record, GATEWAY, payment.begun)
        text = "{} of {} comes at {}, the gateway is done with it at {}"
        self._state.check(
            record.t == payment.answer,
            "latency",
            record.n,
            text,
            record.kind,
            payment.id,
            record.t,
            payment.answer,
        )

    def decision(self, payment: RecordedPayment) -> DrawnDecision:
        """Return what the bank's dice say of a payment."""
        return self._scenario.luck.decision(
            payment.seat, payment.card, payment.attempt, self.law(payment)
        )

    def up(self, record: Line) -> None:
        """Check that the gateway lets something through."""
        text = "{} at {}, when the gateway is down"
        self._state.check(
            not self._scenario.down(record.t),
            "gateway",
            record.n,
            text,
            record.kind,
            record.t,
        )

    # -- the bank ------------------------------------------------------------------

    def declined(
        self, record: Line, payment: RecordedPayment, seat: AuditedAgent
    ) -> None:
        """Check that a payment may be declined for the reason that is given."""
        case, reason = self._state, record.data["reason"]
        down = self._scenario.down(record.t)
        text = "{} is declined for {}; the gateway is {} at {}"
        case.check(
            (reason == "gateway_unavailable") is down,
            "gateway",
            record.n,
            text,
            payment.id,
            reason,
            "down" if down else "up",
            record.t,
        )
        law, first = self.law(payment), payment.first
        objection = self._objection(record, payment, seat)
        limit = law["limit_minor"]
        possible = not payment.passed and {
            "retry_limit": objection == "retry_limit",
            "retry_after_hard_decline": objection == "retry_after_hard_decline",
            "hard_decline": not objection and law["hard_decline_ppm"] > 0,
            "insufficient_funds": limit is not None and first > limit and not objection,
            "soft_decline": not objection
            and (
                law["soft_decline_ppm"] > 0
                or payment.attempt <= law["soft_declines_first"]
            ),
        }.get(reason, False)
        text = "{} of {} is declined for {}, which the law of {} does not allow"
        lawful = case.check(
            possible or reason == "gateway_unavailable",
            "issuer",
            record.n,
            text,
            payment.id,
            first,
            reason,
            payment.card,
        )
        if lawful and not down and reason != "gateway_unavailable":
            self.chance(record, payment, seat, reason)
        if reason == "hard_decline" and payment.card not in seat.refused:
            seat.refused.append(payment.card)

    def _objection(
        self, record: Line, payment: RecordedPayment, seat: AuditedAgent
    ) -> str | None:
        rules = self._scenario.retries
        if rules["stop_after_hard_decline"] and payment.card in seat.refused:
            return "retry_after_hard_decline"
        since = record.t - rules["window_days"] * DAY_MS
        tried = seat.tries[payment.card][: payment.attempt]
        recent = sum(1 for t in tried if t > since)
        return "retry_limit" if recent > rules["most"] else None

    def approved(self, record: Line, payment: RecordedPayment, found: str) -> None:
        """Check that the bank may approve the first part of a payment.

        Args:
            record: that says so.
            payment: which.
            found: how the cardholder is recognised, or that a challenge is asked.
        """
        case, seat = self._state, self._state.seats[payment.seat]
        first = payment.first
        law = self.law(payment)
        limit = law["limit_minor"]
        text = "{} of {} is approved: {} declines {}"
        lawful = case.check(
            (limit is None or first <= limit)
            and law["hard_decline_ppm"] < PPM
            and law["soft_decline_ppm"] < PPM
            and payment.attempt > law["soft_declines_first"],
            "issuer",
            record.n,
            text,
            payment.id,
            first,
            payment.card,
            law,
        )
        objection = self._objection(record, payment, seat)
        text = "{} is approved in spite of {}"
        fine = case.check(
            not objection, "issuer", record.n, text, payment.id, objection
        )
        self.up(record)
        if lawful and fine and not self._scenario.down(record.t):
            self.chance(record, payment, seat, found)

    def chance(
        self, record: Line, payment: RecordedPayment, seat: AuditedAgent, found: str
    ) -> None:
        """Check that the bank says what its dice say."""
        law, luck = self.law(payment), self._scenario.luck
        limit, first = law["limit_minor"], payment.first
        dice = self.decision(payment)
        if self._objection(record, payment, seat):
            expected = str(self._objection(record, payment, seat))
        elif luck.refused(payment.seat, payment.card, law):
            expected = "hard_decline"
        elif limit is not None and first > limit:
            expected = "insufficient_funds"
        elif dice.soft or payment.attempt <= law["soft_declines_first"]:
            expected = "soft_decline"
        elif dice.challenge:
            expected = "frictionless" if dice.silent else "challenged"
        else:
            expected = "none"
        text = "the bank says {!r} to {}, by the seed it says {!r}"
        self._state.check(
            found == expected, "chance", record.n, text, found, payment.id, expected
        )
