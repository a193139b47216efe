"""Searching, filtering and choosing among offers."""

from typing import Any

from ..catalog import Product, minutes_of_day
from ..marketplace import Marketplace
from ..money import show
from .visitor import Shown, Visitor

__all__ = ["filter_results", "product_named", "search_flights", "select_flight"]

RESULTS_MAX = 60
"""Offers on a results page, cheapest first."""

_NAMES = 6
"""Airlines that are told when none of them is the one that was asked for."""

SEATS_LEFT_SHOWN = 9
"""Real shops tell the seats left only when they are few."""


def search_flights(
    market: Marketplace, visitor: Visitor, args: dict[str, Any], _cause: int
) -> None:
    """Load the results page for the form, as changed by the arguments."""
    form = {**visitor.form, **args}
    visitor.form = form
    members = market.catalog.by_city_pair.get(
        (form["from"], form["to"], form["date"]), ()
    )
    found = []
    for j in members:
        seats = market.on_sale(j)
        if seats >= visitor.party:
            found.append((market.prices[j], j, seats))
    found.sort()
    visitor.results = [
        Shown(j, price, seats) for price, j, seats in found[:RESULTS_MAX]
    ]
    visitor.shown = visitor.results
    visitor.filters = {}
    visitor.selected = None
    visitor.view = "search_results"


def searched(_m: Marketplace, visitor: Visitor, _args: dict[str, Any]) -> str | None:
    """Return why results cannot be filtered."""
    if visitor.results is None:
        return "there are no results yet: use search_flights first"
    return None


def filter_results(
    market: Marketplace, visitor: Visitor, args: dict[str, Any], _cause: int
) -> None:
    """Show only the results that pass the given filters (they replace old ones).

    Filters that leave nothing of a page say so, in the page's error line.
    """
    visitor.filters = dict(args)
    products = market.catalog.products
    results = visitor.results or []
    visitor.shown = [
        offer
        for offer in results
        if passes(products[offer.product], offer.price_minor, args)
    ]
    visitor.selected = None
    visitor.view = "search_results"
    if results and not visitor.shown:
        visitor.last_error = ("no_results", _emptied(market, results, args))


def _emptied(market: Marketplace, results: list[Shown], wanted: dict[str, Any]) -> str:
    """Say which filters left nothing of a page."""
    products = market.catalog.products
    alone = {
        name: value
        for name, value in wanted.items()
        if not any(
            passes(products[offer.product], offer.price_minor, {name: value})
            for offer in results
        )
    }
    exponent = market.world.exponent
    shown = {
        name: show(value, exponent) if name == "max_price" else value
        for name, value in (alone or wanted).items()
    }
    told = ", ".join(f"{name} {value!r:.60}" for name, value in shown.items())
    text = f"none of the {len(results)} results passes {told}"
    if not alone:
        text += " together"
    if "airline" in alone:
        names = sorted({products[offer.product].airline for offer in results})
        more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        text += f"; airlines here: {', '.join(names[:_NAMES])}{more}"
    return text


def passes(product: Product, price_minor: int, wanted: dict[str, Any]) -> bool:
    """Return whether an offer meets constraints or filters.

    ``wanted`` may hold ``depart_after`` and ``depart_before`` (``HH:MM``, both
    inclusive), ``max_stops``, ``airline`` (its case does not matter) and
    ``max_price`` (minor units).
    """
    after, before = wanted.get("depart_after"), wanted.get("depart_before")
    stops, airline = wanted.get("max_stops"), wanted.get("airline")
    limit = wanted.get("max_price")
    return (
        (after is None or product.depart_minute >= minutes_of_day(after))
        and (before is None or product.depart_minute <= minutes_of_day(before))
        and (stops is None or product.stops <= stops)
        and (airline is None or product.airline.casefold() == airline.casefold())
        and (limit is None or price_minor <= limit)
    )


def product_named(market: Marketplace, visitor: Visitor, name: str) -> Shown | None:
    """Return the offer on the visitor's page that has this flight_id."""
    product = market.catalog.by_id.get(name)
    if product is None:
        return None
    for offer in visitor.shown:
        if offer.product == product.index:
            return offer
    return None


def on_page(market: Marketplace, visitor: Visitor, args: dict[str, Any]) -> str | None:
    """Return why this flight cannot be selected."""
    if visitor.results is None:
        return "there are no results yet: use search_flights first"
    if product_named(market, visitor, args["flight_id"]) is None:
        return f"no flight {args['flight_id']!r:.40} is on the results page"
    return None


def select_flight(
    market: Marketplace, visitor: Visitor, args: dict[str, Any], _cause: int
) -> None:
    """Mark one offer of the page."""
    visitor.selected = market.catalog.by_id[args["flight_id"]].index
    visitor.view = "search_results"
