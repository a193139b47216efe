"""Reading a page: its features, what makes two pages the same, and what contradicts.

A reader knows which field of an observation holds what, as anyone who can read does.
It knows nothing of the way to a ticket.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from .skill import Page

__all__ = [
    "COARSE_MINUTES",
    "FILTER",
    "NOTED",
    "against",
    "beyond",
    "broken",
    "context_of",
    "contradictions",
    "features",
    "fits",
    "holds",
    "name_of",
    "refused",
    "signature",
]

_Offer = dict[str, Any]

NOTED: Final = "contradictions"
"""Where a page holds what `Shield` found; no site writes it."""
FILTER: Final = "filter_results"
"""The verb whose arguments are limits, as constraints are."""
COARSE_MINUTES: Final = 10
"""Pages seen further apart than this are not the same, whatever they show."""


def features(observation: dict[str, Any]) -> Page:
    """Return what can be told of a page in a few words.

    ``view``; ``payment`` (its status); ``cart`` and ``flights`` (``some`` or
    ``none``); ``coupon`` (``some`` when one is applied, else ``none``); ``checks``
    (``contradict`` when the cart breaks a constraint, else ``agree``).
    """
    cart = observation["cart"]
    return {
        "view": observation["view"],
        "payment": observation["payment_state"]["status"],
        "cart": "some" if cart["items"] else "none",
        "flights": "some" if observation["flights"] else "none",
        "coupon": "some" if cart["coupons"] else "none",
        "checks": "contradict" if contradictions(observation) else "agree",
    }


def context_of(page: Page) -> str:
    """Return a page's bucket: in it, choices are alike.

    >>> context_of({"view": "cart", "payment": "none", "cart": "some"})
    'cart/none/some'
    """
    return "/".join(page.values())


def holds(condition: Page, page: Page) -> bool:
    """Return whether a page has all features that a condition asks for."""
    return condition.items() <= page.items()


def contradictions(observation: dict[str, Any]) -> list[str]:
    """Return what speaks against buying what is in the cart, as far as one can see.

    Where `Shield` has looked, it is what that found, from all pages of the episode;
    else what this page shows: see `against`.
    """
    noted: list[str] | None = observation.get(NOTED)
    shown = {name_of(flight): flight for flight in observation["flights"]}
    return against(observation, shown) if noted is None else noted


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


def coarse_time(observation: dict[str, Any]) -> int:
    """Return the time left in steps of `COARSE_MINUTES`; the first ends not at once."""
    left: int = observation["minutes_left"]
    return (left - 1) // COARSE_MINUTES


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


def refused(observation: dict[str, Any]) -> bool:
    """Return whether the last action was refused.

    That filters left nothing of a page is told in the same place, and is no refusal.
    """
    error = observation["last_action_error"]
    return error is not None and error["code"] != "no_results"


def signature(observation: dict[str, Any]) -> tuple[Any, ...]:
    """Return what makes a page the same again: all it shows but clocks and counts."""
    cart, payment = observation["cart"], observation["payment_state"]
    return (
        observation["view"],
        payment["status"],
        payment["card"],
        payment["instalments"],
        tuple(observation["forms"].values()),
        tuple([(name_of(f), f.get("price")) for f in observation["flights"]]),
        tuple([name_of(item) for item in cart["items"]]),
        tuple(cart["coupons"]),
        len(observation["orders"]),
        coarse_time(observation),
    )
