"""Constraints: what of an offer or a cart breaks those of the task."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

__all__ = ["against", "beyond", "broken", "fits", "name_of"]

_Offer = dict[str, Any]


def against(observation: dict[str, Any], offers: dict[Any, _Offer]) -> list[str]:
    """Return what speaks against buying what is in the cart: names of constraints.

    The total, and what is owed for orders given back, is held against the share of
    the budget; each offer in the cart against the other constraints. A task is one
    purchase: a second offer in the cart is one too many (``items``), and an agent that
    holds a ticket needs no other (``orders``).

    Args:
        observation: the page.
        offers: by name, those that are known.
    """
    cart, wanted = observation["cart"], observation["constraints"]
    if not cart["items"]:
        return []
    found = []
    lost, held = 0.0, False
    for order in observation["orders"]:
        held = held or order["status"] == "ticketed"
        lost += float(order["owed"])
    members = 1 + len(observation["team"])
    if float(cart["total"]) + lost > float(wanted["budget"]) / members:
        found.append("budget")
    if len(cart["items"]) > 1:
        found.append("items")
    if held:
        found.append("orders")
    for item in cart["items"]:
        found += broken(offers.get(name_of(item), {}), wanted)
    return found


def name_of(thing: dict[str, Any]) -> Any:
    """Return what an offer is called, which every site writes in the first field."""
    return next(iter(thing.values()))


def fits(flight: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Return whether an offer contradicts no constraint of the task, its price aside.

    What it will cost in the end shows only in the cart: codes and fees are to come.
    """
    return not broken(flight, wanted)


def broken(offer: _Offer, wanted: dict[str, Any]) -> list[str]:
    """Return the constraints that an offer breaks, by their names.

    A constraint says in its name what it is about and in which sense: ``max_stops``,
    ``depart_after``, ``airline``. What an offer does not tell, it does not break.

    >>> broken({"stops": 1, "gate": "B2"}, {"max_stops": 0, "min_legroom": 80})
    ['max_stops']
    """
    found = []
    for name, limit in wanted.items():
        field, breaks = beyond(name)
        if field in offer and breaks(offer[field], limit):
            found.append(name)
    return found


def _less(value: Any, limit: Any) -> bool:
    ours, theirs = _ranked(value), _ranked(limit)
    return type(ours) is type(theirs) and bool(ours < theirs)


def _more(value: Any, limit: Any) -> bool:
    return _less(limit, value)


def _other(value: Any, limit: Any) -> bool:
    if value is None:
        return False
    if isinstance(limit, list):
        return value not in limit
    if isinstance(value, str) and isinstance(limit, str):
        return value.casefold() != limit.casefold()
    return bool(value != limit)


def _ranked(value: Any) -> Any:
    """Return a value as what it is compared by: amounts as numbers, times as texts."""
    if isinstance(value, str):
        return float(value) if value.replace(".", "", 1).isdecimal() else value
    return float(value) if isinstance(value, int) else value


_SENSES: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "after": _less,
    "min": _less,
    "before": _more,
    "max": _more,
}
"""By the word that says the sense of a limit, whether a value is beyond it."""


@lru_cache(maxsize=1024)
def beyond(name: str) -> tuple[str, Callable[[Any, Any], bool]]:
    """Return what a constraint is about, and whether a value breaks its limit.

    >>> about, breaks = beyond("depart_after")
    >>> about, breaks("08:10", "09:00"), breaks("09:00", "09:00")
    ('depart', True, False)
    """
    words = name.split("_")
    found = [_SENSES[word] for word in words if word in _SENSES]
    field = "_".join([word for word in words if word not in _SENSES])
    return field, found[0] if found else _other
