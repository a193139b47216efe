"""Prices by rules: which of a seller's would be otherwise by now."""

from collections.abc import Iterable, Sequence

from ..inventory import Inventory
from .sellers import Seller

__all__ = ["RulePrices"]


class RulePrices:
    """The rules of one seller in one run, and the loads that they have seen.

    Args:
        seller: whose rules; those of a policy are not asked.
    """

    __slots__ = ("_loads", "_moved", "_seller", "_timeless")

    def __init__(self, seller: Seller) -> None:
        """Begin without having seen any load."""
        self._seller = seller
        self._timeless = seller.timeless
        self._loads: list[int] = []
        self._moved: dict[int, None] = {}
        """Pools of which units were taken or given back since the last look."""

    def moved(
        self, now_ms: int, inventory: Inventory, prices: Sequence[int]
    ) -> list[tuple[int, int]]:
        """Return products that are still sold, and their prices, where these are new.

        Args:
            now_ms: the instant.
            inventory: whose loads the rules see; the same each time.
            prices: of every product, as they are.
        """
        seller, every = self._seller, range(len(self._seller.products))
        if self._timeless and self._loads and not self._moved:
            return []
        if self._loads:
            seen: Iterable[int] = self._look_again(inventory)
        else:
            self._look_at_all(inventory)
            seen = every
        indices, rules, closings = seller.indices, seller.rules, seller.closings_ms
        loads, timeless = self._loads, self._timeless
        return [
            (indices[k], price)
            for k in (seen if timeless else every)
            if (closes := closings[k]) > now_ms
            and (price := rules[k](0 if timeless else closes - now_ms, loads[k]))
            != prices[indices[k]]
        ]

    def _look_at_all(self, inventory: Inventory) -> None:
        """Take the loads of all products, and be told from now on which move."""
        seller = self._seller
        loads = inventory.loads_ppm(held=seller.pricing.counts_holds)
        self._loads = [loads[index] for index in seller.indices]
        self._moved = inventory.watch(seller.users)

    def _look_again(self, inventory: Inventory) -> list[int]:
        """Take the loads that may be new; return the positions of those that are."""
        seller, users, loads = self._seller, self._seller.users, self._loads
        held, new = seller.pricing.counts_holds, []
        for k in sorted({k: None for pool in self._moved for k in users[pool]}):
            load = inventory.load_ppm(seller.indices[k], held=held)
            if load != loads[k]:
                loads[k] = load
                new.append(k)
        self._moved.clear()
        return new
