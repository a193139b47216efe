"""A buyer who makes sure of a unit first, and changes to a cheaper one later."""

from typing import Any

from .page import ordered_offers, units_of
from .scripted import Action, Cheapest, do, number, tickets

__all__ = ["Rebooker"]

_MARGIN = 0.08
"""Least share of what it owes that a change must save."""
_TURNS_TO_CHANGE = 20
"""Turns it keeps back for a change: a purchase, and a cancellation."""


class Rebooker(Cheapest):
    """Buys early what it can give back, then watches for something cheaper.

    An offer is *safe* if it is refundable and its cancellation fee is a small
    share of its price.  It buys the cheapest safe offer, unless an offer that is
    not safe costs much less.  As long as its ticket can be given back it looks
    again at regular intervals, and when a fitting offer costs less than what it
    would no longer owe, it buys that one and then cancels the old one: it is never
    without a ticket.

    Args:
        looks: how often it looks over the whole time.
        extra: what a safe offer may cost more than the cheapest, as a share.
        loss: dearest cancellation fee of a safe offer, as a share of its price.
    """

    patience = 8

    def __init__(
        self, looks: int = 24, extra: float = 0.15, loss: float = 0.25
    ) -> None:
        """Start without a ticket."""
        super().__init__()
        self._looks = looks
        self._extra = extra
        self._loss = loss
        self._begin_watching()

    def _begin_watching(self) -> None:
        self._pause: int | None = None
        self._cancel_fees: dict[str, float] = {}
        """Refundable offer → what is kept for a unit that is given back."""
        self._fees: dict[str, float] = {}
        """Order → its fees, which stay owed."""

    def begin(self, task: dict[str, Any]) -> None:
        """Forget the episode before."""
        super().begin(task)
        self._begin_watching()

    def act(self, observation: dict[str, Any]) -> Action:
        """Return the next step towards a cheaper ticket."""
        if self._pause is None:
            self._pause = max(1, observation["minutes_left"] // self._looks)
        for order in observation["orders"]:
            fees = self._confirmed.get("fees", ())
            self._fees.setdefault(
                order["order_id"], sum(number(fee["amount"]) for fee in fees)
            )
        return super().act(observation)

    def choose(self, observation: dict[str, Any]) -> str | None:
        """Return the cheapest safe offer, or the cheapest if that costs much less."""
        offers = self.fitting(observation)
        for offer in offers:
            if offer["refundable"]:
                self._cancel_fees[offer["id"]] = number(offer["cancel_fee"])
        if not offers:
            return None
        prices = {offer["id"]: number(offer["price"]) for offer in offers}
        best = min(prices, key=lambda name: (prices[name], name))
        safe = [
            name
            for name, price in prices.items()
            if self._cancel_fees.get(name, price) <= self._loss * price
            and price <= prices[best] * (1 + self._extra)
        ]
        choice: str = min(safe, key=lambda name: (prices[name], name), default=best)
        return choice

    def on_ticket(self, observation: dict[str, Any]) -> Action:
        """Give the older of two tickets back; with one, look for a cheaper one."""
        mine = tickets(observation)
        if len(mine) > 1:
            return do("cancel_order", order_id=mine[0]["order_id"])
        if observation["cart"]["items"]:
            return self.buy(observation)
        late = observation["minutes_left"] <= (self._pause or 1)
        tired = observation["turns_left"] < _TURNS_TO_CHANGE
        if late or tired or self.limit(observation) <= 0:
            return super().on_ticket(observation)
        return self.buy(observation)

    def limit(self, observation: dict[str, Any]) -> float:
        """Return the dearest total that it accepts, or that saves something."""
        most = super().limit(observation)
        for order in tickets(observation)[:1]:
            saved = number(order["owed"]) - self._kept(order)
            most = min(most, saved - _MARGIN * number(order["owed"]))
        return most

    def _kept(self, order: dict[str, Any]) -> float:
        """Return what it would owe for an order that it gives back."""
        units, kept = units_of(order), self._fees.get(order["order_id"], 0.0)
        for name in ordered_offers(order):
            if name not in self._cancel_fees:
                return number(order["owed"])
            kept += units * self._cancel_fees[name]
        return kept

    def on_nothing(self, observation: dict[str, Any]) -> Action:
        """Wait for the next look; without a ticket it gives up some time."""
        self._filtered = False
        if not tickets(observation) and not self.fitting(observation):
            self._fruitless += 1
            if self._fruitless >= self.patience:
                return do("abort", reason="nothing meets the constraints")
        return do("wait", minutes=self._pause or 1)
