"""The scenario: what a journal's header declares, made ready to check against."""

from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any, Final

from .curve import curve_at
from .draws import Luck
from .header import SHUFFLED, claims
from .lines import canonical

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

_UNITS: Final = ("_s", "_ms", "_days", "_minor", "_ppm")
"""What the names of numbers end in; so do those of lists in `_LISTS` and `_PAIRS`."""
_LISTS: Final = ("budgets_minor",)
_BY_NAME: Final = ("pricing_of",)
"""Tables whose keys are names, and say nothing of what they stand for."""
_PAIRS: Final = ("_curve", "outages_s")
"""What the names of lists of two numbers each end in."""

Card = dict[str, Any]


def share_of(minor: int, ppm: int) -> int:
    """Return a share of an amount, rounded half to even.

    >>> share_of(10_001, 500_000), share_of(10_003, 500_000)
    (5000, 5002)
    """
    whole, rest = divmod(minor * ppm, PPM)
    return whole + (2 * rest > PPM or (2 * rest == PPM and whole % 2))


def _minutes(moment: str) -> int:
    day = date.fromisoformat(moment[:10]).toordinal()
    return day * 1440 + int(moment[11:13]) * 60 + int(moment[14:16])


@dataclass(frozen=True, slots=True)
class DeclaredProduct:
    """One itinerary in one fare class."""

    index: int
    id: str
    itinerary: str
    airline: str
    base: int
    refundable: bool
    cancel_fee: int
    limit: int | None
    nest: tuple[int, ...]
    """Products of the itinerary, from the dearest class to the cheapest."""
    rank: int
    pools: tuple[int, ...]
    """Legs that a seat is taken from."""
    pair: tuple[str, str, str]
    depart_minute: int
    stops: int
    departs: int
    """On the market's clock, in milliseconds."""


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
        self.names: list[str] = [seat["name"] for seat in header["seats"]]
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
        self.capacity: list[int] = []
        self.pool_names: list[str] = []
        self.products: list[DeclaredProduct] = []
        self._pools: dict[tuple[str, str], int] = {}
        opens = _minutes(self.market["opens"])
        for flight in self.market["flights"]:
            self._add(flight, opens)
        self.by_id = {product.id: product for product in self.products}
        self.by_pair: dict[tuple[str, str, str], list[DeclaredProduct]] = {}
        for product in self.products:
            self.by_pair.setdefault(product.pair, []).append(product)
        self._verify_steps()
        self.last_departure = max(product.departs for product in self.products)
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
            for members in self.by_pair.values():
                leaving = {one.nest: one.departs for one in members}.values()
                come = sum(PPM - curve_at(left, departs) for departs in leaving)
                if come * segment["buyers_per_departure"] // len(leaving):
                    return True
        return False

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
        if self.market["warm_up"] != "simulate" or not self.segments:
            return 0
        first = min(product.departs for product in self.products)
        days: int = max(s["booking_curve"][-1][0] for s in self.segments.values())
        return min(0, first - days * DAY_MS)

    def down(self, now: int) -> bool:
        """Return whether the gateway lets nothing through at an instant."""
        for since, until in self.gateway["outages_s"]:
            if since * 1000 <= now < until * 1000:
                return True
        return False

    def _pool(self, leg: dict[str, Any]) -> int:
        name = (leg["flight"], leg["depart"])
        if name not in self._pools:
            self._pools[name] = len(self.capacity)
            self.capacity.append(leg["seats"])
            self.pool_names.append(f"{name[0]} of {name[1]}")
        return self._pools[name]

    def _add(self, flight: dict[str, Any], opens: int) -> None:
        legs, fares, first = flight["legs"], flight["fares"], len(self.products)
        departs = _minutes(legs[0]["depart"])
        for rank, fare in enumerate(fares):
            suffix = f"-{fare['code']}" if len(fares) > 1 else ""
            self.products.append(
                DeclaredProduct(
                    index=first + rank,
                    id=flight["id"] + suffix,
                    itinerary=flight["id"],
                    airline=flight["airline"],
                    base=fare["fare_minor"],
                    refundable=fare["refundable"],
                    cancel_fee=fare["cancel_fee_minor"],
                    limit=fare["booking_limit"],
                    nest=tuple(range(first, first + len(fares))),
                    rank=rank,
                    pools=tuple(dict.fromkeys(self._pool(leg) for leg in legs)),
                    pair=(legs[0]["from"], legs[-1]["to"], legs[0]["depart"][:10]),
                    depart_minute=departs % 1440,
                    stops=len(legs) - 1 + sum(leg["stops"] for leg in legs),
                    departs=(departs - opens) * 60_000,
                )
            )


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
