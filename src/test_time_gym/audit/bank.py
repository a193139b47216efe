"""The bank: which answers the declared laws of cards and gateway allow."""

from .case import Case, Payment, Seat
from .frame import Record
from .setting import DAY_MS, PPM

__all__ = ["Bank"]


class Bank:
    """Answers to payments, as far as they can be told from chance."""

    def __init__(self, case: Case) -> None:
        """Take the journal."""
        self._case = case

    def declined(self, record: Record, payment: Payment, seat: Seat) -> None:
        """Check that a payment may be declined for the reason that is given."""
        case, reason = self._case, record.data["reason"]
        down = case.setting.down(record.t)
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
        law, first = case.setting.cards.get(payment.card, {}), payment.plan[0]
        objection = self._objection(record, payment, seat)
        limit = law.get("limit_minor")
        soft = law.get("soft_decline_ppm", 0)
        possible = {
            "gateway_unavailable": True,
            "retry_limit": objection == "retry_limit",
            "retry_after_hard_decline": objection == "retry_after_hard_decline",
            "hard_decline": not objection and law.get("hard_decline_ppm", 0) > 0,
            "insufficient_funds": limit is not None and first > limit and not objection,
            "soft_decline": not objection
            and (soft > 0 or payment.attempt <= law.get("soft_declines_first", 0)),
        }.get(reason, False)
        text = "{} of {} is declined for {}, which the law of {} does not allow"
        case.check(
            possible, "issuer", record.n, text, payment.id, first, reason, payment.card
        )
        if reason == "hard_decline" and payment.card not in seat.refused:
            seat.refused.append(payment.card)

    def _objection(self, record: Record, payment: Payment, seat: Seat) -> str | None:
        rules = self._case.setting.retries
        if rules["stop_after_hard_decline"] and payment.card in seat.refused:
            return "retry_after_hard_decline"
        since = record.t - rules["window_days"] * DAY_MS
        tried = seat.tries[payment.card][: payment.attempt]
        recent = sum(1 for t in tried if t > since)
        return "retry_limit" if recent > rules["most"] else None

    def approved(self, record: Record, payment: Payment) -> None:
        """Check that the bank may approve the first part of a payment."""
        case, first = self._case, payment.plan[0] if payment.plan else payment.amount
        law = case.setting.cards.get(payment.card, {})
        limit, seat = law.get("limit_minor"), case.seats[payment.seat]
        text = "{} of {} is approved: {} declines {}"
        case.check(
            (limit is None or first <= limit)
            and law.get("hard_decline_ppm", 0) < PPM
            and law.get("soft_decline_ppm", 0) < PPM
            and payment.attempt > law.get("soft_declines_first", 0),
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
        case.check(not objection, "issuer", record.n, text, payment.id, objection)
        self.up(record)

    def up(self, record: Record) -> None:
        """Check that the gateway lets something through."""
        text = "{} at {}, when the gateway is down"
        self._case.check(
            not self._case.setting.down(record.t),
            "gateway",
            record.n,
            text,
            record.kind,
            record.t,
        )
