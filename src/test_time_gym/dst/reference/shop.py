"""The shop as it is declared: offers, and how many of each can be had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from test_time_gym.market.snapshot import MarketSnapshot
from test_time_gym.scenarios.flights.domain import FlightScenario

__all__ = [
    "PAGE_OFFERS_MAX",
    "SEATS_TOLD_MAX",
    "DeclaredOffer",
    "Line",
    "Shop",
    "passes",
]

PAGE_OFFERS_MAX: Final = 60
SEATS_TOLD_MAX: Final = 9

Line = tuple[int, int, int]
"""Offer, seats, price of one seat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredOffer:
    """One itinerary in one fare class."""

    index: int
    id: str
    trip: tuple[str, str, str]
    """From, to, date."""
    row: dict[str, Any]
    """What a page says of it, price and seats left aside."""
    departs_ms: int
    legs: tuple[int, ...]
    """Numbers of the seat pools that it takes from."""
    classes: tuple[int, ...]
    """Offers of the same itinerary, from the dearest to the cheapest."""
    rank: int
    """Its place among them."""
    refundable: bool
    cancel_fee_minor: int


class Shop:
    """Everything a scenario declares that a customer may come to feel.

    Args:
        scenario: the declared world.
        exponent: decimal digits of the currency.
    """

    def __init__(self, scenario: FlightScenario, exponent: int) -> None:
        """Number the offers and their pools in the order of the declaration."""
        self.market = scenario.market
        self.turns = scenario.turns
        self.reward = scenario.reward
        self.currency = scenario.market.currency
        self.renamed = scenario.page.renamed
        self.exponent = exponent
        self.opens = datetime.fromisoformat(scenario.market.opens)
        self.coupons = {coupon.code: coupon for coupon in scenario.market.coupons}
        self.offers: list[DeclaredOffer] = []
        self.by_id: dict[str, DeclaredOffer] = {}
        pools: dict[tuple[str, str], int] = {}
        for flight in scenario.market.flights:
            legs = [
                pools.setdefault((leg.flight, leg.depart), len(pools))
                for leg in flight.legs
            ]
            self._add(flight, tuple(dict.fromkeys(legs)))

    def _add(self, flight: Any, legs: tuple[int, ...]) -> None:
        first, last, start = flight.legs[0], flight.legs[-1], len(self.offers)
        leaves = datetime.fromisoformat(first.depart)
        for rank, fare in enumerate(flight.fares):
            more = len(flight.fares) > 1
            name = f"{flight.id}-{fare.code}" if more else flight.id
            offer = DeclaredOffer(
                index=start + rank,
                id=name,
                trip=(first.origin, last.destination, first.depart[:10]),
                row={
                    "id": name,
                    "depart": first.depart[11:],
                    "arrive": last.arrive[11:] + _days(first.depart, last.arrive),
                    "stops": len(flight.legs) - 1 + sum(g.stops for g in flight.legs),
                    "airline": flight.airline,
                    "fare_class": fare.code,
                    "refundable": fare.refundable,
                },
                departs_ms=(leaves - self.opens) // timedelta(milliseconds=1),
                legs=legs,
                classes=tuple(range(start, start + len(flight.fares))),
                rank=rank,
                refundable=fare.refundable,
                cancel_fee_minor=fare.cancel_fee_minor,
            )
            self.offers.append(offer)
            self.by_id[name] = offer

    def amount(self, minor: int) -> int | str:
        """Return an amount as a page shows it: whole, or as a decimal text."""
        unit: int = 10**self.exponent
        if minor % unit == 0:
            return int(minor // unit)
        sign, size = ("-", -minor) if minor < 0 else ("", minor)
        return f"{sign}{size // unit}.{str(size % unit).zfill(self.exponent)}"

    def left(self, now: MarketSnapshot, index: int) -> int:
        """Return how many seats of an offer can be had at this instant."""
        offer = self.offers[index]
        if now.now_ms >= offer.departs_ms:
            return 0
        free = [_free(now, leg) for leg in offer.legs]
        for rank in range(offer.rank + 1):
            limit = now.limits[offer.classes[rank]]
            if limit is not None:
                below = offer.classes[rank:]
                used = sum(now.product_sold[j] + now.product_held[j] for j in below)
                free.append(limit - used)
        return max(0, min(free))

    def fit(self, now: MarketSnapshot, lines: Sequence[Line]) -> bool:
        """Return whether the seats of all lines can be had together."""
        legs: dict[int, int] = {}
        for index, seats, _ in lines:
            for leg in self.offers[index].legs:
                legs[leg] = legs.get(leg, 0) + seats
        for leg, seats in legs.items():
            if _free(now, leg) < seats:
                return False
        wanted = {index: seats for index, seats, _ in lines}
        for index, seats, _ in lines:
            if self.left(now, index) < seats:
                return False
            classes = self.offers[index].classes
            for rank, top in enumerate(classes):
                limit = now.limits[top]
                if limit is not None:
                    used = sum(
                        now.product_sold[j] + now.product_held[j] + wanted.get(j, 0)
                        for j in classes[rank:]
                    )
                    asked = any(j in wanted for j in classes[rank:])
                    if asked and used > limit:
                        return False
        return True

    def search(
        self,
        now: MarketSnapshot,
        prices: Sequence[int],
        form: dict[str, str],
        need: int,
    ) -> list[Line]:
        """Return a results page: offer, seats left and price, cheapest first."""
        trip = (form["from"], form["to"], form["date"])
        found = [
            (prices[offer.index], offer.index, self.left(now, offer.index))
            for offer in self.offers
            if offer.trip == trip
        ]
        fitting = sorted(each for each in found if each[2] >= max(need, 1))
        return [
            (index, left, price) for price, index, left in fitting[:PAGE_OFFERS_MAX]
        ]

    def row(self, index: int, left: int, price: int) -> dict[str, Any]:
        """Return an offer as a results page shows it."""
        offer = self.offers[index]
        fee = self.amount(offer.cancel_fee_minor) if offer.refundable else None
        row = {**offer.row, "price": self.amount(price), "cancel_fee": fee}
        return row if left > SEATS_TOLD_MAX else {**row, "seats_left": left}

    def moment(self, now_ms: int) -> str:
        """Return an instant as the local time that a page shows."""
        return (self.opens + timedelta(seconds=now_ms // 1000)).isoformat(" ")


def passes(row: dict[str, Any], price: int, wanted: dict[str, Any]) -> bool:
    """Return whether an offer's row meets filters or a task's constraints.

    Times are inclusive and compare as they are written, airlines without case.
    """
    return (
        wanted.get("depart_after", "00:00") <= row["depart"]
        and row["depart"] <= wanted.get("depart_before", "23:59")
        and ("max_stops" not in wanted or row["stops"] <= wanted["max_stops"])
        and ("max_price" not in wanted or price <= wanted["max_price"])
        and (
            "airline" not in wanted
            or row["airline"].casefold() == wanted["airline"].casefold()
        )
    )


def _days(depart: str, arrive: str) -> str:
    days = (date.fromisoformat(arrive[:10]) - date.fromisoformat(depart[:10])).days
    return f"{days:+d}" if days else ""


def _free(now: MarketSnapshot, leg: int) -> int:
    """Return the seats of a leg that a customer can have: one that there is, too."""
    taken = now.sold[leg] + now.held[leg]
    if now.authorised == now.capacity:
        return now.capacity[leg] - taken
    booked = sum(
        units
        for units, legs in zip(now.background_sold, now.pools_of, strict=True)
        if leg in legs
    )
    return min(now.authorised[leg], now.capacity[leg] + booked) - taken
