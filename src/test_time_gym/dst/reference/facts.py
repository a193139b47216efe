"""Facts: holds, payments and orders, as the journal's records tell them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from .billing import ReferenceBill, due_for
from .shop import Line, Shop

__all__ = ["DAY_MS", "TAKEN", "Facts", "HoldFacts", "OrderFacts", "PaymentFacts"]

DAY_MS: Final = 86_400_000
TAKEN: Final = ("captured", "partially_refunded", "refunded")
"""States of a payment that has paid for an order."""
_OPEN: Final = ("processing", "requires_challenge")
_UNDECIDED: Final = (*_OPEN, "authorized")

Data = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class HoldFacts:
    """Seats that are kept for a customer."""

    id: str
    lines: tuple[Line, ...]
    expires_ms: int
    open: bool = True

    def active(self, now_ms: int) -> bool:
        """Return whether the seats are held."""
        return self.open and now_ms < self.expires_ms


@dataclass(slots=True, kw_only=True)
class PaymentFacts:
    """A payment, and all that it has been."""

    id: str
    actor: str
    hold: HoldFacts
    data: Data
    """Of the record with which it began."""
    history: list[tuple[str, str]] = field(default_factory=lambda: [("processing", "")])
    """States and reasons, one for every transition."""
    challenged_ms: int = 0
    """When the bank asked for a code."""
    challenge_ends_ms: int = 0
    captured: int = 0
    refunded: int = 0
    returning: int = 0

    @property
    def state(self) -> str:
        """What it is now."""
        return self.history[-1][0]

    @property
    def open(self) -> bool:
        """Whether it may still take money."""
        return self.state in _OPEN

    @property
    def spends_coupons(self) -> bool:
        """Whether its coupons are used up, or may yet be."""
        return self.open or self.state in TAKEN

    @property
    def kept(self) -> int:
        """Captured, neither refunded nor on its way back."""
        return self.captured - self.refunded - self.returning

    @property
    def answer(self) -> tuple[str, str]:
        """What a repeated key is told: the first decision, or how things stand."""
        decided = [each for each in self.history if each[0] not in _UNDECIDED]
        return decided[0] if decided else self.history[-1]


@dataclass(slots=True, kw_only=True)
class OrderFacts:
    """What a capture has bought."""

    id: str
    payment: PaymentFacts
    issued_ms: int
    left: list[int]
    """Seats of every line of its hold that were not given back."""
    owed: int
    state: str = "ticketed"
    part: int = 1
    """The next part that is due."""
    due_ms: int | None = None
    """When; None when nothing will be charged any more."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """What was bought."""
        return self.payment.hold.lines

    def back(self, shop: Shop, args: Data) -> dict[int, int]:
        """Return offer → seats that a cancellation gives back."""
        name, seats = args.get("flight_id"), args.get("seats")
        return {
            index: left if seats is None else seats
            for (index, _, _), left in zip(self.lines, self.left, strict=True)
            if left and name in {None, shop.offers[index].id}
        }

    def owed_with(self, shop: Shop, left: list[int]) -> int:
        """Return what is owed when only these seats are left."""
        data = self.payment.data
        discounts, fees = map(tuple, data["discounts"]), map(tuple, data["fees"])
        paid = ReferenceBill(data["items"], tuple(discounts), tuple(fees))
        return due_for(paid, self.lines, left, shop.offers)

    def charge(self) -> int:
        """Return what the next part will charge."""
        plan: list[int] = self.payment.data["plan"]
        if self.part >= len(plan):
            return 0
        return max(0, min(plan[self.part], self.owed - self.payment.kept))


class Facts:
    """All that has happened so far."""

    def __init__(self, shop: Shop, prices: list[int]) -> None:
        """Nothing has happened."""
        self._shop = shop
        self.prices = prices
        self.holds: dict[str, HoldFacts] = {}
        self.payments: dict[str, PaymentFacts] = {}
        self.orders: dict[str, OrderFacts] = {}
        self.of_payment: dict[str, OrderFacts] = {}
        self.by_actor: dict[str, list[PaymentFacts]] = {}
        self.next_due_ms: int | None = None
        """The first instant at which a part of an order is due."""
        self._take: dict[str, Callable[[int, str, Data], None]] = {
            "repriced": self._repriced,
            "hold_placed": self._held,
            "hold_released": self._let_go,
            "hold_expired": self._let_go,
            "payment_started": self._started,
            "payment_challenged": self._challenged,
            "challenge_passed": lambda _t, _a, d: self._moved(d, "processing"),
            "payment_declined": lambda _t, _a, d: self._moved(d, "declined"),
            "payment_closed": lambda _t, _a, d: self._moved(d, d["state"]),
            "payment_voided": lambda _t, _a, d: self._moved(d, d["state"]),
            "payment_authorized": self._authorized,
            "payment_captured": self._captured,
            "payment_refunded": self._refunded,
            "ticket_issued": self._issued,
            "order_cancelled": self._cancelled,
            "order_defaulted": self._defaulted,
            "instalment_failed": self._failed,
        }

    def take(self, record: dict[str, Any]) -> None:
        """Take a record to account."""
        do = self._take.get(record["k"])
        if do is not None:
            do(record["t"], record.get("a", ""), record["d"])

    def orders_of(self, actor: str) -> list[OrderFacts]:
        """Return a customer's orders, oldest first."""
        return [o for o in self.orders.values() if o.payment.actor == actor]

    def _repriced(self, _t: int, _a: str, data: Data) -> None:
        for index, price in data["prices"]:
            self.prices[index] = price

    def _held(self, _t: int, _a: str, data: Data) -> None:
        by_id = self._shop.by_id
        lines = tuple((by_id[name].index, n, price) for name, n, price in data["lines"])
        hold = HoldFacts(id=data["hold"], lines=lines, expires_ms=data["expires"])
        self.holds[hold.id] = hold

    def _let_go(self, _t: int, _a: str, data: Data) -> None:
        self.holds[data["hold"]].open = False

    def _started(self, _t: int, actor: str, data: Data) -> None:
        hold = self.holds[data["hold"]]
        payment = PaymentFacts(id=data["payment"], actor=actor, hold=hold, data=data)
        self.payments[payment.id] = payment
        self.by_actor.setdefault(actor, []).append(payment)

    def _moved(self, data: Data, state: str) -> None:
        self.payments[data["payment"]].history.append((state, data.get("reason", "")))

    def _challenged(self, t: int, _a: str, data: Data) -> None:
        self._moved(data, "requires_challenge")
        payment = self.payments[data["payment"]]
        payment.challenged_ms, payment.challenge_ends_ms = t, data["expires"]

    def _authorized(self, t: int, _a: str, data: Data) -> None:
        payment = self.payments[data["payment"]]
        if payment.state == "processing":
            late = not payment.hold.active(t)
            payment.history.append(("authorized", "hold_expired" if late else ""))

    def _captured(self, t: int, _a: str, data: Data) -> None:
        payment = self.payments[data["payment"]]
        payment.history.append(("captured", ""))
        payment.captured += data["amount"]
        order = self.of_payment.get(payment.id)
        if order is None:
            payment.hold.open = False
        else:
            order.part += 1
            self._next_part(order, t)

    def _refunded(self, _t: int, _a: str, data: Data) -> None:
        payment = self.payments[data["payment"]]
        payment.returning -= data["amount"]
        payment.refunded += data["amount"]
        whole = payment.refunded == payment.captured
        payment.history.append(("refunded" if whole else "partially_refunded", ""))

    def _issued(self, t: int, _a: str, data: Data) -> None:
        payment = self.payments[data["payment"]]
        order = OrderFacts(
            id=data["order"],
            payment=payment,
            issued_ms=t,
            left=[seats for _, seats, _ in payment.hold.lines],
            owed=payment.data["amount"],
        )
        self.orders[order.id] = self.of_payment[payment.id] = order
        self._next_part(order, t)

    def _next_part(self, order: OrderFacts, now_ms: int) -> None:
        more = order.part < len(order.payment.data["plan"])
        days = order.part * self._shop.market.instalments.every_days
        # A part that was paid late may be followed by the next one at once.
        due = order.issued_ms + days * DAY_MS
        order.due_ms = max(due, now_ms) if more else None
        self._note_dues()

    def _note_dues(self) -> None:
        dues = [o.due_ms for o in self.orders.values() if o.due_ms is not None]
        self.next_due_ms = min(dues, default=None)

    def _take_back(self, order: OrderFacts, data: Data) -> None:
        back = {self._shop.by_id[name].index: seats for name, seats in data["seats"]}
        for line, (index, _, _) in enumerate(order.lines):
            order.left[line] -= back.get(index, 0)

    def _cancelled(self, _t: int, _a: str, data: Data) -> None:
        order = self.orders[data["order"]]
        self._take_back(order, data)
        order.owed = order.owed_with(self._shop, order.left)
        if not any(order.left):
            order.state = "cancelled"
        order.payment.returning += max(0, order.payment.kept - order.owed)

    def _defaulted(self, _t: int, _a: str, data: Data) -> None:
        order = self.orders[data["order"]]
        self._take_back(order, data)
        payment = order.payment
        order.owed = min(order.owed_with(self._shop, order.left), payment.kept)
        order.state = "defaulted"
        payment.returning += max(0, payment.kept - order.owed)

    def _failed(self, _t: int, _a: str, data: Data) -> None:
        self.orders[data["order"]].due_ms = data["retry"]
        self._note_dues()

    def overdue(self, now_ms: int) -> OrderFacts | None:
        """Return an order of which a part should have been tried, if there is one."""
        if self.next_due_ms is None or now_ms <= self.next_due_ms:
            return None
        for order in self.orders.values():
            if order.due_ms is not None and order.due_ms < now_ms:
                if order.charge():
                    return order
                order.due_ms = None
        self._note_dues()
        return None
