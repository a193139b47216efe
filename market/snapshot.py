"""Snapshots: the market's whole state as plain data, and its digest."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from .holds import Hold
from .journal import canonical
from .ledger import Transaction
from .marketplace import Marketplace
from .orders import Order
from .payments.payment import Payment

__all__ = ["MarketSnapshot", "digest_of", "snapshot", "state_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketSnapshot:
    """What the laws look at: a reading, not a copy, of one instant."""

    now_ms: int
    capacity: tuple[int, ...]
    sold: tuple[int, ...]
    held: tuple[int, ...]
    product_sold: tuple[int, ...]
    product_held: tuple[int, ...]
    opening_sold: tuple[int, ...]
    pools_of: tuple[tuple[int, ...], ...]
    """The pools of every product."""
    limits: tuple[int | None, ...]
    nests: tuple[tuple[int, ...], ...]
    """Products of one itinerary, dearest first; one entry per itinerary."""
    prices: tuple[int, ...]
    holds: tuple[Hold, ...]
    payments: tuple[Payment, ...]
    orders: tuple[Order, ...]
    balances: dict[str, int]
    transactions: tuple[Transaction, ...]
    holds_per_visitor_max: int


def snapshot(market: Marketplace) -> MarketSnapshot:
    """Return a reading of the market for the laws."""
    products = market.catalog.products
    inventory = market.inventory
    return MarketSnapshot(
        now_ms=market.clock.now_ms,
        capacity=tuple(market.catalog.capacity),
        sold=tuple(inventory.sold),
        held=tuple(inventory.held),
        product_sold=tuple(inventory.product_sold),
        product_held=tuple(inventory.product_held),
        opening_sold=tuple(market.opening_sold),
        pools_of=tuple(product.pools for product in products),
        limits=tuple(product.booking_limit for product in products),
        nests=tuple(product.nest for product in products if product.rank == 0),
        prices=tuple(market.prices),
        holds=tuple(market.holds.by_id.values()),
        payments=tuple(market.processor.by_id.values()),
        orders=tuple(market.orders.by_id.values()),
        balances=dict(market.ledger.balances),
        transactions=tuple(market.ledger.transactions),
        holds_per_visitor_max=market.world.config.holds.per_visitor,
    )


def state_of(market: Marketplace) -> list[Any]:
    """Return the whole state as nested lists of integers and texts.

    Pending timers and the streams' counters belong to it: two markets with
    equal states have equal futures under equal actions.
    """
    return [
        market.clock.now_ms,
        market.inventory.sold,
        market.inventory.held,
        market.inventory.product_sold,
        market.inventory.product_held,
        market.prices,
        [[h.id, h.state.value, h.expires_at_ms] for h in market.holds.by_id.values()],
        [_payment(payment) for payment in market.processor.by_id.values()],
        [[o.id, o.state.value, o.total_minor] for o in market.orders.by_id.values()],
        sorted([name, amount] for name, amount in market.ledger.balances.items()),
        len(market.ledger.transactions),
        sorted([seat, key, known[1]] for (seat, key), known in market.idempotency.items()),
        market.processor.gateway.waiting(),
        market.streams.counters(),
        market.clock.pending(),
    ]


def _payment(payment: Payment) -> list[Any]:
    return [
        payment.id,
        payment.state.value,
        payment.reason,
        payment.amount_minor,
        payment.authorized_minor,
        payment.captured_minor,
        payment.refunded_minor,
        payment.voided_minor,
        payment.replies,
    ]


def digest_of(state: list[Any]) -> str:
    """Return 32 hex digits over the canonical JSON of a state.

    >>> digest_of([1, "a"]) == digest_of([1, "a"]) != digest_of([1, "b"])
    True
    """
    return blake2b(canonical(state), digest_size=16).hexdigest()
