"""Instalments: later parts of orders, when they are due, and what if one fails."""

from .deadlines import GATEWAY
from .gateway_rules import GatewayRules
from .lines import Line
from .page import Expected
from .records import RecordedOrder, RecordedPayment
from .scenario import DAY_MS
from .state import AuditState

__all__ = ["LaterPartRules"]


class LaterPartRules:
    """The plan of every order, followed part by part."""

    def __init__(self, case: AuditState, gateway: GatewayRules) -> None:
        """Nothing is due."""
        self._state = case
        self._gateway = gateway
        self._rules = case.scenario.instalments

    def schedule(self, order: RecordedOrder, part: int, record: Line) -> None:
        """Let a part come due, if there is one."""
        if part < len(order.payment.plan):
            order.part, order.tries = part, 0
            due = order.ticketed + part * self._rules["every_days"] * DAY_MS
            self._due(order, max(due, record.t), record)

    def _due(self, order: RecordedOrder, due: int, record: Line) -> None:
        order.due, order.was_set = due, (record.t, record.n)
        self._state.deadlines.owe(due, "instalments", lambda: self._missed(order, due))

    def _missed(self, order: RecordedOrder, due: int) -> str | None:
        if order.due != due or self._amount(order) <= 0:
            return None
        return (
            f"part {order.part} of {order.id} was due at {due}: {self._amount(order)}"
        )

    def _amount(self, order: RecordedOrder) -> int:
        payment = order.payment
        return min(payment.plan[order.part], order.owed - payment.kept)

    def charged(self, record: Line, payment: RecordedPayment) -> None:
        """Check that a later part may be authorized."""
        case, amount, order = self._state, record.data["amount"], payment.order
        known = order is not None and order.due is not None
        text = "{} of {} is authorized, and no part is due"
        if (
            not case.check(known, "instalments", record.n, text, amount, payment.id)
            or order is None
        ):
            return
        self._fits(record, order)
        limit = self._gateway.law(payment)["limit_minor"]
        text = "{} of {} is approved, the limit of {} is {}"
        lawful = case.check(
            limit is None or amount <= limit,
            "issuer",
            record.n,
            text,
            amount,
            payment.id,
            payment.card,
            limit,
        )
        text = "part {} of {} is charged at {}, when the gateway is down"
        case.check(
            not case.scenario.down(record.t),
            "gateway",
            record.n,
            text,
            order.part,
            order.id,
            record.t,
        )
        text = "{} is authorized with {!r}, its first part was with {!r}"
        found = record.data["authentication"]
        case.check(
            found == payment.authentication,
            "challenge",
            record.n,
            text,
            payment.id,
            found,
            payment.authentication,
        )
        if lawful and not case.scenario.down(record.t):
            self._chance(record, order, "approved")
        order.due, payment.to_capture = None, amount
        self._next(order, "payment_captured", "capture", "authorized")

    def _next(
        self, order: RecordedOrder, kind: str, rule: str, done: str, of: object = None
    ) -> None:
        why = f"part {order.part} of {order.id} is {done}"
        seat = self._state.seats[order.seat]
        self._state.expect(seat, Expected(kind, rule, why, of))

    def _tell(self, order: RecordedOrder, done: str, said: str) -> None:
        """Let the shop say what became of a part."""
        parts = len(order.payment.plan)
        text = f"Shop: part {order.part + 1} of {parts} of {order.id} {said}"
        of = (self._state.seats[order.seat], "Shop", text, 0)
        self._next(order, "message", "messages", done, of)

    def _chance(self, record: Line, order: RecordedOrder, found: str) -> None:
        """Check that the bank says of a part what its dice say."""
        payment, luck = order.payment, self._state.scenario.luck
        law = self._gateway.law(payment)
        limit, expected = law["limit_minor"], "approved"
        if luck.refused(order.seat, payment.card, law):
            expected = "hard_decline"
        elif limit is not None and record.data["amount"] > limit:
            expected = "insufficient_funds"
        elif luck.part_declined(order.id, order.part, order.tries, law):
            expected = "soft_decline"
        text = "the bank says {!r} to part {} of {}, by the seed it says {!r}"
        self._state.check(
            found == expected,
            "chance",
            record.n,
            text,
            found,
            order.part,
            order.id,
            expected,
        )

    def _fits(self, record: Line, order: RecordedOrder) -> None:
        amount, expected = record.data["amount"], self._amount(order)
        self._state.in_line(record, GATEWAY, order.was_set)
        text = "part {} of {} is {} at {}; {} was due at {}"
        self._state.check(
            record.t == order.due and amount == expected,
            "instalments",
            record.n,
            text,
            order.part,
            order.id,
            amount,
            record.t,
            expected,
            order.due,
        )

    def paid(self, record: Line, order: RecordedOrder) -> None:
        """Go on to the next part."""
        self._tell(order, "paid", "is paid")
        self.schedule(order, order.part + 1, record)

    def failed(self, record: Line) -> None:
        """Check a part that could not be charged, and whether it is tried again."""
        case, data, n = self._state, record.data, record.n
        order = case.orders.get(data["order"])
        due = order is not None and order.due is not None
        text = "a part of {} failed, and none is due"
        if not case.check(due, "instalments", n, text, data["order"]) or order is None:
            return
        case.owner(record, order.seat)
        case.caused(record, order.payment.cause)
        self._fits(record, order)
        again = order.tries < self._rules["retries"]
        days: int = self._rules["retry_after_days"]
        retry = record.t + days * DAY_MS if again else None
        text = "part {} of {} is tried again at {}; it should part {} at {}"
        case.check(
            (data["part"], data["retry"]) == (order.part, retry),
            "instalments",
            n,
            text,
            data["part"],
            order.id,
            data["retry"],
            order.part,
            retry,
        )
        self._why(record, order)
        order.payment.cause = n
        order.due = None
        if retry is None:
            order.failed = True
            self._next(order, "order_defaulted", "default", "given up", order)
            self._tell(order, "given up", "failed; the order is in default")
        else:
            self._tell(order, "declined", "failed; it will be tried again")
            order.tries += 1
            self._due(order, retry, record)

    def _why(self, record: Line, order: RecordedOrder) -> None:
        case, reason, amount = self._state, record.data["reason"], record.data["amount"]
        law = self._gateway.law(order.payment)
        limit, down = law["limit_minor"], case.scenario.down(record.t)
        possible = {
            "gateway_unavailable": down,
            "hard_decline": not down and law["hard_decline_ppm"] > 0,
            "insufficient_funds": not down and limit is not None and amount > limit,
            "soft_decline": not down and law["soft_decline_ppm"] > 0,
        }.get(reason, False)
        text = "part {} of {} failed for {}, which the law of {} does not allow"
        lawful = case.check(
            possible,
            "issuer",
            record.n,
            text,
            order.part,
            order.id,
            reason,
            order.payment.card,
        )
        if lawful and not down:
            self._chance(record, order, reason)
