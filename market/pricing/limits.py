"""Booking limits as they become: within what is promised, sold, and nested."""

from collections.abc import Mapping

from ..catalog import Catalog
from ..clock import HORIZON_MS
from ..inventory import Inventory

__all__ = ["nested_limits"]


def nested_limits(
    nest: tuple[int, ...],
    catalog: Catalog,
    stock: Inventory,
    asked: Mapping[int, tuple[int, str]],
) -> list[tuple[int, int, str]]:
    """Return the booking limits of a nest that change, from the dearest class on.

    A limit is never below what its class and all cheaper ones have sold and hold, nor
    above what the scenario declares, what is authorised of the pools, or what a dearer
    class may sell.

    Args:
        nest: products of one itinerary, from the dearest class to the cheapest.
        catalog: theirs.
        stock: what is sold and held, and the limits so far.
        asked: product → the limit that was decided, and why.

    Returns:
        Product, limit and reason.
    """
    changed: list[tuple[int, int, str]] = []
    above, why = HORIZON_MS, ""
    for rank, j in enumerate(nest):
        old, promised = stock.limits[j], catalog.limits[j]
        if j not in asked and old == promised:
            # No policy has moved it yet: what is declared need not be nested.
            above = above if old is None else min(above, old)
            continue
        used = sum(stock.product_sold[k] + stock.product_held[k] for k in nest[rank:])
        most = min(stock.authorised[pool] for pool in catalog.pools[j])
        most = most if promised is None else min(most, promised)
        to, reason = asked.get(j, (most if old is None else old, why))
        to = max(min(to, most, above), used)
        if to != (most if old is None else old):
            changed.append((j, to, reason))
            why = reason
        above = min(above, to)
    return changed
