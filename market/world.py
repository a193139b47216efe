"""The market's part of a scenario, and everything that follows from it alone."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from .catalog import Catalog, Product
from .config import MAX_MINOR, Config, Moment, Name
from .coupons import Coupon
from .currencies import currency_mistake
from .demand import Demand, Segment, demands_of
from .domain import Trade
from .fees import Fee
from .money import exponent_of
from .opening import OpeningPlan
from .payments.challenge import ChallengeConfig
from .payments.gateway import GatewayConfig
from .payments.instalments import InstalmentRules
from .payments.issuer import TEST_CARDS, CardLaw
from .payments.retries import RetryRules
from .payments.terms import PaymentTerms
from .pricing import Pricing
from .pricing.fixed import FixedFares
from .pricing.policy import PriceRule, PricingConfig
from .pricing.sellers import Seller, seller_of, sellers_of
from .rule_cache import RuleCache

__all__ = ["PRICE_MAX", "HoldRules", "MarketConfig", "StorefrontRules", "World"]

PRICE_MAX = MAX_MINOR // 100
"""Dearest price one unit may ever have, so that a whole cart stays in bounds."""

SHARES_STACKED_MAX = 4
"""Most stackable coupons by share: the cheapest bill tries all their orders."""


def _of_the_standard(currency: str) -> str:
    mistake = currency_mistake(currency)
    if mistake is not None:
        raise ValueError(mistake)
    return currency


class HoldRules(Config):
    """How long seats are kept for a visitor, and how often."""

    ttl_s: Annotated[int, Field(ge=1, le=604_800)] = 900
    per_visitor: Annotated[int, Field(ge=1, le=1000)] = 20
    """Most holds one visitor may place in a run (against hoarding)."""


class StorefrontRules(Config):
    """How a shop's pages lead to a cart."""

    select_first: bool = False
    """Only the offer that is selected can be added to the cart."""


class MarketConfig(Config):
    """Everything a market needs to be built, besides a seed.

    A trade adds what it declares for sale.
    """

    trade: ClassVar[Trade]
    """What the shop is."""

    currency: Annotated[str, AfterValidator(_of_the_standard)]
    """Code of ISO 4217."""
    opens: Moment
    """Local moment at which the simulated clock shows 0."""
    pricing: Pricing = FixedFares()
    """Of all sellers that have none of their own."""
    pricing_of: dict[Name, Pricing] = Field(default_factory=dict)
    """Seller → its own pricing."""
    demand: Annotated[tuple[Segment, ...], Field(max_length=50, strict=False)] = ()
    warm_up: Literal["draw", "simulate", "none"] = "draw"
    """Seats sold before opening: drawn from the booking curve, played out
    buyer by buyer, or none."""
    storefront: StorefrontRules = StorefrontRules()
    holds: HoldRules = HoldRules()
    gateway: GatewayConfig = GatewayConfig()
    challenge: ChallengeConfig = ChallengeConfig()
    cards: Annotated[tuple[CardLaw, ...], Field(max_length=200, strict=False)] = ()
    """Cards besides the test cards; a test card's token may be redefined."""
    coupons: Annotated[tuple[Coupon, ...], Field(max_length=200, strict=False)] = ()
    fees: Annotated[tuple[Fee, ...], Field(max_length=20, strict=False)] = ()
    """What the shop adds to every bill."""
    instalments: InstalmentRules = InstalmentRules()
    retries: RetryRules = RetryRules()

    def catalog(self) -> Catalog:
        """Return what is for sale.

        Raises:
            ValueError: it is declared impossibly.
        """
        if not hasattr(type(self), "trade"):
            raise ValueError("it lists nothing for sale")
        return self.trade.catalog(self)

    @model_validator(mode="after")
    def _hangs_together(self) -> "MarketConfig":
        products = self.catalog().products
        sellers = dict.fromkeys(map(seller_of, products))
        for name in self.pricing_of:
            if name not in sellers:
                near = get_close_matches(name, sellers, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]!r}?" if near else "known: "
                hint += "" if near else ", ".join(sellers)
                msg = f"pricing_of names {name!r}, who sells nothing; {hint}"
                raise ValueError(msg)
        for name in sellers:
            own = [product for product in products if seller_of(product) == name]
            self.pricing_of.get(name, self.pricing).verify(own)
        for product in products:
            dearest = self.pricing_for(product).bounds(product)[1]
            if dearest > PRICE_MAX:
                msg = f"{product.id} may cost up to {dearest} minor units, "
                msg += f"more than {PRICE_MAX}"
                raise ValueError(msg)
        for what, names in (
            ("segment", [segment.name for segment in self.demand]),
            ("card", [card.token for card in self.cards]),
            ("coupon", [coupon.code for coupon in self.coupons]),
            ("fee", [fee.name for fee in self.fees]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                msg = f"two {what}s are called {twice[0]}"
                raise ValueError(msg)
        shares = [c for c in self.coupons if c.stackable and c.percent_ppm]
        if len(shares) > SHARES_STACKED_MAX:
            msg = f"at most {SHARES_STACKED_MAX} coupons with percent_ppm may be "
            msg += f"stackable, not {len(shares)}"
            raise ValueError(msg)
        return self

    def pricing_for(self, product: Product) -> PricingConfig:
        """Return the pricing of a product: its seller's own, or that of all."""
        return self.pricing_of.get(seller_of(product), self.pricing)

    @model_serializer(mode="wrap")
    def _without_empty_tables(self, dump: SerializerFunctionWrapHandler) -> Any:
        data = dump(self)
        # Scenarios that are older than the table keep their digest.
        if not self.pricing_of:
            del data["pricing_of"]
        return data


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
    rule_cache: RuleCache = field(default_factory=RuleCache, compare=False, repr=False)
    """What is legal in a situation, as far as was asked."""
    headers: list[tuple[object, bytes, str]] = field(
        default_factory=list, compare=False, repr=False
    )
    """What journals say of scenarios in this world; see `recorder`."""

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
    def of(cls, config: MarketConfig) -> "World":
        """Compile a market's settings."""
        catalog = config.catalog()
        sellers = sellers_of(catalog, config.pricing, config.pricing_of)
        rule_of = {
            index: rule
            for seller in sellers
            for index, rule in zip(seller.indices, seller.rules, strict=True)
        }
        rules = tuple(rule_of[index] for index in range(len(rule_of)))
        bounds = [config.pricing_for(p).bounds(p) for p in catalog.products]
        demands = demands_of(catalog, config.demand)
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
