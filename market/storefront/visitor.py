"""A visitor: the pages one person has open, and nothing of anyone else."""

from dataclasses import dataclass, field
from typing import Any, Final

from ..coupons import Coupon
from ..holds import Hold
from ..orders import Order
from ..payments.payment import Payment
from .visitor_state import CartItem, Message, ShownOffer, VisitorState

__all__ = [
    "MESSAGES_KEPT",
    "CartItem",
    "Message",
    "ShownOffer",
    "Visitor",
    "VisitorState",
]

MESSAGES_KEPT: Final = 20
"""Older messages scroll away."""

MAX_TEXT: Final = 300
"""Characters of a message that are kept."""


@dataclass(slots=True, kw_only=True)
class Visitor:
    """Browser, cart and wallet of one agent."""

    seat: int
    name: str
    form: dict[str, str]
    """What the search form is filled with, in the order of the trade's form."""
    party: int = 1
    """Units needed of one offer."""
    wallet: tuple[str, ...] = ()
    """Tokens of the cards the visitor may use."""
    view: str = "search_results"
    results: list[ShownOffer] | None = None
    """Offers of the last search; None before the first."""
    shown: list[ShownOffer] = field(default_factory=list)
    """The results that pass the filters."""
    filters: dict[str, Any] = field(default_factory=dict)
    selected: int | None = None
    cart: list[CartItem] = field(default_factory=list)
    coupons: list[Coupon] = field(default_factory=list)
    """Applied to this cart, in the order in which they come off."""
    coupons_used: list[str] = field(default_factory=list)
    """Codes that have paid for a ticket; each works once."""
    coupons_tried: list[str] = field(default_factory=list)
    """Codes that were tried on this cart, whether they were taken or not."""
    instalments: int = 1
    card: str | None = None
    hold: Hold | None = None
    payment: Payment | None = None
    heard: dict[str, int] = field(default_factory=dict)
    """Payment → the newest of its versions that the visitor has heard of."""
    status: str = "none"
    """What the visitor knows of the payment; see `docs/glossary.md`."""
    awaiting: bool = False
    """The page is loading until the gateway answers or the page gives up."""
    waits: int = 0
    confirmations: int = 0
    failed_payments: int = 0
    declines: dict[str, int] = field(default_factory=dict)
    """Card → how often its pages have said that the bank declined it."""
    dead_cards: list[str] = field(default_factory=list)
    """Cards of which they have said that no other try is of use."""
    messages: list[Message] = field(default_factory=list)
    receipt: Order | None = None
    orders: list[Order] = field(default_factory=list)
    """Orders whose receipt the visitor has seen."""
    code: str | None = None
    """The newest challenge code that reached the visitor."""
    last_action: str | None = None
    last_error: tuple[str, str] | None = None
    """Code and sentence of what was wrong with the last action."""
    revision: int = 0
    """Grows with every change of what the visitor sees, time aside."""

    @property
    def unsettled(self) -> bool:
        """Whether, as far as the visitor knows, a payment may still take money."""
        return self.status in ("processing", "unknown", "requires_challenge")

    def hold_active(self, now_ms: int) -> bool:
        """Return whether the visitor's seats are held at this instant."""
        return self.hold is not None and self.hold.active(now_ms)

    def cart_total(self) -> int:
        """Return what the cart costs before any coupon, for the whole party."""
        if self.hold is not None:
            return self.hold.total_minor
        return sum(item.price_minor for item in self.cart) * self.party

    def tell(self, sender: str, text: str, *, untrusted: bool = False) -> None:
        """Deliver a message."""
        self.messages.append(Message(sender, text[:MAX_TEXT], untrusted))
        del self.messages[:-MESSAGES_KEPT]
        self.revision += 1

    def reads(self, sender: str, text: str) -> bool:
        """Return whether a message of the shop or the bank stands on the page."""
        return any(
            message.text == text and message.sender == sender and not message.untrusted
            for message in self.messages
        )

    def leave_checkout(self) -> None:
        """Forget the checkout (not the results): cart, coupon, card, hold."""
        self.cart = []
        self.coupons = []
        self.coupons_tried = []
        self.instalments = 1
        self.card = None
        self.hold = None
        self.payment = None
        self.status = "none"
        self.code = None

    def state(self) -> VisitorState:
        """Return everything as integers, texts and arrays of them, for the digest."""
        return VisitorState(
            view=self.view,
            form=list(self.form.values()),
            results=None if self.results is None else list(self.results),
            shown=[one.product for one in self.shown],
            filters=[[key, str(self.filters[key])] for key in sorted(self.filters)],
            selected=self.selected,
            cart=list(self.cart),
            coupons=[coupon.code for coupon in self.coupons],
            coupons_used=list(self.coupons_used),
            instalments=self.instalments,
            card=self.card,
            hold=self.hold.id if self.hold else None,
            payment=self.payment.id if self.payment else None,
            heard=sorted(self.heard.items()),
            status=self.status,
            awaiting=self.awaiting,
            confirmations=self.confirmations,
            failed_payments=self.failed_payments,
            messages=list(self.messages),
            waits=self.waits,
            receipt=self.receipt.id if self.receipt else None,
            orders=[order.id for order in self.orders],
            code=self.code,
        )
