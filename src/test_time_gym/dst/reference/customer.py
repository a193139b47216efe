"""A customer: what one person has done in the shop, and what it knows."""

from dataclasses import dataclass, field
from typing import Any, Final

from test_time_gym.market.interface.task import Task

from .billing import ReferenceBill, bill
from .facts import Facts, HoldFacts, OrderFacts, PaymentFacts
from .shop import Line, Shop

__all__ = ["MESSAGES_MAX", "TEXT_MAX", "Customer", "CustomerKey"]

MESSAGES_MAX: Final = 20
TEXT_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """What an idempotency key was first used for."""

    asked: list[Any]
    """Hold, card, total and number of parts."""
    payment: str
    at_ms: int
    given: bool
    """Whether the customer has named it; otherwise the shop made it up."""


@dataclass(slots=True, kw_only=True)
class Customer:
    """One seat of the episode, as the reference model sees it."""

    name: str
    index: int
    task: Task
    """What was drawn for it."""
    goal: str
    form: dict[str, str]
    view: str = "search_results"
    results: list[Line] | None = None
    """Offer, seats left and price of all that was found; None before a search."""
    shown: list[Line] = field(default_factory=list)
    """Those that pass the filter."""
    selected: int | None = None
    cart: list[tuple[int, int]] = field(default_factory=list)
    """Offers, each with the price that the customer has seen."""
    coupons: list[str] = field(default_factory=list)
    spent: list[str] = field(default_factory=list)
    """Coupons of receipts."""
    parts: int = 1
    card: str | None = None
    hold: HoldFacts | None = None
    holds: int = 0
    """How many were ever placed."""
    payment: PaymentFacts | None = None
    heard: dict[str, int] = field(default_factory=dict)
    """Payment → how much of its history the customer has been told."""
    keys: dict[str, CustomerKey] = field(default_factory=dict)
    """Every key's newest first use."""
    last_key: str | None = None
    """The last that the customer has named itself, of those that began a payment."""
    codes: dict[str, str] = field(default_factory=dict)
    """Payment → the code that the bank has sent."""
    code_shown: str | None = None
    status: str = "none"
    attempts: int = 0
    waits_since: int | None = None
    """Since when a page has been loading that waits for the gateway."""
    messages: list[dict[str, Any]] = field(default_factory=list)
    orders: list[OrderFacts] = field(default_factory=list)
    """Those whose receipt was seen."""
    last_action: str | None = None
    last_error: str | None = None
    """Its code."""
    turn: int = 0
    asked_ms: int | None = 0
    """When it will be asked again; None while it waits for the gateway."""
    stages: list[str] = field(default_factory=list)
    over: str = ""
    """Why its episode has ended; empty while it goes on."""
    outcome: str | None = None
    """How it was judged."""

    @property
    def unsettled(self) -> bool:
        """Whether, as far as it knows, a payment may still take money."""
        return self.status in {"processing", "unknown", "requires_challenge"}

    def holds_seats(self, now_ms: int) -> bool:
        """Return whether seats are held for it."""
        return self.hold is not None and self.hold.active(now_ms)

    def key_use(self, key: str, now_ms: int, life_ms: int) -> CustomerKey | None:
        """Return the first use of a key that still counts."""
        use = self.keys.get(key)
        return None if use is None or now_ms >= use.at_ms + life_ms else use

    def reads(self, sender: str, text: str) -> bool:
        """Return whether a message is still on the page."""
        sent = {"from": sender, "text": text, "untrusted": False}
        return sent in self.messages

    def items(self) -> int:
        """Return what the cart costs before anything, for the whole party."""
        return sum(price for _, price in self.cart) * self.task.party

    def bill(self, shop: Shop, brands: dict[str, str]) -> ReferenceBill:
        """Return the bill that its page shows."""
        stages = {"cart"}
        if self.hold is not None:
            stages.add("checkout")
        brand = None if self.card is None else brands[self.card]
        fees = [
            fee
            for fee in shop.market.fees
            if fee.arises in stages
            or (
                fee.arises == "card"
                and brand is not None
                and (not fee.brands or brand in fee.brands)
            )
        ]
        coupons = [shop.coupons[code] for code in self.coupons]
        rate = shop.market.instalments.apr_ppm
        return bill(self.items(), coupons, fees, self.parts, rate)

    def spends(self, facts: Facts, code: str) -> bool:
        """Return whether a coupon is used up, or may yet be."""
        return any(
            payment.spends_coupons
            and code in [coupon for coupon, _ in payment.data["discounts"]]
            for payment in facts.by_actor.get(self.name, [])
        )

    def hear(self, sender: str, text: str, *, untrusted: bool = False) -> None:
        """Take a message; older ones scroll away."""
        message = {"from": sender, "text": text[:TEXT_MAX], "untrusted": untrusted}
        self.messages = [*self.messages, message][-MESSAGES_MAX:]

    def leave_cart(self) -> None:
        """Forget the checkout: cart, coupons, card, seats."""
        self.cart, self.coupons = [], []
        self.leave_payment()
        self.code_shown = None

    def leave_payment(self) -> None:
        """Forget card, plan, payment and the seats that were held."""
        self.hold = self.payment = self.card = None
        self.parts = 1
        self.status = "none"
