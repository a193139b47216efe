"""A visitor: the pages one person has open, and nothing of anyone else."""

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


class Visitor:
    """Browser, cart and wallet of one agent.

    Args:
        seat: of the agent.
        name: of the agent.
        form: what the search form is filled with, in the order of the trade's form.
        party: units needed of one offer.
        wallet: tokens of the cards the visitor may use.
    """

    __slots__ = (
        "awaiting",
        "card",
        "cart",
        "code",
        "confirmations",
        "coupons",
        "coupons_used",
        "failed_payments",
        "filters",
        "form",
        "heard",
        "hold",
        "instalments",
        "last_action",
        "last_error",
        "messages",
        "name",
        "orders",
        "party",
        "payment",
        "receipt",
        "results",
        "revision",
        "seat",
        "selected",
        "shown",
        "status",
        "view",
        "waits",
        "wallet",
    )

    def __init__(
        self,
        *,
        seat: int,
        name: str,
        form: dict[str, str],
        party: int = 1,
        wallet: tuple[str, ...] = (),
    ) -> None:
        """Open the first page."""
        self.seat = seat
        self.name = name
        self.form: dict[str, str] = form
        self.party = party
        self.wallet: tuple[str, ...] = wallet
        self.view = "search_results"
        self.results: list[ShownOffer] | None = None
        """Offers of the last search; None before the first."""
        self.shown: list[ShownOffer] = []
        """The results that pass the filters."""
        self.filters: dict[str, Any] = {}
        self.selected: int | None = None
        self.cart: list[CartItem] = []
        self.coupons: list[Coupon] = []
        """Applied to this cart, in the order in which they come off."""
        self.coupons_used: list[str] = []
        """Codes that have paid for a ticket; each works once."""
        self.instalments = 1
        self.card: str | None = None
        self.hold: Hold | None = None
        self.payment: Payment | None = None
        self.heard: dict[str, int] = {}
        """Payment → the newest of its versions that the visitor has heard of."""
        self.status = "none"
        """What the visitor knows of the payment; see `docs/glossary.md`."""
        self.awaiting = False
        """The page is loading until the gateway answers or the page gives up."""
        self.waits = 0
        self.confirmations = 0
        self.failed_payments = 0
        self.messages: list[Message] = []
        self.receipt: Order | None = None
        self.orders: list[Order] = []
        """Orders whose receipt the visitor has seen."""
        self.code: str | None = None
        """The newest challenge code that reached the visitor."""
        self.last_action: str | None = None
        self.last_error: tuple[str, str] | None = None
        """Code and sentence of what was wrong with the last action."""
        self.revision = 0
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
        """Deliver a message, as much of it as is kept."""
        self.receive(Message(sender, text[:MAX_TEXT], untrusted))

    def receive(self, message: Message) -> None:
        """Put a message below the others; of too many, the oldest go."""
        messages = self.messages
        messages.append(message)
        if len(messages) > MESSAGES_KEPT:
            del messages[:-MESSAGES_KEPT]
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
