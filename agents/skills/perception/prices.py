"""Prices: what a page asks, and what is usually asked for such a task."""

from math import log
from typing import Any

from .constraints import fits
from .page import offers_of

__all__ = ["Prices", "asked"]

_FADES: int = 40
"""Looks after which the usual price follows new ones at a constant rate."""


def asked(observation: dict[str, Any]) -> float | None:
    """Return what is to be paid as far as the page tells, or None.

    It is the cart's total or, as long as nothing is in the cart, the least price of
    the offers that fit the task.

    >>> asked({"cart": {"items": [], "total": 0}, "flights": [], "constraints": {}})
    """
    cart = observation["cart"]
    if cart["items"]:
        return float(cart["total"])
    wanted = observation["constraints"]
    prices = [_price(one) for one in offers_of(observation) if fits(one, wanted)]
    return min([price for price in prices if price > 0], default=None)


def _price(flight: dict[str, Any]) -> float:
    return float(flight.get("price", 0))


class Prices:
    """What offers that fit cost at least, by what tasks ask for; learned from pages."""

    def __init__(self) -> None:
        """Know nothing."""
        self._usual: dict[str, tuple[int, float]] = {}
        self._seen: dict[str, float] = {}

    def look(self, observation: dict[str, Any]) -> None:
        """Note the offers of a page."""
        if offers_of(observation) and not observation["cart"]["items"]:
            price = asked(observation)
            if price is not None:
                self._seen.setdefault(_task(observation), price)

    def excess(self, observation: dict[str, Any]) -> float | None:
        """Return ln(asked / usual), or None when one of both is unknown."""
        price = asked(observation)
        known = self._usual.get(_task(observation))
        return None if price is None or known is None else log(price) - known[1]

    def change(self, before: float | None, observation: dict[str, Any]) -> float | None:
        """Return ln(asked / before), before what is usual if nothing was asked yet."""
        price = asked(observation)
        if before is None or price is None:
            return self.excess(observation)
        return log(price / before)

    def pass_episode(self) -> None:
        """Take what was seen first in the episode into the usual."""
        for task, price in self._seen.items():
            n, mean = self._usual.get(task, (0, 0.0))
            n = min(n + 1, _FADES)
            self._usual[task] = n, mean + (log(price) - mean) / n
        self._seen = {}

    def dump(self) -> dict[str, Any]:
        """Return what is usual, as plain data."""
        return {task: list(usual) for task, usual in self._usual.items()}

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._usual = {task: (n, mean) for task, (n, mean) in data.items()}


def _task(observation: dict[str, Any]) -> str:
    """Return the sort of task: the route, and what is asked but budget and dates."""
    forms, wanted = observation["forms"], observation["constraints"]
    terms = [f"{k}={v}" for k, v in wanted.items() if k not in ("budget", "dates")]
    dates = wanted.get("dates", ())
    route = [str(value) for value in forms.values() if value not in dates]
    return " ".join([*route, *terms])
