"""Reading a page of any trade: what differs between trades is found by its place.

A page, a cart and an order each have fields that are the same in every trade, and
one or two that the trade names: the offers, the units, an offer's name.
"""

from typing import Any, Final

__all__ = [
    "SEARCH",
    "SELECT",
    "offer_named",
    "offers_of",
    "ordered_offers",
    "searched",
    "units_of",
    "whole_field",
]

SEARCH: Final = 0
"""Number of the verb that searches; its name differs between trades."""
SELECT: Final = 2
"""Number of the verb that selects."""

_PAGE: Final = frozenset(
    {
        *("view", "goal", "now", "deadline", "minutes_left", "turns_left", "currency"),
        *("forms", "last_action_result"),
        *("selected", "cart", "payment_state", "constraints", "team", "wallet"),
        *("orders", "messages", "last_action", "last_action_error", "legal_verbs"),
    }
)
_CART: Final = frozenset({"items", "coupons", "fees", "total"})
_ORDER: Final = frozenset(
    {
        *("order_id", "status", "total", "paid", "owed", "refunded", "refund_pending"),
        "instalments",
    }
)
_MONEY: Final = ("price", "cancel_fee")


def offers_of(observation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the offers on the page.

    >>> offers_of({"view": "search_results", "rooms": [{"id": "R1"}], "cart": {}})
    [{'id': 'R1'}]
    """
    return next((observation[key] for key in observation if key not in _PAGE), [])


def units_of(holder: dict[str, Any]) -> int:
    """Return how many units of each offer a cart or an order is for.

    >>> units_of({"items": [], "seats": 2, "coupons": [], "fees": [], "total": 0})
    2
    """
    known = _ORDER if "order_id" in holder else _CART
    own = [holder[key] for key in holder if key not in known]
    return next(value for value in own if type(value) is int)


def ordered_offers(order: dict[str, Any]) -> list[str]:
    """Return the names of the offers that an order is for."""
    own = [order[key] for key in order if key not in _ORDER]
    return next(value for value in own if type(value) is list)


def offer_named(item: dict[str, Any]) -> str:
    """Return the name of the offer that an item of a cart is.

    >>> offer_named({"flight_id": "UA58", "price": 742})
    'UA58'
    """
    return str(next(item[key] for key in item if key != "price"))


def searched(observation: dict[str, Any]) -> bool:
    """Return whether the last action was a search."""
    return str(observation["last_action"]).startswith("search_")


def whole_field(observation: dict[str, Any]) -> str | None:
    """Return a field of the offers that counts something other than money or stock.

    >>> whole_field({"flights": [{"id": "A", "price": 9, "stops": 1}]})
    'stops'
    """
    for offer in offers_of(observation)[:1]:
        for name, value in offer.items():
            if type(value) is int and name not in _MONEY and not name.endswith("_left"):
                return name
    return None
