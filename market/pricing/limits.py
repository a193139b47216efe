"""Booking limits as they become: within what is promised, sold, and nested."""

from collections.abc import Mapping
from typing import Final

from ..catalog import Catalog
from ..clock import HORIZON_MS
from ..inventory import Inventory

__all__ = ["nested_limits"]

_BID: Final = "bid_price"
"""Why a class closes or opens whose bid price asks for it."""


def nested_limits(
    nest: tuple[int, ...],
    catalog: Catalog,
    stock: Inventory,
    asked: Mapping[int, tuple[int, str]],
    dearer_bids: Mapping[int, bool],
) -> list[tuple[int, int, str]]:
    """Return the booking limits of a nest that change, from the dearest class on.

    A limit is never below what its class and all cheaper ones have sold and hold, nor
    above what the scenario declares, the pools hold, or a dearer class may sell.

    Args:
        nest: products of one itinerary, from the dearest class to the cheapest.
        catalog: theirs.
        stock: what is sold and held, and the limits so far.
        asked: product → the limit that was decided, and why.
        dearer_bids: product → whether its bid price exceeds its price, of those that
            have one; a limit that was not asked for then opens or closes by it.

    Returns:
        Product, limit and reason.
    """
    changed: list[tuple[int, int, str]] = []
    above, why = HORIZON_MS, ""
    for rank, j in enumerate(nest):
        old, promised = stock.limits[j], catalog.limits[j]
        if j not in asked and j not in dearer_bids and old == promised:
            # No policy has moved it yet: what is declared need not be nested.
            above = above if old is None else min(above, old)
            continue
        used = sum(stock.product_sold[k] + stock.product_held[k] for k in nest[rank:])
        most = min(catalog.capacity[pool] for pool in catalog.pools[j])
        most = most if promised is None else min(most, promised)
        if j in asked:
            to, reason = asked[j]
        elif j in dearer_bids:
            to, reason = most, _BID
        else:
            to, reason = most if old is None else old, why
        if dearer_bids.get(j):
            to, reason = used, _BID
        to = max(min(to, most, above), used)
        if to != (most if old is None else old):
            changed.append((j, to, reason))
            why = reason
        above = min(above, to)
    return changed
