"""Who sells what, and by which policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..catalog import Catalog, Product
from ..errors import did_you_mean
from .policy import PolicyConfig, PriceRule, PriceRules, PricingConfig

__all__ = [
    "Seller",
    "closing_of",
    "group_of",
    "opening_rule",
    "seller_of",
    "sellers_of",
    "verify_classes",
]

_PRICES, _PRICES_LEAST = 8192, 8
"""Prices that are remembered: of all products together, and at least of each.

All runs of a world reprice at the same instants, and loads are few.
"""


def seller_of(product: Product) -> str:
    """Return who decides the price of a product."""
    return product.seller


def group_of(product: Product) -> tuple[str, ...]:
    """Return what names all products that serve the same wish."""
    return product.group


def closing_of(product: Product) -> int:
    """Return when a product can no longer be bought, on the market's clock."""
    return product.closes_at_ms


@dataclass(frozen=True, slots=True, eq=False)
class Seller:
    """A seller with a policy, or all sellers that share one set of price rules.

    Follows from a scenario alone, and is shared by all runs.
    """

    name: str
    """Empty for all those that no table of their own names."""
    pricing: PricingConfig
    products: tuple[Product, ...]
    indices: tuple[int, ...] | range
    """Of the products."""
    rules: tuple[PriceRule, ...]
    """Of the products; a policy's begin at the base price."""
    closings_ms: tuple[int, ...]
    """When each of the products can no longer be bought."""
    closes_ms: dict[int, int]
    """Product → when it can no longer be bought."""
    last_closing_ms: int
    every_ms: int
    """Least time between two looks at its prices; 0 for never."""
    bounds: dict[int, tuple[int, int]]
    """Product → the least and the greatest price it can ever have."""
    rivals: tuple[Product, ...]
    """What others offer in the groups of its products."""
    timeless: bool
    """Whether it has rules, and the load alone moves their prices."""
    users: dict[int, list[int]]
    """Pool → positions in `products` of those that take units from it."""


def opening_rule(pricing: PricingConfig, product: Product) -> PriceRule:
    """Return the rule that prices a product before any policy has decided."""
    if isinstance(pricing, PriceRules):
        return pricing.rule_for(product)
    low, high = pricing.bounds(product)
    base = min(max(product.base_minor, low), high)
    return lambda _to_closing_ms, _load_ppm: base


def verify_classes(
    seller: str, pricing: PricingConfig, products: Sequence[Product]
) -> None:
    """Raise if a pricing speaks of a fare class that does not exist.

    One that a rival sells is no mistake: sellers may share a table.

    Args:
        seller: whose pricing it is.
        pricing: with its keys.
        products: of the whole market.

    Raises:
        ValueError: nobody sells a class of that name.
    """
    sold = dict.fromkeys(product.rate for product in products)
    for code in pricing.classes_named:
        if code not in sold:
            msg = f"{pricing.kind} of {seller} names the class {code}, which nobody "
            hint = did_you_mean(code, sold) or f"; known: {', '.join(sold)}"
            raise ValueError(f"{msg}sells{hint}")


def sellers_of(
    catalog: Catalog, pricing: PricingConfig, own: Mapping[str, PricingConfig]
) -> tuple[Seller, ...]:
    """Return all sellers, in the order in which the catalog first names them.

    Args:
        catalog: what they offer.
        pricing: of sellers that have none of their own.  Price rules are looked at
            for all these together; a policy belongs to one seller.
        own: seller → its pricing.
    """
    shared = "" if isinstance(pricing, PriceRules) else None
    offers: dict[str, list[Product]] = {}
    for product in catalog.products:
        name = seller_of(product)
        if name not in own and shared is not None:
            name = shared
        offers.setdefault(name, []).append(product)
    kept = max(_PRICES_LEAST, _PRICES // len(catalog.products))
    return tuple(
        _seller(name, own.get(name, pricing), products, catalog, kept)
        for name, products in offers.items()
    )


def _seller(
    name: str,
    pricing: PricingConfig,
    products: list[Product],
    catalog: Catalog,
    kept: int,
) -> Seller:
    whole = len(products) == len(catalog.products)
    closings = tuple(map(closing_of, products))
    rivals: list[Product] = []
    if isinstance(pricing, PolicyConfig):
        groups = dict.fromkeys(map(group_of, products))
        rivals = [
            product
            for product in catalog.products
            if group_of(product) in groups and seller_of(product) != name
        ]
    users: dict[int, list[int]] = {}
    for position, product in enumerate(products):
        for pool in product.pools:
            users.setdefault(pool, []).append(position)
    return Seller(
        name=name,
        pricing=pricing,
        products=tuple(products),
        indices=range(len(products)) if whole else tuple(p.index for p in products),
        rules=tuple(
            lru_cache(maxsize=kept)(opening_rule(pricing, product))
            for product in products
        ),
        closings_ms=closings,
        closes_ms={p.index: at for p, at in zip(products, closings, strict=True)},
        last_closing_ms=max(closings),
        every_ms=pricing.reprice_every_s * 1000,
        bounds={product.index: pricing.bounds(product) for product in products},
        rivals=tuple(rivals),
        timeless=isinstance(pricing, PriceRules) and pricing.timeless,
        users=users,
    )
