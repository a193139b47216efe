"""Snapshots: one instant of the market for the laws, and digests of states."""

from copy import copy
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from .clock import Phase
from .coupons import Coupon
from .fees import Fee
from .holds import Hold
from .journal import canonical
from .ledger import Transaction
from .marketplace import Marketplace
from .orders import Order
from .payments.keys import KeyUse
from .payments.payment import Payment
from .payments.terms import PaymentTerms

__all__ = [
    "MarketSnapshot",
    "PendingTimer",
    "digest_of",
    "snapshot",
]

PendingTimer = tuple[int, int, str, str]
"""When it is due, in which phase, what it is for, and whom it concerns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketSnapshot:
    """What the laws look at: one instant, which later events do not change.

    Holds, payments and orders are copies; what an order refers to is known by
    its id alone, since the objects behind it live on.
    """

    now_ms: int
    records: int
    """Records in the journal; 0 when nothing is recorded."""
    capacity: tuple[int, ...]
    sold: tuple[int, ...]
    held: tuple[int, ...]
    product_sold: tuple[int, ...]
    product_held: tuple[int, ...]
    opening_sold: tuple[int, ...]
    background_sold: tuple[int, ...]
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


def snapshot(market: Marketplace) -> MarketSnapshot:
    """Return a reading of the market for the laws."""
    products = market.catalog.products
    inventory, gateway = market.inventory, market.processor.gateway
    return MarketSnapshot(
        now_ms=market.clock.now_ms,
        records=market.journal.count,
        capacity=tuple(market.catalog.capacity),
        sold=tuple(inventory.sold),
        held=tuple(inventory.held),
        product_sold=tuple(inventory.product_sold),
        product_held=tuple(inventory.product_held),
        opening_sold=tuple(market.opening_sold),
        background_sold=tuple(market.background_sold),
        pools_of=tuple(product.pools for product in products),
        limits=tuple(inventory.limits),
        limits_promised=tuple(market.catalog.limits),
        nests=tuple(product.nest for product in products if product.rank == 0),
        prices=tuple(market.prices),
        floors=market.world.floors,
        ceilings=market.world.ceilings,
        cancel_fees=tuple(
            product.cancel_fee_minor if product.refundable else None
            for product in products
        ),
        closing_ms=tuple(market.catalog.closing_ms),
        holds=tuple(map(copy, market.holds.by_id.values())),
        payments=tuple(map(copy, market.processor.book.by_id.values())),
        orders=tuple(map(copy, market.orders.by_id.values())),
        keys=tuple(market.processor.keys.uses),
        coupons=market.world.coupons,
        fees=market.world.config.fees,
        terms=market.world.payment_terms,
        balances=dict(market.ledger.balances),
        transactions=tuple(market.ledger.transactions),
        holds_per_visitor_max=market.world.config.holds.per_visitor,
        in_gateway=(*gateway.serving(), *gateway.waiting()),
        timers=tuple(market.clock.pending()),
        expiry_due=market.clock.due_now(Phase.EXPIRY),
    )


def digest_of(state: Any) -> str:
    """Return 32 hex digits over the canonical JSON of a state.

    >>> digest_of([1, "a"]) == digest_of([1, "a"]) != digest_of([1, "b"])
    True
    """
    return blake2b(canonical(state), digest_size=16).hexdigest()
