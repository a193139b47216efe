"""Conflicts: settings that cannot stand together, and which of them gives way.

Each setting of a world is drawn by itself, and a scenario refuses some of them
together.  What is left here is always a scenario.
"""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from .parts import Data

__all__ = ["give_way"]


def give_way(market: Data) -> None:
    """Take out of drawn settings what the others do not allow.

    Args:
        market: the settings of a market, which are changed.
    """
    _sellers(market)
    _go_shows(market["flights"])
    for segment in market.get("demand", []):
        _days_and_pairs(segment, market["flights"])
        _counts(segment)
        _patterns(segment)
        _disliked(segment, market["flights"])
        if not _gives_back(market["flights"]):
            segment.pop("refundable_only", None)
        if _oversells(market):
            segment.pop("party_sizes", None)
    # Openings are drawn for single buyers alone who come by Poisson's law.
    if market.get("warm_up") == "draw" and _is_no_plain_demand(market):
        market["warm_up"] = "simulate"


def _sellers(market: Data) -> None:
    """Who sells nothing has no prices, and a class that nobody sells no forecast."""
    flights = market["flights"]
    sold = {fare["code"]: True for flight in flights for fare in flight["fares"]}
    kept = {}
    for name, pricing in market.get("pricing_of", {}).items():
        own = [flight for flight in flights if flight["airline"] == name]
        _only_classes(pricing, sold)
        if own and _FITS.get(pricing["kind"], _always)(own):
            kept[name] = pricing
    market["pricing_of"] = kept
    common = market.get("pricing", {})
    behind = common.get("policy")
    _only_classes(behind if isinstance(behind, dict) else common, sold)


def _only_classes(pricing: Data, sold: Data) -> None:
    """Leave out of a policy's tables the classes that nobody sells."""
    for table in ("forecasts", "rungs"):
        if table in pricing:
            pricing[table] = [one for one in pricing[table] if one["class"] in sold]
    if "sets" in pricing:
        pricing["sets"] = [
            one
            for one in pricing["sets"]
            if all(code in sold for code in one["classes"])
        ]


def _have_classes(count: int) -> Callable[[Sequence[Data]], bool]:
    return lambda flights: all(len(one["fares"]) == count for one in flights)


def _have_one_leg(flights: Sequence[Data]) -> bool:
    return all(len(one["legs"]) == 1 for one in flights)


def _always(_flights: Sequence[Data]) -> bool:
    return True


_FITS: Final[dict[str, Callable[[Sequence[Data]], bool]]] = {
    "littlewood": _have_classes(2),
    "efficient_sets": _have_one_leg,
    "gallego_van_ryzin": _have_classes(1),
    "logit_best_response": _have_classes(1),
    "edgeworth": _have_classes(1),
}
"""Policies that are not for every seller: for whose flights they are."""


def _days_and_pairs(segment: Data, flights: Sequence[Data]) -> None:
    """Nobody can come for a day or a city pair that no flight has."""
    days = [flight["legs"][0]["depart"].partition("T")[0] for flight in flights]
    dates = segment.get("by_date", {})
    segment["by_date"] = {day: dates[day] for day in dates if day in days}
    pairs = [f"{one['legs'][0]['from']}-{one['legs'][-1]['to']}" for one in flights]
    told = segment.get("pairs") or ()
    wanted = [key for key in told if any(fnmatchcase(one, key) for one in pairs)]
    table = isinstance(told, dict)
    segment["pairs"] = ({k: told[k] for k in wanted} if table else wanted) or None


def _patterns(segment: Data) -> None:
    """A table with patterns takes the place of the usual number, where one can be."""
    table, count = segment.get("pairs"), segment.get("count")
    if not isinstance(table, dict):
        return
    if isinstance(count, dict) and count.get("mean_milli") == 0:
        # A deviation from 0 is no part of it, and cannot follow other numbers.
        segment["pairs"] = None
    elif any("*" in key for key in table):
        segment.pop("buyers_per_departure", None)


def _go_shows(flights: Sequence[Data]) -> None:
    """Who comes without a booking can take a seat of one leg only."""
    for flight in flights:
        if len(flight["legs"]) > 1:
            for fare in flight["fares"]:
                fare.pop("go_shows_milli", None)


def _gives_back(flights: Sequence[Data]) -> bool:
    return any(fare.get("refundable") for one in flights for fare in one["fares"])


def _disliked(segment: Data, flights: Sequence[Data]) -> None:
    """Who sells nothing is not minded."""
    choice = segment["choice"]
    if isinstance(choice, dict) and choice.get("seller_penalty_milli"):
        sellers = [flight["airline"] for flight in flights]
        minded = choice["seller_penalty_milli"].items()
        choice["seller_penalty_milli"] = {
            name: milli for name, milli in minded if name in sellers
        }


def _counts(segment: Data) -> None:
    """A normal count has a mean of its own."""
    count = segment.get("count")
    if isinstance(count, dict) and count["kind"] == "rounded_normal":
        segment.pop("buyers_per_departure", None)


def _oversells(market: Data) -> bool:
    """Nobody says who of a party is denied boarding."""
    legs = [leg for flight in market["flights"] for leg in flight["legs"]]
    return market.get("pricing", {}).get("kind") == "overbook" or any(
        "authorised" in leg for leg in legs
    )


def _is_no_plain_demand(market: Data) -> bool:
    return bool(market.get("demand_shocks")) or any(
        map(_is_special, market.get("demand", []))
    )


def _is_special(segment: Data) -> bool:
    sizes: list[Any] = segment.get("party_sizes", [])
    patience = segment.get("patience") or {"times": 0}
    flexible = segment.get("flexible_dates") or {"days": 0}
    return (
        patience["times"] > 0
        or flexible["days"] > 0
        or segment.get("count", "poisson") != "poisson"
        or len(sizes) > 1
        or segment.get("by_hour") is not None
    )
