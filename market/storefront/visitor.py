"""A visitor: the pages one person has open, and nothing of anyone else."""

from typing import Any, Final

from ..coupons import Coupon
from ..holds import Hold
from ..orders import Order, OrderState
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


_TICKETED: Final = OrderState.TICKETED
"""An enumeration is slow to look into, and this is asked at every step."""

_FIELDS: Final = VisitorState.__struct_fields__
_NONE: Final[list[Any]] = []
"""Most lists of most visitors are empty."""


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
        "changed",
        "code",
        "confirmations",
        "coupons",
        "coupons_tried",
        "coupons_used",
        "dead_cards",
        "declines",
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
        "tickets",
        "view",
        "waits",
        "wallet",
    )

    def __init__(  # noqa: PLR0915 - a page has that many fields
        self,
        *,
        seat: int,
        name: str,
        form: dict[str, str],
        party: int = 1,
        wallet: tuple[str, ...] = (),
    ) -> None:
        """Open the first page."""
        self.seat: int = seat
        self.name: str = name
        self.form: dict[str, str] = form
        self.party: int = party
        self.wallet: tuple[str, ...] = wallet
        self.view: str = "search_results"
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
        self.coupons_tried: list[str] = []
        """Codes that were tried on this cart, whether they were taken or not."""
        self.instalments = 1
        self.card: str | None = None
        self.hold: Hold | None = None
        self.payment: Payment | None = None
        self.heard: dict[str, int] = {}
        """Payment → the newest of its versions that the visitor has heard of."""
        self.status = "none"
        """What the visitor knows of the payment; see `docs/glossary.md`."""
        self.awaiting: bool = False
        """The page is loading until the gateway answers or the page gives up."""
        self.waits: int = 0
        self.confirmations: int = 0
        self.failed_payments: int = 0
        self.declines: dict[str, int] = {}
        """Card → how often its pages have said that the bank declined it."""
        self.dead_cards: list[str] = []
        """Cards of which they have said that no other try is of use."""
        self.messages: list[Message] = []
        self.receipt: Order | None = None
        self.orders: list[Order] = []
        """Orders whose receipt the visitor has seen."""
        self.tickets: list[Order] = []
        """The same, less those at its end that were cancelled since."""
        self.code: str | None = None
        """The newest challenge code that reached the visitor."""
        self.last_action: str | None = None
        self.last_error: tuple[str, str] | None = None
        """Code and sentence of what was wrong with the last action."""
        self.revision = 0
        """Grows with every change of what the visitor sees, time aside."""
        self.changed: dict[int, None] = {}
        """Visitors, by seat, that have changed since someone who shares this looked."""

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
        total = 0
        for item in self.cart:
            total += item.price_minor
        return total * self.party

    def tell(self, sender: str, text: str, *, untrusted: bool = False) -> None:
        """Deliver a message, as much of it as is kept."""
        self.receive(Message(sender, text[:MAX_TEXT], untrusted))

    def receive(self, message: Message) -> None:
        """Put a message below the others; of too many, the oldest go."""
        messages = self.messages
        messages.append(message)
        if len(messages) > MESSAGES_KEPT:
            del messages[:-MESSAGES_KEPT]
        self.change()

    def change(self) -> None:
        """Note that the visitor sees something else."""
        self.revision += 1
        self.changed[self.seat] = None

    def reads(self, sender: str, text: str) -> bool:
        """Return whether a message of the shop or the bank stands on the page."""
        return any(
            message.text == text and message.sender == sender and not message.untrusted
            for message in self.messages
        )

    def sees_receipt(self, order: Order) -> None:
        """Note that the visitor has seen an order's receipt for the first time."""
        self.orders.append(order)
        self.tickets.append(order)

    def newest_ticket(self) -> Order | None:
        """Return the last order seen that is not cancelled; such a one stays so."""
        tickets = self.tickets
        while tickets and tickets[-1].state is not _TICKETED:
            tickets.pop()
        return tickets[-1] if tickets else None

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
        copied = [
            list(value) if isinstance(value, list) else value for value in self.values()
        ]
        named: dict[str, Any] = dict(zip(_FIELDS, copied, strict=True))
        return VisitorState(**named)

    def values(self) -> list[Any]:
        """Return the fields of `state` in their order; lists are the visitor's own."""
        hold, payment, receipt = self.hold, self.payment, self.receipt
        filters, heard = self.filters, self.heard
        return [
            self.view,
            [*self.form.values()],
            self.results,
            [one.product for one in self.shown] if self.shown else _NONE,
            [[key, str(filters[key])] for key in sorted(filters)] if filters else _NONE,
            self.selected,
            self.cart,
            [coupon.code for coupon in self.coupons] if self.coupons else _NONE,
            self.coupons_used,
            self.instalments,
            self.card,
            None if hold is None else hold.id,
            None if payment is None else payment.id,
            sorted(heard.items()) if heard else _NONE,
            self.status,
            self.awaiting,
            self.confirmations,
            self.failed_payments,
            self.messages,
            self.waits,
            None if receipt is None else receipt.id,
            [order.id for order in self.orders] if self.orders else _NONE,
            self.code,
        ]
