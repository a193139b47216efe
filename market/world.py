"""Everything that follows from the market's part of a scenario alone."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from msgspec import Raw

from .catalog import Catalog
from .coupons import Coupon
from .demand import Demand, demands_of
from .domain import Trade
from .market_config import PRICE_MAX, HoldRules, MarketConfig, StorefrontRules
from .money import exponent_of
from .opening import OpeningPlan
from .payments.issuer import TEST_CARDS, CardLaw
from .payments.terms import PaymentTerms
from .pricing.policy import PriceRule
from .pricing.sellers import Seller, sellers_of
from .rule_cache import RuleCache
from .sales_history import SalesHistory

__all__ = ["PRICE_MAX", "HoldRules", "MarketConfig", "StorefrontRules", "World"]


@dataclass(frozen=True, slots=True)
class World:
    """What follows from a `MarketConfig` alone: built once, shared by all runs."""

    config: MarketConfig
    catalog: Catalog
    exponent: int
    """Decimal digits of the currency."""
    rules: tuple[PriceRule, ...]
    """The price rule of every product."""
    floors: tuple[int, ...]
    """The least price every product can ever have."""
    ceilings: tuple[int, ...]
    """The greatest price every product can ever have."""
    sellers: tuple[Seller, ...]
    """Who decides prices, in the order in which they are looked at."""
    demands: tuple[Demand, ...]
    """What every segment wants in every group."""
    afterwards: bool
    """Whether anything becomes of background bookings but that they fly, or anybody
    comes without one."""
    oversells: bool
    """Whether more may be sold of anything than there is."""
    opening: OpeningPlan | None
    """How the seats sold before opening are drawn; None if none are."""
    features: tuple[tuple[float, float, float], ...]
    """Of every product, what the vector door shows of it."""
    payment_terms: PaymentTerms
    coupons: dict[str, Coupon]
    advertised: tuple[str, ...]
    """Codes that the shop tells every visitor of, in their order."""
    least_totals: dict[Hashable, int | str] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What tasks cost at least, or why they cannot be met, as far as was asked."""
    offer_facts: dict[Hashable, dict[int, tuple[float, ...]]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What the vector door shows of products to who has a task, and never changes: by
    the task, then by product, as far as was asked."""
    rule_cache: RuleCache = field(default_factory=RuleCache, compare=False, repr=False)
    """What is legal in a situation, as far as was asked."""
    offer_rows: dict[int, dict[str, Any]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What pages show of products besides price and stock, as far as was asked."""
    headers: list[tuple[object, bytes, str]] = field(
        default_factory=list, compare=False, repr=False
    )
    """What journals say of scenarios in this world; see `recorder`."""
    first_pages: dict[tuple[str, ...], Raw] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What a digest says of visitors who have done nothing yet, by their form."""
    first_prices: list[int] = field(default_factory=list, compare=False, repr=False)
    """Of every product when the market opens and nothing is sold, once asked for."""
    task_draws: list[Any] = field(default_factory=list, compare=False, repr=False)
    """What tasks of scenarios in this world are drawn from; see `task`."""
    past: list[SalesHistory] = field(default_factory=list, compare=False, repr=False)
    """What sellers that learn know of past departures, once it was played."""

    @property
    def trade(self) -> Trade:
        """What the shop is."""
        return self.config.trade

    @property
    def cards(self) -> dict[str, CardLaw]:
        """How every card behaves, by its token."""
        return self.payment_terms.cards

    @property
    def first_instant_ms(self) -> int:
        """When the market's clock begins: before 0 if a warm-up is played out."""
        if self.config.warm_up != "simulate":
            return 0
        begins = [demand.begins_at_ms for demand in self.demands]
        return min(0, *begins) if begins else 0

    @classmethod
    def of(cls, config: MarketConfig, catalog: Catalog | None = None) -> "World":
        """Compile a market's settings.

        Args:
            config: as declared.
            catalog: what is for sale, if not what the settings list.
        """
        catalog = config.catalog() if catalog is None else catalog
        sellers = sellers_of(catalog, config.pricing, config.pricing_of)
        rule_of = {
            index: rule
            for seller in sellers
            for index, rule in zip(seller.indices, seller.rules, strict=True)
        }
        rules = tuple(rule_of[index] for index in range(len(rule_of)))
        bounds = [config.pricing_for(p).bounds(p) for p in catalog.products]
        demands = demands_of(catalog, config.demand, config.demand_shocks)
        opening = None
        if config.warm_up == "draw":
            every_ms = config.pricing.reprice_every_s * 1000
            opening = OpeningPlan(catalog, demands, rules, every_ms) or None
        return cls(
            config=config,
            catalog=catalog,
            exponent=exponent_of(config.currency),
            rules=rules,
            floors=tuple(low for low, _ in bounds),
            ceilings=tuple(high for _, high in bounds),
            sellers=sellers,
            demands=demands,
            afterwards=config.knows_afterwards(catalog) or catalog.takes_go_shows,
            oversells=config.oversells(catalog),
            opening=opening,
            features=tuple(map(config.trade.features, catalog.products)),
            payment_terms=PaymentTerms(
                gateway=config.gateway,
                challenge=config.challenge,
                retries=config.retries,
                instalments=config.instalments,
                cards=TEST_CARDS | {card.token: card for card in config.cards},
            ),
            coupons={coupon.code: coupon for coupon in config.coupons},
            advertised=tuple(one.code for one in config.coupons if one.advertised),
        )
