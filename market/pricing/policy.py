"""What a pricing policy is."""

from collections.abc import Callable
from typing import Protocol

from ..catalog import Product

__all__ = ["PriceRule", "PricingPolicy"]

PriceRule = Callable[[int, int], int]
"""Price in minor units, from milliseconds to closing and load factor in ppm."""


class PricingPolicy(Protocol):
    """A declared way to price every product.

    Attributes:
        reprice_every_s: simulated seconds between repricings; 0 means never.
        counts_holds: whether held seats count as load, like sold ones.
    """

    @property
    def counts_holds(self) -> bool:
        """Whether held seats count as load, like sold ones."""

    @property
    def reprice_every_s(self) -> int:
        """Simulated seconds between repricings; 0 means never."""

    def rule_for(self, product: Product) -> PriceRule:
        """Return the price rule of one product; called once per scenario."""

    def bounds(self, product: Product) -> tuple[int, int]:
        """Return the least and the greatest price the product can ever have."""
