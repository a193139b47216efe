"""Shops: what a results page offers, on which day, and what may be paid for it."""

from typing import Any, NamedTuple

from test_time_gym.agents.page import units_of

from .constraints import fits, name_of
from .page import offers_of
from .vocabulary import Vocabulary

__all__ = [
    "Offering",
    "Results",
    "asked",
    "budget_of",
    "markup_of",
    "shop_of",
    "units_asked",
]


class Offering(NamedTuple):
    """One offer of a page."""

    name: Any
    price: float
    row: dict[str, Any]
    """All that the page says of it."""
    fits: bool
    """Whether it breaks none of the task's constraints, its price aside."""


class Results(NamedTuple):
    """A results page."""

    group: str
    """What is looked for, apart from the day."""
    day: str
    days: tuple[str, ...]
    """Days that will do, the one of the form first."""
    offers: tuple[Offering, ...]
    budget: float
    """For one unit, as a page shows prices."""
    wanted: dict[str, Any]
    """The task's constraints."""


def shop_of(
    observation: dict[str, Any], words: Vocabulary, task: dict[str, Any]
) -> Results:
    """Return what a page offers.

    Args:
        observation: the page.
        words: of its trade.
        task: the first page of the episode.
    """
    forms, wanted = observation["forms"], observation["constraints"]
    day = str(forms.get(words.day, ""))
    own = str(task["forms"].get(words.day, ""))
    others = [str(one) for one in wanted.get("dates", ()) if str(one) != own]
    group = " ".join([str(v) for k, v in forms.items() if k != words.day])
    offers = [
        Offering(name_of(one), float(one.get("price", 0)), one, fits(one, wanted))
        for one in offers_of(observation)
    ]
    budget = budget_of(observation) / units_of(observation["cart"])
    return Results(group, day, (own, *others), tuple(offers), budget, wanted)


def units_asked(observation: dict[str, Any]) -> int:
    """Return how many units of an offer the task asks for."""
    return units_of(observation["cart"])


def budget_of(observation: dict[str, Any]) -> float:
    """Return what may be paid in all: the own share, less what is lost already."""
    lost = sum(
        float(one["owed"])
        for one in observation["orders"]
        if one["status"] != "ticketed"
    )
    members = 1 + len(observation["team"])
    return float(observation["constraints"]["budget"]) / members - lost


def markup_of(observation: dict[str, Any]) -> tuple[Any, float, float] | None:
    """Return what is in the cart, its price for one unit, and the total by that price.

    None, if it is not one thing.
    """
    cart = observation["cart"]
    if len(cart["items"]) != 1:
        return None
    name, price, *_ = cart["items"][0].values()
    price, total = float(price), float(cart["total"])
    if price <= 0 or total <= 0:
        return None
    return name, price, total / price / units_of(cart)


def asked(observation: dict[str, Any]) -> float | None:
    """Return what is to be paid as far as the page tells, or None.

    It is the cart's total or, as long as nothing is in the cart, the least price of
    the offers that fit the task.
    """
    cart, wanted = observation["cart"], observation["constraints"]
    if cart["items"]:
        return float(cart["total"])
    prices = [
        float(one.get("price", 0))
        for one in offers_of(observation)
        if fits(one, wanted)
    ]
    return min([price for price in prices if price > 0], default=None)
