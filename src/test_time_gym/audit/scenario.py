"""The scenario: what a journal's header declares, made ready to check against."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final

from test_time_gym.market.catalog import Group, Product
from test_time_gym.scenarios.trades import parts_of

from .bases import base_of
from .curve import curve_at
from .draws import Luck
from .header import SHUFFLED, claims
from .levels import level_ppm
from .lines import canonical
from .verbs import DeclaredVerbs

__all__ = [
    "DAY_MS",
    "MINUTE_MS",
    "PPM",
    "Card",
    "DeclaredProduct",
    "DeclaredScenario",
    "share_of",
]

DAY_MS: Final = 86_400_000
MINUTE_MS: Final = 60_000
PPM: Final = 1_000_000

_CARD: Final = {
    "brand": "visa",
    "challenge_ppm": 0,
    "frictionless_ppm": 0,
    "soft_decline_ppm": 0,
    "hard_decline_ppm": 0,
    "soft_declines_first": 0,
    "limit_minor": None,
    "reply_lost_ppm": 0,
    "code_lost_ppm": 0,
}
_TEST_CARDS: Final[dict[str, dict[str, int]]] = {
    "tok_ok": {},
    "tok_3ds": {"challenge_ppm": PPM},
    "tok_decline_soft": {"soft_declines_first": 1},
    "tok_decline_hard": {"hard_decline_ppm": PPM},
    "tok_insufficient_funds": {"limit_minor": 0},
    "tok_timeout": {"reply_lost_ppm": PPM},
}
"""Cards that every scenario knows, as docs/scenarios.md describes them."""

_PARTS_MAX: Final = 24
"""Most parts of a plan; interest on a number from a stranger could take for ever."""

_UNITS: Final = ("_s", "_ms", "_days", "_minor", "_ppm", "_per_day")
"""What the names of numbers end in; so do those of lists in `_LISTS` and `_PAIRS`."""
_LISTS: Final = ("budgets_minor", "chances_ppm", "dcp_days")
_BY_NAME: Final = ("pricing_of",)
"""Tables whose keys are names, and say nothing of what they stand for."""
_PAIRS: Final = ("_curve", "outages_s")
"""What the names of lists of two numbers each end in."""

_PROGRAM: Final = "program"

Card = dict[str, Any]


def share_of(minor: int, ppm: int) -> int:
    """Return a share of an amount, rounded half to even.

    >>> share_of(10_001, 500_000), share_of(10_003, 500_000)
    (5000, 5002)
    """
    whole, rest = divmod(minor * ppm, PPM)
    return whole + (2 * rest > PPM or (2 * rest == PPM and whole % 2))


def _without_programs(scenario: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario in which no program of a user's own decides for a seller.

    No file can declare one; what it decided is held to its floor and ceiling.
    """
    own: dict[str, Any] = scenario["market"].get("pricing_of", {})
    if all(table.get("kind") != _PROGRAM for table in own.values()):
        return scenario
    kept = {name: one for name, one in own.items() if one.get("kind") != _PROGRAM}
    return scenario | {"market": scenario["market"] | {"pricing_of": kept}}


@dataclass(frozen=True, slots=True)
class DeclaredProduct:
    """One listing at one rate."""

    index: int
    id: str
    listing: str
    seller: str
    rate: str
    base: int
    refundable: bool
    cancel_fee: int
    limit: int | None
    nest: tuple[int, ...]
    """Products of the listing, from the dearest rate to the cheapest."""
    rank: int
    pools: tuple[int, ...]
    """Pools that a unit is taken from."""
    group: Group
    day: str
    facts: Mapping[str, Any]
    closes: int
    """When its listing is sold no longer, on the market's clock, in milliseconds."""
    sale_ends: int
    """When it is sold no longer itself: before that, if it has to be bought early."""
    segments: tuple[str, ...] | None
    """Background buyers who may buy it; None: all."""
    cancel_ppm_per_day: int | None
    """Of background bookings, the share cancelled in a day; None: as segments say."""
    no_show_ppm: int | None
    """Of those that stand at the closing, the share of no-shows; None: likewise."""
    go_shows_milli: int
    """How many are expected to come without a booking, in thousandths."""


class DeclaredScenario:
    """A scenario with its seats.

    Args:
        header: data of record 0.
        start: time of record 0.

    Raises:
        KeyError, TypeError, ValueError, …: it does not declare a scenario.
    """

    def __init__(self, header: dict[str, Any], start: int) -> None:
        """Read the header."""
        scenario = header["scenario"]
        _verify_numbers(scenario)
        self._parent = header["parent"]
        self.luck = Luck(header["seed"])
        self.start = start
        self.window: int = header["window_ms"]
        self.digest_every: int = header["digest_every"]
        self.shuffled: bool = header["tie_rule"] == SHUFFLED
        self.market: dict[str, Any] = scenario["market"]
        self.task: dict[str, Any] = scenario["task"]
        self.reward: dict[str, int] = scenario["reward"]
        turns = scenario["turns"]
        own: int | None = header["max_turns"]
        self.max_turns: int = turns["max_turns"] if own is None else own
        self.click, self.page = turns["click_ms"], turns["page_ms"]
        seats = header["seats"]
        self.names: list[str] = [one["name"] for one in seats if "role" not in one]
        self.sellers: list[str] = [one["name"] for one in seats if "role" in one]
        self.deadline: int = self.task["deadline_s"] * 1000
        self.party: int = self.task["party"]
        self.select_first: bool = self.market["storefront"]["select_first"]
        self.gateway: dict[str, Any] = self.market["gateway"]
        self.timeout: int = self.gateway["client_timeout_s"] * 1000
        self.money_back: int = self.gateway["money_back_after_s"] * 1000
        self.keys_count: int = self.gateway["keys_expire_s"] * 1000
        self.ttl: int = self.market["holds"]["ttl_s"] * 1000
        self.quota: int = self.market["holds"]["per_visitor"]
        self.coupons: dict[str, Any] = {c["code"]: c for c in self.market["coupons"]}
        self.fees: list[dict[str, Any]] = self.market["fees"]
        self.instalments: dict[str, Any] = self.market["instalments"]
        self.retries: dict[str, Any] = self.market["retries"]
        self.segments = {s["name"]: s for s in self.market["demand"]}
        self.cards: dict[str, Card] = {
            token: {**_CARD, **law} for token, law in _TEST_CARDS.items()
        }
        for card in self.market["cards"]:
            self.cards[card["token"]] = {**_CARD, **card}
        self._verify_steps()
        declared, self.tasks = parts_of(
            _without_programs(scenario), "the header's scenario"
        )
        self.trade, self.verbs = declared.trade, DeclaredVerbs(declared.trade)
        catalog = declared.catalog()
        self.capacity, self.pool_names = catalog.capacity, catalog.pool_names
        self.authorised: list[int] = catalog.authorised
        self.products = [_product(one) for one in catalog.products]
        self.by_id = {product.id: product for product in self.products}
        self.by_group: dict[Group, list[DeclaredProduct]] = {}
        for product in self.products:
            self.by_group.setdefault(product.group, []).append(product)
        self.last_closing = catalog.last_closing_ms
        self._bases = {one.name: (one.markets, _usual(one)) for one in declared.demand}
        self._come = [(one.booking_curve[-1][0], one.wants) for one in declared.demand]
        self.claims = (
            *claims(header),
            ("its scenario has the digest that it says", _digest_fits(header)),
            ("it begins when its market opens", start == self._first_instant()),
        )
        """What the header says of itself, and whether that is true."""

    @property
    def opening_drawn(self) -> bool:
        """Whether seats may have been sold before the first record."""
        if self.market["warm_up"] != "draw":
            return False
        for segment in self.market["demand"]:
            left = [(days * DAY_MS, y) for days, y in segment["booking_curve"]]
            for members in self.by_group.values():
                closing = {one.nest: one.closes for one in members}.values()
                come = sum(PPM - curve_at(left, closes) for closes in closing)
                come *= level_ppm(segment, members[0].day)
                many = self.buyers(segment["name"], members[0].group)
                if come * many // (PPM * len(closing)):
                    return True
        return False

    def buyers(self, segment: str, group: Group) -> int:
        """Return how many of a segment are expected in a group on a usual day."""
        markets, usual = self._bases[segment]
        return base_of(markets, group, usual)

    def group_of(self, data: Mapping[str, Any], product: DeclaredProduct) -> Group:
        """Return what a background buyer came for: the group told, if there is one.

        Args:
            data: of a record of it.
            product: that the record tells of.
        """
        told: Group = tuple(data.get("group", ()))
        return told if told in self.by_group else product.group

    def comes_for(self, segment: str, group: Group) -> bool:
        """Return whether a segment comes for a group's market, as far as it says."""
        return self._bases[segment][0] is None or self.buyers(segment, group) > 0

    @cached_property
    def oversells(self) -> bool:
        """Whether more may be sold of anything than there is."""
        pricings = [self.market["pricing"], *self.market.get("pricing_of", {}).values()]
        policies = any(one["kind"] == "overbook" for one in pricings)
        return policies or self.authorised != self.capacity

    def _verify_steps(self) -> None:
        """Raise where something would take for ever.

        Raises:
            ValueError: prices are looked at all the time, or a plan has many parts.
        """
        own = self.market.get("pricing_of", {})
        steps = [
            pricing.get(name, 1)
            for pricing in (self.market["pricing"], *own.values())
            for name in ("reprice_every_s", "round_to_minor")
        ]
        counts = self.instalments["counts"]
        if min(steps) < 1 or any(not 1 < count <= _PARTS_MAX for count in counts):
            msg = "it sets steps of prices, or numbers of parts, out of bounds"
            raise ValueError(msg)

    @property
    def forked_at(self) -> int:
        """How many records are shared with the parent of a fork."""
        past = self._parent["n"] if self._parent else 0
        return past if type(past) is int else 0

    def _first_instant(self) -> int:
        """Return when the market opens, its warm-up included if it is played out."""
        if self.market["warm_up"] != "simulate":
            return 0
        # Of each segment: from how many days before a closing on, for which groups.
        begins = [
            min(product.closes for product in members) - days * DAY_MS
            for days, wants in self._come
            for group, members in self.by_group.items()
            if wants(group)
        ]
        return min(0, *begins) if begins else 0

    def down(self, now: int) -> bool:
        """Return whether the gateway lets nothing through at an instant."""
        for since, until in self.gateway["outages_s"]:
            if since * 1000 <= now < until * 1000:
                return True
        return False


def _product(one: Product) -> DeclaredProduct:
    return DeclaredProduct(
        index=one.index,
        id=one.id,
        listing=one.listing_id,
        seller=one.seller,
        rate=one.rate,
        base=one.base_minor,
        refundable=one.refundable,
        cancel_fee=one.cancel_fee_minor,
        limit=one.booking_limit,
        nest=one.nest,
        rank=one.rank,
        pools=one.pools,
        group=one.group,
        day=one.day,
        facts=one.facts,
        closes=one.closes_at_ms,
        sale_ends=one.sale_ends_ms,
        segments=one.segments,
        cancel_ppm_per_day=one.cancel_ppm_per_day,
        no_show_ppm=one.no_show_ppm,
        go_shows_milli=one.go_shows_milli,
    )


def _usual(segment: Any) -> int:
    """Return a segment's usual number; 1 where its count has a mean of its own."""
    own: int = getattr(segment.count, "mean_milli", 0)
    usual: int | None = segment.buyers_per_group
    return min(own, 1) if usual is None else usual


def _verify_numbers(scenario: Any) -> None:
    """Raise where a text or a list stands for a number.

    A product of either and a number is as long as a stranger likes.

    Raises:
        ValueError: it does.
    """
    waiting = [("", scenario)]
    while waiting:
        name, value = waiting.pop()
        pairs = name.endswith(_PAIRS)
        if type(value) is dict:
            sound = not name.endswith(_UNITS)
            # Sellers may be called as they like.
            named = name in _BY_NAME
            waiting += [("" if named else key, value[key]) for key in value]
        elif type(value) is list:
            sound = pairs or name in _LISTS or not name.endswith(_UNITS)
            if pairs:
                sound = all(_is_pair(row) for row in value)
            elif name in _LISTS:
                sound = all(type(one) is int for one in value)
            else:
                waiting += [("", one) for one in value]
        else:
            sound = type(value) is int or value is None or not name.endswith(_UNITS)
        if not sound:
            msg = f"{name} is no number where one belongs"
            raise ValueError(msg)


def _is_pair(row: object) -> bool:
    return type(row) is list and tuple(map(type, row)) == (int, int)


def _digest_fits(header: dict[str, Any]) -> bool:
    digest = blake2b(canonical(header["scenario"]), digest_size=16).hexdigest()
    return bool(header["scenario_digest"] == digest)
