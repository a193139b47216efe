"""Snapshots: the market's whole state as plain data, and its digest."""

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
from .orders import Order, OrderState
from .payments.keys import KeyUse
from .payments.payment import Payment
from .payments.terms import PaymentTerms

__all__ = [
    "MarketSnapshot",
    "PendingTimer",
    "digest_of",
    "snapshot",
    "state_of",
]

_TICKETED = OrderState.TICKETED

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
    """Products of one itinerary, dearest first; one entry per itinerary."""
    prices: tuple[int, ...]
    floors: tuple[int, ...]
    """The least price every product can ever have."""
    ceilings: tuple[int, ...]
    """The greatest price every product can ever have."""
    cancel_fees: tuple[int | None, ...]
    """What is kept of a cancelled seat; None: its whole price."""
    departures_ms: tuple[int, ...]
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
        departures_ms=tuple(product.departs_at_ms for product in products),
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
        timers=tuple(
            (int(due), int(phase), str(kind), str(entity))
            for due, phase, kind, entity in market.clock.pending()
        ),
        expiry_due=market.clock.due_now(Phase.EXPIRY),
    )


def state_of(market: Marketplace) -> list[Any]:
    """Return all that the future depends on, as lists of integers and texts.

    Pending timers and the streams' counters belong to it: two markets of one
    world and seed with equal states have equal futures under equal actions.
    What is over (expired holds, declined payments, cancelled orders) is only
    counted: it stands in the journal, and a digest must not grow with the run.
    """
    payments, orders = market.processor.book.by_id, market.orders.by_id
    return [
        market.clock.now_ms,
        market.inventory.sold,
        market.inventory.held,
        market.inventory.product_sold,
        market.inventory.product_held,
        market.prices,
        market.arrivals_seen(),
        [_hold(hold) for hold in market.holds.open.values()],
        [_payment(payment) for payment in payments.values() if _pending(payment)],
        [_order(o) for o in orders.values() if _goes_on(o)],
        [len(market.holds.by_id), len(payments), len(orders)],
        [market.processor.keys.mark, *market.quotas()],
        market.processor.retries.state(),
        sorted([name, amount] for name, amount in market.ledger.balances.items()),
        len(market.ledger.transactions),
        market.processor.gateway.waiting(),
        *market.control.state(),
        market.streams.counters(),
        market.clock.pending(),
    ]


def _hold(hold: Hold) -> list[Any]:
    return [
        hold.id,
        hold.state.value,
        hold.expires_at_ms,
        hold.lines,
    ]


def _goes_on(order: Order) -> bool:
    return order.state is _TICKETED or not order.settled


def _pending(payment: Payment) -> bool:
    return payment.live or payment.open_minor > 0


def _order(order: Order) -> list[Any]:
    return [
        order.id,
        order.hold.id,
        order.payment.id,
        order.state.value,
        order.owed_minor,
        [line.seats for line in order.lines],
        list(order.plan),
        order.payment.captured_minor,
        order.payment.refunded_minor,
        order.payment.returning_minor,
    ]


def _payment(payment: Payment) -> list[Any]:
    return [
        payment.id,
        payment.state.value,
        payment.reason,
        payment.hold_id,
        payment.card,
        payment.attempt,
        [payment.bill.items_minor, payment.bill.discounts, payment.bill.fees],
        payment.plan,
        payment.started_at_ms,
        payment.authorized_minor,
        payment.authentication.value,
        payment.code,
        payment.submissions,
        payment.version,
    ]


def digest_of(state: Any) -> str:
    """Return 32 hex digits over the canonical JSON of a state.

    >>> digest_of([1, "a"]) == digest_of([1, "a"]) != digest_of([1, "b"])
    True
    """
    return blake2b(canonical(state), digest_size=16).hexdigest()
