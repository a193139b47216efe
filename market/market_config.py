"""The market's part of a scenario, as it is declared."""

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from .bases import BUYERS_MOST, market_name, markets_mistake
from .catalog import Catalog, Product
from .clock import DAY_MS
from .config import MAX_MINOR, PPM, Config, Minor, Moment, Name
from .coupons import Coupon
from .currencies import currency_mistake
from .demand_shocks import DemandShocks
from .domain import DATE, Trade
from .fees import Fee
from .party_sizes import ALONE
from .payments.challenge import ChallengeConfig
from .payments.gateway import GatewayConfig
from .payments.instalments import InstalmentRules
from .payments.issuer import CardLaw
from .payments.retries import RetryRules
from .pricing import Pricing
from .pricing.fixed import FixedFares
from .pricing.policy import PricingConfig
from .pricing.sellers import seller_of, verify_classes
from .segment import Segment

__all__ = ["PRICE_MAX", "HoldRules", "MarketConfig", "StorefrontRules"]


PRICE_MAX = MAX_MINOR // 100
"""Dearest price one unit may ever have, so that a whole cart stays in bounds."""


SHARES_STACKED_MAX = 4
"""Most stackable coupons by share: the cheapest bill tries all their orders."""


def _of_the_standard(currency: str) -> str:
    mistake = currency_mistake(currency)
    if mistake is not None:
        raise ValueError(mistake)
    return currency


def _sells_nothing(name: str, sellers: Collection[str]) -> str:
    near = get_close_matches(name, sellers, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sellers)}"
    return f"who sells nothing; {hint}"


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
    demand_shocks: DemandShocks = DemandShocks()
    """Good and bad days that segments have in common."""
    warm_up: Literal["draw", "simulate", "none"] = "draw"
    """Seats sold before opening: drawn from the booking curve, played out
    buyer by buyer, or none."""
    denied_minor: Minor | None = None
    """What each denied boarding costs who sold it, whatever else was paid; needed
    where more may be sold than there is."""
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

    def knows_afterwards(self, catalog: Catalog) -> bool:
        """Return whether anything becomes of background bookings but that they fly."""
        return (
            self.oversells(catalog)
            or any(one.cancel_ppm_per_day or one.no_show_ppm for one in self.demand)
            or any(
                product.cancel_ppm_per_day or product.no_show_ppm
                for product in catalog.products
            )
        )

    def oversells(self, catalog: Catalog) -> bool:
        """Return whether more may be sold of anything than there is."""
        own = self.pricing_of.values()
        policies = any(one.authorises for one in (self.pricing, *own))
        return policies or catalog.oversells

    @model_validator(mode="after")
    def _can_be_opened(self) -> "MarketConfig":
        self.verify_opening()
        return self

    def verify_opening(self) -> None:
        """Raise what the warm-up does not know.

        Drawn openings are Poisson, and nobody's: no law of who buys has a place.

        Raises:
            ValueError: a segment that comes before the opening has one.
        """
        catalog = self.catalog()
        closings, later = catalog.closing_ms, self.knows_afterwards(catalog)
        if self.denied_minor is None and self.oversells(catalog):
            msg = f"more {catalog.units} may be sold than there are: denied_minor is "
            raise ValueError(msg + "needed, what each denied boarding costs")
        for segment in self.demand:
            early = min(closings, default=0) < segment.first_day() * DAY_MS
            counted = segment.counted or self.demand_shocks.any
            if self.warm_up == "draw" and counted and early:
                kind = f"a {segment.count.kind} count"
                said = kind if segment.counted else "demand_shocks"
                msg = f"segment {segment.name} comes before the opening with {said}, "
                msg += 'and warm_up = "draw" knows Poisson counts alone; use '
                msg += '"simulate", or "none"'
                raise ValueError(msg)
            if self.warm_up == "draw" and segment.ideal_hours() is not None and early:
                msg = f"segment {segment.name} comes before the opening, and "
                msg += 'warm_up = "draw" knows nothing of by_hour; use "simulate", or '
                raise ValueError(msg + '"none"')
            if self.warm_up == "draw" and segment.shifts is not None and early:
                msg = f"segment {segment.name} comes before the opening, and "
                msg += 'warm_up = "draw" knows nothing of flexible_dates; use '
                raise ValueError(msg + '"simulate", or "none"')
            if self.warm_up == "draw" and segment.party_sizes != ALONE and early:
                msg = f"segment {segment.name} comes before the opening in parties, "
                msg += 'and warm_up = "draw" knows single buyers alone; use '
                raise ValueError(msg + '"simulate", or "none"')
            if self.warm_up == "draw" and segment.waits is not None and early:
                msg = f"segment {segment.name} comes before the opening with patience, "
                msg += 'and warm_up = "draw" knows nobody who comes back; use '
                raise ValueError(msg + '"simulate", or "none"')
            if segment.party_sizes != ALONE and self.oversells(catalog):
                msg = f"segment {segment.name} comes in parties, and more "
                msg += f"{catalog.units} may be sold than there are: nobody says who "
                raise ValueError(msg + "of a party is denied")
            if self.warm_up == "draw" and later and early:
                msg = f"segment {segment.name} comes before the opening, and "
                msg += 'warm_up = "draw" does not know whose bookings are cancelled, '
                msg += 'not shown up for or denied; use "simulate", or "none"'
                raise ValueError(msg)

    @model_validator(mode="after")
    def _hangs_together(self) -> "MarketConfig":
        products = self.catalog().products
        sellers = dict.fromkeys(map(seller_of, products))
        for name in self.pricing_of:
            if name not in sellers:
                msg = f"pricing_of names {name!r}, {_sells_nothing(name, sellers)}"
                raise ValueError(msg)
        for name in sellers:
            own = [product for product in products if seller_of(product) == name]
            pricing = self.pricing_of.get(name, self.pricing)
            pricing.verify(own)
            verify_classes(name, pricing, products)
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
        self._verify_sellers(sellers)
        self._verify_fences(products)
        self._verify_days(products)
        self._verify_markets(products)
        shares = [c for c in self.coupons if c.stackable and c.percent_ppm]
        if len(shares) > SHARES_STACKED_MAX:
            msg = f"at most {SHARES_STACKED_MAX} coupons with percent_ppm may be "
            msg += f"stackable, not {len(shares)}"
            raise ValueError(msg)
        return self

    def _verify_sellers(self, sellers: Collection[str]) -> None:
        """Raise which segment minds a seller that there is not."""
        for segment in self.demand:
            for name in segment.choice.seller_penalty_milli or ():
                if name not in sellers:
                    msg = f"segment {segment.name} has {name!r} in its choice's "
                    msg += f"seller_penalty_milli, {_sells_nothing(name, sellers)}"
                    raise ValueError(msg)

    def _verify_fences(self, products: Sequence[Product]) -> None:
        """Raise which fence names a segment that there is not."""
        known = [segment.name for segment in self.demand]
        for product in products:
            for name in product.segments or ():
                if name not in known:
                    near = get_close_matches(name, known, n=1, cutoff=0.5)
                    hint = f"did you mean {near[0]!r}?" if near else "known: "
                    hint += "" if near else ", ".join(known) or "none"
                    msg = f"{product.id} may be bought by {name!r}, which is no "
                    raise ValueError(msg + f"segment; {hint}")

        refundable = any(product.refundable for product in products)
        for segment in self.demand:
            if segment.refundable_only and not refundable:
                msg = f"segment {segment.name} is refundable_only, and nothing that is "
                raise ValueError(msg + "for sale is refundable")

    def _verify_days(self, products: Sequence[Product]) -> None:
        """Raise which segment has a date that there is not, or too many buyers."""
        days = sorted(dict.fromkeys(product.day for product in products))
        dated = any(one.kind is DATE for one in self.trade.form)
        for segment in self.demand:
            if segment.shifts is not None and not dated:
                msg = f"segment {segment.name} has flexible_dates, and a search of "
                msg += f"{self.trade.name} has no date"
                raise ValueError(msg)
            for day in segment.by_date:
                if day not in days:
                    offers = self.trade.words.listings
                    msg = f"segment {segment.name} has {day} in by_date, and there are "
                    msg += f"no {offers} of that day; theirs are from {days[0]} to "
                    raise ValueError(msg + days[-1])
            for day in days:
                many = segment.most_expected_micro(segment.level_ppm(day)) // PPM
                if many > BUYERS_MOST:
                    msg = f"segment {segment.name} expects {many} buyers on {day}, by "
                    msg += f"by_weekday and by_date; at most {BUYERS_MOST} may be"
                    raise ValueError(msg)

    def _verify_markets(self, products: Sequence[Product]) -> None:
        """Raise which market a segment wants that there is not, or cannot be told."""
        if all(segment.markets is None for segment in self.demand):
            return
        groups = dict.fromkeys(product.group for product in products)
        markets = list(dict.fromkeys(map(market_name, groups)))
        for segment in self.demand:
            field = type(segment).model_fields["markets"].alias or "markets"
            said = markets_mistake(segment.markets or (), markets)
            if said is not None:
                key, what = said
                what = what.replace("{offers}", self.trade.words.listings)
                msg = f"segment {segment.name} has {key} in {field}, {what}"
                raise ValueError(msg)

    def pricing_for(self, product: Product) -> PricingConfig:
        """Return the pricing of a product: its seller's own, or that of all."""
        return self.pricing_of.get(seller_of(product), self.pricing)

    @model_serializer(mode="wrap")
    def _without_empty_tables(self, dump: SerializerFunctionWrapHandler) -> Any:
        data = dump(self)
        # Scenarios that are older than the table keep their digest.
        if not self.pricing_of:
            del data["pricing_of"]
        if self.denied_minor is None:
            data.pop("denied_minor", None)
        if self.demand_shocks == DemandShocks():
            data.pop("demand_shocks", None)
        return data
