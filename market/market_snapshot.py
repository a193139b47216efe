"""What the laws look at: one instant of the market."""

from msgspec import Struct

from .afterwards import Boarding
from .coupons import Coupon
from .fees import Fee
from .holds import Hold
from .ledger import Transaction
from .orders import Order
from .payments.keys import KeyUse
from .payments.payment import Payment
from .payments.terms import PaymentTerms

__all__ = ["MarketSnapshot", "PendingTimer"]

PendingTimer = tuple[int, int, str, str]
"""When it is due, in which phase, what it is for, and whom it concerns."""


class MarketSnapshot(Struct, frozen=True, kw_only=True):
    """What the laws look at: one instant, which later events do not change.

    Holds, payments and orders are copies; what an order refers to is known by
    its id alone, since the objects behind it live on.
    """

    now_ms: int
    records: int
    """Records in the journal; 0 when nothing is recorded."""
    capacity: tuple[int, ...]
    authorised: tuple[int, ...]
    """Of each pool, how many may be sold."""
    sold: tuple[int, ...]
    held: tuple[int, ...]
    product_sold: tuple[int, ...]
    product_held: tuple[int, ...]
    opening_sold: tuple[int, ...]
    background_sold: tuple[int, ...]
    no_shows: tuple[int, ...]
    """Of each product, bookings that nobody showed up for; none where nobody asks."""
    denied: tuple[int, ...]
    """Of each product, bookings that were denied boarding, likewise."""
    go_shows: tuple[int, ...]
    """Of each product, who came without a booking and found a unit, likewise."""
    boardings: tuple[Boarding, ...]
    """Of pools that may be oversold and have boarded."""
    background_minor: tuple[int, ...]
    """Of each product, what background buyers have paid and not got back, likewise."""
    waiting: tuple[tuple[int, str], ...]
    """When background buyers come back who wait, and their names."""
    pools_of: tuple[tuple[int, ...], ...]
    """The pools of every product."""
    limits: tuple[int | None, ...]
    """Booking limits as they stand."""
    limits_promised: tuple[int | None, ...]
    """Booking limits that the scenario declares: none is ever exceeded."""
    nests: tuple[tuple[int, ...], ...]
    """Products of one listing, dearest first; one entry per listing."""
    prices: tuple[int, ...]
    floors: tuple[int, ...]
    """The least price every product can ever have."""
    ceilings: tuple[int, ...]
    """The greatest price every product can ever have."""
    cancel_fees: tuple[int | None, ...]
    """What is kept of a cancelled seat; None: its whole price."""
    closing_ms: tuple[int, ...]
    holds: tuple[Hold, ...]
    payments: tuple[Payment, ...]
    orders: tuple[Order, ...]
    keys: tuple[KeyUse, ...]
    coupons: dict[str, Coupon]
    fees: tuple[Fee, ...]
    terms: PaymentTerms
    balances: dict[str, int]
    transactions: tuple[Transaction, ...]
    holds_per_visitor_max: int
    in_gateway: tuple[str, ...]
    """Payments that are worked on or wait in line."""
    timers: tuple[PendingTimer, ...]
    expiry_due: bool
    """Whether the expiries of this very instant are not all done yet."""
