"""Snapshots: one instant of the market for the laws, and digests of states."""

from collections.abc import Iterable
from copy import copy
from hashlib import blake2b
from typing import Any, TypeVar

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


_T = TypeVar("_T")


def snapshot(market: Marketplace, *, copied: bool = True) -> MarketSnapshot:
    """Return a reading of the market for the laws.

    Args:
        market: of a run.
        copied: whether it is to be kept; without copies it holds only until the
            next event.
    """
    keep = _copies if copied else tuple
    catalog, inventory = market.catalog, market.inventory
    gateway, after = market.processor.gateway, market.afterwards
    return MarketSnapshot(
        now_ms=market.clock.now_ms,
        records=market.journal.count,
        capacity=tuple(catalog.capacity),
        authorised=tuple(inventory.authorised),
        sold=tuple(inventory.sold),
        held=tuple(inventory.held),
        product_sold=tuple(inventory.product_sold),
        product_held=tuple(inventory.product_held),
        opening_sold=tuple(market.opening_sold),
        background_sold=tuple(market.background_sold),
        no_shows=() if after is None else tuple(after.no_shows),
        denied=() if after is None else tuple(after.denied),
        go_shows=() if after is None else tuple(after.go_shows.boarded),
        boardings=() if after is None else tuple(after.boardings),
        background_minor=() if after is None else tuple(market.background_minor),
        waiting=() if market.waiting is None else market.waiting.due(),
        pools_of=tuple(catalog.pools),
        limits=tuple(inventory.limits),
        limits_promised=tuple(catalog.limits),
        nests=catalog.nests,
        prices=tuple(market.prices),
        floors=market.world.floors,
        ceilings=market.world.ceilings,
        cancel_fees=catalog.cancel_fees,
        closing_ms=tuple(catalog.closing_ms),
        holds=keep(market.holds.by_id.values()),
        payments=keep(market.processor.book.by_id.values()),
        orders=keep(market.orders.by_id.values()),
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


def _copies(values: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(map(copy, values))


def digest_of(state: Any) -> str:
    """Return 32 hex digits over the canonical JSON of a state.

    >>> digest_of([1, "a"]) == digest_of([1, "a"]) != digest_of([1, "b"])
    True
    """
    return blake2b(canonical(state), digest_size=16).hexdigest()
