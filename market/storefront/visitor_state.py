"""What stands on a visitor's pages, and what a digest says of them."""

from msgspec import Struct

__all__ = ["CartItem", "Message", "ShownOffer", "VisitorState"]


class ShownOffer(Struct, frozen=True, array_like=True, gc=False):
    """An offer as a results page shows it; the market may have moved since."""

    product: int
    price_minor: int
    left: int


class CartItem(Struct, frozen=True, array_like=True, gc=False):
    """An offer in the cart, at the price it was shown at."""

    product: int
    price_minor: int


class Message(Struct, frozen=True, array_like=True, gc=False):
    """A text that reached the visitor."""

    sender: str
    text: str
    untrusted: bool
    """Written by another agent or a third party: data, not instructions."""


class VisitorState(Struct, array_like=True, frozen=True, kw_only=True):
    """What a digest says of a visitor; its order is the digest's."""

    view: str
    form: list[str]
    results: list[ShownOffer] | None
    shown: list[int]
    """Products."""
    filters: list[list[str]]
    selected: int | None
    cart: list[CartItem]
    coupons: list[str]
    coupons_used: list[str]
    instalments: int
    card: str | None
    hold: str | None
    payment: str | None
    heard: list[tuple[str, int]]
    """Payments and the version of each that the visitor knows."""
    status: str
    awaiting: bool
    confirmations: int
    failed_payments: int
    messages: list[Message]
    waits: int
    receipt: str | None
    orders: list[str]
    code: str | None
