"""Products of each group, the cheapest first, whatever their prices do."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from .catalog import Catalog, Group

__all__ = ["PriceOrder"]

_FEW = 16
"""Where fewer than one of so many have moved, each is moved; else all are sorted."""


class PriceOrder:
    """The order of results pages, kept up to date instead of made for each search.

    Args:
        catalog: what there is.
        prices: of every product, the market's own list.
    """

    __slots__ = ("_catalog", "_listed", "_orders", "_prices", "_stale")

    def __init__(self, catalog: Catalog, prices: Sequence[int]) -> None:
        """Begin with no group in order: most are never looked for."""
        self._catalog = catalog
        self._prices = prices
        self._orders: dict[Group, list[tuple[int, int]]] = {}
        self._listed: dict[int, int] = {}
        """At which price a product stands in its group's order."""
        self._stale: dict[Group, dict[int, None]] = {}
        """Products of these groups that have moved since."""

    def repriced(self, products: Iterable[int]) -> None:
        """Note that products have other prices."""
        if not self._orders:
            return
        catalog, orders = self._catalog.products, self._orders
        for j in products:
            group = catalog[j].group
            if group in orders:
                self._stale.setdefault(group, {})[j] = None

    def of(self, group: Group) -> list[tuple[int, int]]:
        """Return ``(price, product)`` of a group, sorted; not to be changed.

        Empty where there is no such group.
        """
        order = self._orders.get(group)
        stale = self._stale.pop(group, None)
        if order is None or (stale and len(stale) * _FEW > len(order)):
            return self._sort(group)
        for j in stale or ():
            price = self._prices[j]
            del order[bisect_left(order, (self._listed[j], j))]
            insort(order, (price, j))
            self._listed[j] = price
        return order

    def _sort(self, group: Group) -> list[tuple[int, int]]:
        prices = self._prices
        order = sorted([(prices[j], j) for j in self._catalog.by_group.get(group, ())])
        self._listed.update([(j, price) for price, j in order])
        self._orders[group] = order
        return order
