"""Searching, filtering and choosing among offers."""

from typing import Any

from ..marketplace import Marketplace
from ..money import show
from .visitor import ShownOffer, Visitor

__all__ = ["filter_results", "product_named", "search", "select"]

RESULTS_MAX = 60
"""Offers on a results page, cheapest first."""

_NAMES = 6
"""Values that are told when none of them is the one that was asked for."""

LEFT_SHOWN = 9
"""Real shops tell what is left only when it is little."""


def search(
    market: Marketplace, visitor: Visitor, args: dict[str, Any], _cause: int
) -> None:
    """Load the results page for the form, as changed by the arguments."""
    form = {**visitor.form, **args}
    visitor.form = form
    results: list[ShownOffer] = []
    for price, j in market.price_order.of(tuple(form.values())):
        left = market.on_sale(j)
        if left >= visitor.party:
            results.append(ShownOffer(j, price, left))
            if len(results) == RESULTS_MAX:
                break
    visitor.shown = visitor.results = results
    visitor.filters = {}
    visitor.selected = None
    visitor.view = "search_results"


def no_results(market: Marketplace) -> str:
    """Return why nothing can be done with results: there are none."""
    return f"there are no results yet: use {market.world.trade.words.search} first"


def searched(
    market: Marketplace, visitor: Visitor, _args: dict[str, Any]
) -> str | None:
    """Return why results cannot be filtered."""
    if visitor.results is None:
        return no_results(market)
    return None


def filter_results(
    market: Marketplace, visitor: Visitor, args: dict[str, Any], _cause: int
) -> None:
    """Show only the results that pass the given filters (they replace old ones).

    Filters that leave nothing of a page say so, in the page's error line.
    """
    visitor.filters = dict(args)
    products, passes = market.catalog.products, market.world.trade.passes
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


def _emptied(
    market: Marketplace, results: list[ShownOffer], wanted: dict[str, Any]
) -> str:
    """Say which filters left nothing of a page."""
    products, trade = market.catalog.products, market.world.trade
    alone = {
        name: value
        for name, value in wanted.items()
        if not any(
            trade.passes(products[offer.product], offer.price_minor, {name: value})
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
    for one in trade.filters:
        if one.fact and one.argument.name in alone:
            here = sorted({products[o.product].facts[one.fact] for o in results})
            more = f" and {len(here) - _NAMES} more" if len(here) > _NAMES else ""
            text += f"; {one.fact}s here: {', '.join(here[:_NAMES])}{more}"
    return text


def product_named(
    market: Marketplace, visitor: Visitor, name: str
) -> ShownOffer | None:
    """Return the offer on the visitor's page that has this name."""
    product = market.catalog.by_id.get(name)
    if product is None:
        return None
    for offer in visitor.shown:
        if offer.product == product.index:
            return offer
    return None


def on_page(market: Marketplace, visitor: Visitor, args: dict[str, Any]) -> str | None:
    """Return why this offer cannot be selected."""
    if visitor.results is None:
        return no_results(market)
    words = market.world.trade.words
    name = args[words.offer_id]
    if product_named(market, visitor, name) is None:
        return f"no {words.offer} {name!r:.40} is on the results page"
    return None


def select(
    market: Marketplace, visitor: Visitor, args: dict[str, Any], _cause: int
) -> None:
    """Mark one offer of the page."""
    name = args[market.world.trade.words.offer_id]
    visitor.selected = market.catalog.by_id[name].index
    visitor.view = "search_results"
