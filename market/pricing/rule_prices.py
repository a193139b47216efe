"""Prices by rules: which of a seller's would be otherwise by now."""

from collections.abc import Sequence

from ..inventory import Inventory
from .sellers import Seller

__all__ = ["RulePrices"]


class RulePrices:
    """The rules of one seller in one run, and the loads that they have seen.

    Args:
        seller: whose rules; those of a policy are not asked.
    """

    __slots__ = ("_loads", "_seller", "_timeless")

    def __init__(self, seller: Seller) -> None:
        """Begin without having seen any load."""
        self._seller = seller
        self._timeless = seller.timeless
        self._loads: Sequence[int] = ()

    def moved(
        self, now_ms: int, inventory: Inventory, prices: Sequence[int]
    ) -> list[tuple[int, int]]:
        """Return products that are still sold, and their prices, where these are new.

        Args:
            now_ms: the instant.
            inventory: whose loads the rules see.
            prices: of every product, as they are.
        """
        seller = self._seller
        loads = inventory.loads_ppm(held=seller.pricing.counts_holds)
        if not isinstance(seller.indices, range):
            loads = [loads[j] for j in seller.indices]
        if self._timeless:
            return self._moved_by_load(now_ms, loads, prices)
        asked = zip(
            seller.indices, seller.rules, seller.closings_ms, loads, strict=True
        )
        return [
            (j, price)
            for j, rule, closes, load in asked
            if closes > now_ms and (price := rule(closes - now_ms, load)) != prices[j]
        ]

    def _moved_by_load(
        self, now_ms: int, loads: Sequence[int], prices: Sequence[int]
    ) -> list[tuple[int, int]]:
        """Return the same where the load alone can move a price."""
        seller, before = self._seller, self._loads
        self._loads = loads
        indices, rules, closings = seller.indices, seller.rules, seller.closings_ms
        seen = (
            [k for k, load in enumerate(loads) if load != before[k]]
            if before
            else (range(len(loads)))
        )
        return [
            (indices[k], price)
            for k in seen
            if closings[k] > now_ms
            and (price := rules[k](0, loads[k])) != prices[indices[k]]
        ]
