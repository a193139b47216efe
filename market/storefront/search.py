"""Searching, filtering and choosing among offers."""

from typing import Any

from ..catalog import Product, minutes_of_day
from ..marketplace import Marketplace
from .visitor import Shown, Visitor

__all__ = ["filter_results", "product_named", "search_flights", "select_flight"]

RESULTS_MAX = 60
"""Offers on a results page, cheapest first."""

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
    """Show only the results that pass the given filters (they replace old ones)."""
    visitor.filters = dict(args)
    products = market.catalog.products
    visitor.shown = [
        offer
        for offer in visitor.results or []
        if passes(products[offer.product], offer.price_minor, args)
    ]
    visitor.selected = None
    visitor.view = "search_results"


def passes(product: Product, price_minor: int, wanted: dict[str, Any]) -> bool:
    """Return whether an offer meets constraints or filters.

    ``wanted`` may hold ``depart_after`` and ``depart_before`` (``HH:MM``, both
    inclusive), ``max_stops``, ``airline`` and ``max_price`` (minor units).
    """
    after, before = wanted.get("depart_after"), wanted.get("depart_before")
    stops, airline = wanted.get("max_stops"), wanted.get("airline")
    limit = wanted.get("max_price")
    return (
        (after is None or product.depart_minute >= minutes_of_day(after))
        and (before is None or product.depart_minute <= minutes_of_day(before))
        and (stops is None or product.stops <= stops)
        and (airline is None or product.airline == airline)
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
