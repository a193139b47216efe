"""Reading a page: its features, what makes two pages the same, and what contradicts.

A reader knows which field of an observation holds what, as anyone who can read does.
It knows nothing of the way to a ticket.
"""

from collections.abc import Callable
from typing import Any, Final

from .skill import Page

__all__ = [
    "COARSE_MINUTES",
    "context_of",
    "contradictions",
    "features",
    "fits",
    "holds",
    "refused",
    "signature",
]

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
    """Return which constraints what is in the cart breaks, as far as one can see.

    The total is held against the budget, and each offer in the cart, if it is on the
    page, against the other constraints.
    """
    cart, wanted = observation["cart"], observation["constraints"]
    if not cart["items"]:
        return []
    found = []
    if float(cart["total"]) > float(wanted["budget"]):
        found.append("budget")
    limits = [(name, wanted[name]) for name in wanted if name in _BREAKS]
    if limits:
        shown = {_name(flight): flight for flight in observation["flights"]}
        for item in cart["items"]:
            flight = shown.get(_name(item), _ANY)
            found += [name for name, limit in limits if _BREAKS[name](flight, limit)]
    return found


def coarse_time(observation: dict[str, Any]) -> int:
    """Return the time left in steps of `COARSE_MINUTES`; the first ends not at once."""
    left: int = observation["minutes_left"]
    return (left - 1) // COARSE_MINUTES


def _name(thing: dict[str, Any]) -> Any:
    """Return what an offer is called, which every site writes in the first field."""
    return next(iter(thing.values()))


def fits(flight: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Return whether an offer contradicts no constraint of the task, its price aside.

    What it will cost in the end shows only in the cart: codes and fees are to come.
    """
    for name, limit in wanted.items():
        breaks = _BREAKS.get(name)
        if breaks is not None and breaks(flight, limit):
            return False
    return True


_Offer = dict[str, Any]
_ANY: Final[_Offer] = {}
"""An offer of which nothing is known: it breaks no constraint."""
_BREAKS: Final[dict[str, Callable[[_Offer, Any], bool]]] = {
    "depart_after": lambda offer, limit: offer.get("depart", limit) < limit,
    "depart_before": lambda offer, limit: offer.get("depart", limit) > limit,
    "max_stops": lambda offer, limit: offer.get("stops", limit) > limit,
    "airline": lambda offer, limit: (
        offer.get("airline", limit).casefold() != limit.casefold()
    ),
}
"""By constraint, whether an offer breaks it; of the budget only the cart tells."""


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
        tuple([(_name(f), f.get("price")) for f in observation["flights"]]),
        tuple([_name(item) for item in cart["items"]]),
        tuple(cart["coupons"]),
        len(observation["orders"]),
        coarse_time(observation),
    )
