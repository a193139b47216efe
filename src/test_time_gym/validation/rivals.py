"""Airlines that compete on one route, played without agents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from test_time_gym.market.events import SeatSold
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World

from .quiet_world import quiet_world

__all__ = ["SALE_DAYS", "Rival", "Watched", "rivals", "watch"]

SALE_DAYS = 10
"""A departure is on sale for so long."""
_OPENS = datetime(2026, 6, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rival:
    """An airline with like flights at one time, each with one fare."""

    pricing: Mapping[str, Any]
    """As scenarios declare it."""
    fare_minor: int
    """The base fare."""
    flights: int = 1
    """At each departure."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a run has shown."""

    opening: tuple[int, ...]
    """Price of each flight as the market opens: departure by departure."""
    closing: tuple[int, ...]
    """The last price of each."""
    sales: tuple[tuple[int, str, int], ...]
    """Milliseconds from the opening, airline and price of each sale."""


def rivals(
    sellers: Sequence[Rival],
    *,
    seats: int,
    demand: Sequence[Mapping[str, Any]],
    days: int = 1,
) -> World:
    """Return a market in which airlines compete for the buyers of each departure.

    Args:
        sellers: they are called A, B, C, …
        seats: of each flight.
        demand: segments, as scenarios declare them.
        days: departures, one a day; they have nothing to do with one another.
    """
    names = "ABCDEFGH"[: len(sellers)]
    flights = [
        _flight(f"{name}{name}{day + 1}{'abcd'[k]}", name, day, seats, one.fare_minor)
        for day in range(days)
        for name, one in zip(names, sellers, strict=True)
        for k in range(one.flights)
    ]
    return quiet_world(
        _OPENS,
        flights=flights,
        demand=list(demand),
        pricing_of={
            name: one.pricing for name, one in zip(names, sellers, strict=True)
        },
    )


def _flight(
    code: str, airline: str, day: int, seats: int, fare_minor: int
) -> dict[str, Any]:
    departs = _OPENS + timedelta(days=SALE_DAYS + day)
    leg = {
        "flight": code,
        "from": "SFO",
        "to": "MAD",
        "depart": f"{departs:%Y-%m-%dT%H:%M}",
        "arrive": f"{departs + timedelta(hours=20):%Y-%m-%dT%H:%M}",
        "seats": seats,
    }
    fares = [{"code": "Y", "fare_minor": fare_minor}]
    return {"id": code, "airline": airline, "legs": [leg], "fares": fares}


def watch(seed: int, world: Callable[[], World]) -> Watched:
    """Play a market to its last closing.

    Args:
        seed: of the run.
        world: returns the market; asked once for all runs.
    """
    played = _kept(world)
    facts: list[Any] = []
    journal = JournalWriter(None)
    journal.write = facts.append
    market = Marketplace(played, seed, [], journal)
    market.open()
    opening = tuple(market.prices)
    market.clock.advance(played.catalog.last_closing_ms)
    sellers = {product.id: product.seller for product in played.catalog.products}
    sales = [
        (body.t, sellers[body.d.product], body.d.price)
        for body in facts
        if isinstance(body.d, SeatSold)
    ]
    return Watched(opening, tuple(market.prices), tuple(sales))


@cache
def _kept(world: Callable[[], World]) -> World:
    return world()
