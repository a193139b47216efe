"""Fixed prices: every product keeps its base price."""

from typing import Literal

from ..catalog import Product
from .policy import PriceRule, PriceRules

__all__ = ["FixedFares"]


class FixedFares(PriceRules):
    """The base price, always."""

    kind: Literal["fixed"] = "fixed"

    @property
    def timeless(self) -> bool:
        """Fixed prices look at no clock."""
        return True

    @property
    def reprice_every_s(self) -> int:
        """Fixed prices are never repriced."""
        return 0

    @property
    def counts_holds(self) -> bool:
        """Fixed prices look at no load."""
        return False

    def rule_for(self, product: Product) -> PriceRule:
        """Return the constant base price."""
        return lambda _to_closing_ms, _load_ppm: product.base_minor

    def bounds(self, product: Product) -> tuple[int, int]:
        """Return the base price twice."""
        return product.base_minor, product.base_minor
