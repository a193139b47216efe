"""Snapshots: one instant of the market for the laws, and digests of states."""

from copy import copy
from hashlib import blake2b
from typing import Any

from .clock import Phase
from .journal import canonical
from .market_snapshot import MarketSnapshot, PendingTimer
from .marketplace import Marketplace

__all__ = [
    "MarketSnapshot",
    "PendingTimer",
    "digest_of",
    "snapshot",
]


def snapshot(market: Marketplace) -> MarketSnapshot:
    """Return a reading of the market for the laws."""
    catalog, inventory = market.catalog, market.inventory
    gateway = market.processor.gateway
    return MarketSnapshot(
        now_ms=market.clock.now_ms,
        records=market.journal.count,
        capacity=tuple(catalog.capacity),
        sold=tuple(inventory.sold),
        held=tuple(inventory.held),
        product_sold=tuple(inventory.product_sold),
        product_held=tuple(inventory.product_held),
        opening_sold=tuple(market.opening_sold),
        background_sold=tuple(market.background_sold),
        pools_of=tuple(catalog.pools),
        limits=tuple(inventory.limits),
        limits_promised=tuple(catalog.limits),
        nests=catalog.nests,
        prices=tuple(market.prices),
        floors=market.world.floors,
        ceilings=market.world.ceilings,
        cancel_fees=catalog.cancel_fees,
        closing_ms=tuple(catalog.closing_ms),
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
