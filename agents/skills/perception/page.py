"""Reading a page: its features, what makes two pages the same, and what contradicts.

A reader knows which field of an observation holds what, as anyone who can read does.
It knows nothing of the way to a ticket.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from test_time_gym.market.interface.observation import STATUSES, VIEWS

from .constraints import against, name_of
from .vocabulary import PAYING, all_offers, offers_key

__all__ = [
    "COARSE_MINUTES",
    "FEATURES",
    "NOTED",
    "Page",
    "asks_code",
    "contradictions",
    "core",
    "features",
    "forms",
    "holds",
    "is_offered",
    "item_names",
    "legal_verbs",
    "limits_of",
    "minutes_for_code",
    "offers_of",
    "page_signature",
    "payment_begun",
    "payment_of",
    "refused",
    "same_choice",
    "shown_offers",
    "task_terms",
    "too_dear",
    "trouble",
    "view_and_payment",
]


Page = dict[str, str]
"""Features of a page, as ``{"view": "cart", "payment": "none"}``."""
_SOME: Final = ("some", "none")
FEATURES: Final[Mapping[str, Collection[str]]] = {
    "view": VIEWS,
    "payment": STATUSES,
    "cart": _SOME,
    **dict.fromkeys(all_offers(), _SOME),
    "coupon": _SOME,
    "checks": ("agree", "contradict"),
    "trouble": (),
}
"""What each feature of a page can be; nothing: any word. See `features`."""
NOTED: Final = "contradictions"
"""Where a page holds what `Shield` found; no site writes it."""
_MINUTE_S: Final = 60
COARSE_MINUTES: Final = 10
"""Pages seen further apart than this are not the same, whatever they show."""


def features(observation: dict[str, Any]) -> Page:
    """Return what can be told of a page in a few words.

    ``view``; ``payment`` (its status); ``cart`` and ``flights`` (``some`` or
    ``none``; hotels are called ``hotels``); ``coupon`` (``some`` when one is applied,
    else ``none``); ``checks`` (``contradict`` when the cart breaks a constraint, else
    ``agree``); ``trouble`` (why a payment failed just now, or ``none``).
    """
    cart, offers = observation["cart"], offers_key(observation)
    paying = observation["last_action"] in PAYING
    return {
        "view": observation["view"],
        "payment": observation["payment_state"]["status"],
        "cart": "some" if cart["items"] else "none",
        offers: "some" if observation[offers] else "none",
        "coupon": "some" if cart["coupons"] else "none",
        "checks": "contradict" if contradictions(observation) else "agree",
        "trouble": (paying and trouble(observation)) or "none",
    }


def holds(condition: Page, page: Page) -> bool:
    """Return whether a page has all features that a condition asks for."""
    return condition.items() <= page.items()


def contradictions(observation: dict[str, Any]) -> list[str]:
    """Return what speaks against buying what is in the cart, as far as one can see.

    Where `Shield` has looked, it is what that found, from all pages of the episode;
    else what this page shows: see `against`.
    """
    noted: list[str] | None = observation.get(NOTED)
    shown = {name_of(one): one for one in offers_of(observation)}
    return against(observation, shown) if noted is None else noted


def too_dear(observation: dict[str, Any]) -> bool:
    """Return whether what is in the cart costs too much, with all codes and fees."""
    return "budget" in contradictions(observation)


def coarse_time(observation: dict[str, Any]) -> int:
    """Return the time left in steps of `COARSE_MINUTES`; the first ends not at once."""
    left: int = observation["minutes_left"]
    return (left - 1) // COARSE_MINUTES


def refused(observation: dict[str, Any]) -> bool:
    """Return whether the last action was refused.

    That filters left nothing of a page is told in the same place, and is no refusal.
    """
    return bool(trouble(observation))


def trouble(observation: dict[str, Any]) -> str:
    """Return the code of what was refused just now, or an empty text.

    That filters left nothing of a page is told in the same place, and is no refusal.
    """
    error = observation["last_action_error"]
    return "" if error is None or error["code"] == "no_results" else str(error["code"])


def offers_of(observation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the offers on a page."""
    found: list[dict[str, Any]] = observation[offers_key(observation)]
    return found


def page_signature(observation: dict[str, Any]) -> tuple[Any, ...]:
    """Return what makes a page the same again: all it shows but clocks and counts."""
    cart, payment = observation["cart"], observation["payment_state"]
    return (
        observation["view"],
        payment["status"],
        payment["card"],
        payment["instalments"],
        payment["attempts"],
        tuple(observation["forms"].values()),
        tuple([(name_of(f), f.get("price")) for f in offers_of(observation)]),
        tuple([name_of(item) for item in cart["items"]]),
        tuple(cart["coupons"]),
        len(observation["orders"]),
        coarse_time(observation),
    )


def core(observation: dict[str, Any]) -> tuple[Any, ...]:
    """Return what an action may have moved for good: cart, codes, orders."""
    cart = observation["cart"]
    return (
        item_names(observation),
        tuple(cart["coupons"]),
        observation["payment_state"]["instalments"],
        len(observation["orders"]),
        coarse_time(observation),
    )


def legal_verbs(observation: dict[str, Any]) -> list[str]:
    """Return the verbs that are possible on a page."""
    legal: list[str] = observation["legal_verbs"]
    return legal


def forms(observation: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of the search form, as they are filled in."""
    filled: dict[str, Any] = observation["forms"]
    return filled


def task_terms(observation: dict[str, Any]) -> dict[str, Any]:
    """Return what a task asks for: its form, and its constraints, by name."""
    return {**observation["forms"], **observation["constraints"]}


def limits_of(observation: dict[str, Any]) -> dict[str, Any]:
    """Return the constraints of the task, by name."""
    limits: dict[str, Any] = observation["constraints"]
    return limits


def item_names(observation: dict[str, Any]) -> tuple[Any, ...]:
    """Return the names of what is in the cart."""
    return tuple([name_of(item) for item in observation["cart"]["items"]])


def shown_offers(observation: dict[str, Any]) -> list[Any]:
    """Return the offers on a page: of each its first two fields, name and price."""
    return [tuple(offer.values())[:2] for offer in offers_of(observation)]


def is_offered(value: Any, observation: dict[str, Any]) -> bool:
    """Return whether a value is written on one of the offers of a page."""
    return any(value in offer.values() for offer in offers_of(observation))


def payment_begun(observation: dict[str, Any]) -> bool:
    """Return whether the payment page was reached."""
    return bool(observation["payment_state"]["status"] != "none")


def minutes_for_code(observation: dict[str, Any]) -> int | None:
    """Return how long one can wait for the code of a bank; None: it asks for none."""
    payment = observation["payment_state"]
    if payment["status"] != "requires_challenge":
        return None
    held: int = payment["hold_expires_in_s"] or 0
    return held // _MINUTE_S


def asks_code(page: Page) -> bool:
    """Return whether a bank asks for a code, from the features of a page."""
    return page["payment"] == "requires_challenge"


def payment_of(page: Page) -> str:
    """Return the status of the payment, from the features of a page."""
    return page["payment"]


def view_and_payment(page: Page) -> tuple[str, str]:
    """Return what is seen, and the status of the payment, from a page's features."""
    return page["view"], page["payment"]


def same_choice(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether the same offer is selected on two pages."""
    return bool(one.get("selected") == other.get("selected"))
