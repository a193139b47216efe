"""Instalments: later parts of orders, when they are due, and what if one fails."""

from .case import Case, Order, Payment
from .frame import Record
from .setting import DAY_MS

__all__ = ["Instalments"]


class Instalments:
    """The plan of every order, followed part by part."""

    def __init__(self, case: Case) -> None:
        """Nothing is due."""
        self._case = case
        self._rules = case.setting.instalments

    def schedule(self, order: Order, part: int, now: int) -> None:
        """Let a part come due, if there is one."""
        if part < len(order.payment.plan):
            order.part, order.tries = part, 0
            due = order.ticketed + part * self._rules["every_days"] * DAY_MS
            self._due(order, max(due, now))

    def _due(self, order: Order, due: int) -> None:
        order.due = due
        self._case.dues.owe(due, "instalments", lambda: self._missed(order, due))

    def _missed(self, order: Order, due: int) -> str | None:
        if order.due != due or self._amount(order) <= 0:
            return None
        return (
            f"part {order.part} of {order.id} was due at {due}: {self._amount(order)}"
        )

    def _amount(self, order: Order) -> int:
        payment = order.payment
        return min(payment.plan[order.part], order.owed - payment.kept)

    def charged(self, record: Record, payment: Payment) -> None:
        """Check that a later part may be authorized."""
        case, amount, order = self._case, record.data["amount"], payment.order
        known = order is not None and order.due is not None
        text = "{} of {} is authorized, and no part is due"
        if (
            not case.check(known, "instalments", record.n, text, amount, payment.id)
            or order is None
        ):
            return
        self._fits(record, order)
        law = case.setting.cards.get(payment.card, {})
        limit = law.get("limit_minor")
        text = "{} of {} is approved, the limit of {} is {}"
        case.check(
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
            not case.setting.down(record.t),
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
        order.due, payment.to_capture = None, amount
        text = f"part {order.part} of {order.id} is authorized"
        case.follow = ("payment_captured", "capture", text)

    def _fits(self, record: Record, order: Order) -> None:
        amount, expected = record.data["amount"], self._amount(order)
        text = "part {} of {} is {} at {}; {} was due at {}"
        self._case.check(
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

    def paid(self, record: Record, order: Order) -> None:
        """Go on to the next part."""
        text = f"part {order.part} of {order.id} is paid"
        self._case.follow = ("message", "messages", text)
        self.schedule(order, order.part + 1, record.t)

    def failed(self, record: Record) -> None:
        """Check a part that could not be charged, and whether it is tried again."""
        case, data, n = self._case, record.data, record.n
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
        case.follow = ("message", "messages", f"part {order.part} of {order.id} failed")
        order.due = None
        if retry is not None:
            order.tries += 1
            self._due(order, retry)
        else:
            order.failed = True
            case.dues.owe(record.t, "default", lambda: _spared(order))

    def _why(self, record: Record, order: Order) -> None:
        case, reason, amount = self._case, record.data["reason"], record.data["amount"]
        law = case.setting.cards.get(order.payment.card, {})
        limit, down = law.get("limit_minor"), case.setting.down(record.t)
        possible = {
            "gateway_unavailable": down,
            "hard_decline": not down and law.get("hard_decline_ppm", 0) > 0,
            "insufficient_funds": not down and limit is not None and amount > limit,
            "soft_decline": not down and law.get("soft_decline_ppm", 0) > 0,
        }.get(reason, False)
        text = "part {} of {} failed for {}, which the law of {} does not allow"
        case.check(
            possible,
            "issuer",
            record.n,
            text,
            order.part,
            order.id,
            reason,
            order.payment.card,
        )


def _spared(order: Order) -> str | None:
    if order.state == "defaulted":
        return None
    return f"part {order.part} of {order.id} failed for good, and it is {order.state}"
