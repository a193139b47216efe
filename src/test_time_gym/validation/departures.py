"""Departures with buyers whom theory knows, played without agents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.market.booking_curves import curve_named
from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.events import SeatSold
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World

from .quiet_world import quiet_world
from .simulation import Samples

__all__ = [
    "UNIT_MINOR",
    "DepartureClass",
    "departures",
    "facts_of",
    "low_before_high",
    "play",
    "sales",
]

UNIT_MINOR = 100_00
"""Minor units that stand for one unit of money of theory."""

_OPENS = datetime(2026, 6, 1, 9, tzinfo=UTC)
_DAYS_EACH = 5
"""Days in which a class comes, where classes come one after the other."""
_ANY_PRICE = {"kind": "uniform", "least_minor": 10**9, "most_minor": 10**9}


@dataclass(frozen=True, slots=True)
class DepartureClass:
    """A fare, and the buyers who may buy at it and at no other."""

    fare: float
    """In units of money."""
    buyers: int | None = None
    """Expected at each departure; None where the count has a mean of its own."""
    count: Any = "poisson"
    """The law of their number, as segments declare it."""
    willingness: Any = None
    """Of the buyers, as segments declare it; None: they pay any fare."""
    patience: Any = None
    """Of the buyers, as segments declare it; None: they decide at once."""


def low_before_high(classes: int) -> list[list[list[int]]]:
    """Return booking curves by which the cheapest class comes first, alone.

    Args:
        classes: how many; the curves are those of the dearest first.

    >>> low_before_high(2)
    [[[0, 0], [5, 1000000]], [[0, 0], [5, 0], [10, 1000000]]]
    """
    curves = []
    for k in range(classes):
        ends, begins = _DAYS_EACH * k, _DAYS_EACH * (k + 1)
        curves.append([[0, 0], *([[ends, 0]] if k else []), [begins, 1_000_000]])
    return curves


def departures(
    classes: Sequence[DepartureClass],
    *,
    seats: int,
    levels: Sequence[int] = (),
    curves: Sequence[Any] | None = None,
    days: int = 1,
    fenced: bool = True,
    pricing: Mapping[str, Any] | None = None,
) -> World:
    """Return the market of one departure a day.

    Args:
        classes: the dearest first.
        seats: of each departure.
        levels: seats kept for the dearest class, for the two dearest, …; none: first
            come, first served.
        curves: booking curve of each class, as segments declare it; by default the
            cheapest comes first.
        days: how many departures; they have nothing to do with one another.
        fenced: whether buyers are kept to the class that is theirs.
        pricing: the seller's policy, as scenarios declare it; by default fixed fares.
    """
    curves = low_before_high(len(classes)) if curves is None else curves
    limits = [None, *(max(0, seats - level) for level in levels)]
    limits += [None] * (len(classes) - len(limits))
    fares, demand = [], []
    for k, (one, limit, curve) in enumerate(zip(classes, limits, curves, strict=True)):
        name = f"class-{k + 1}"
        fares.append(
            {"code": "YBMHQKLV"[k], "fare_minor": round(one.fare * UNIT_MINOR)}
        )
        if limit is not None:
            fares[-1]["booking_limit"] = limit
        if fenced:
            fares[-1]["segments"] = [name]
        demand.append(
            {
                "name": name,
                "count": one.count,
                "booking_curve": curve,
                "willingness": one.willingness or _ANY_PRICE,
                "choice": "cheapest_fence",
            }
        )
        if one.patience is not None:
            demand[-1]["patience"] = one.patience
        if one.buyers is not None:
            demand[-1]["buyers_per_departure"] = one.buyers
    return quiet_world(
        _OPENS,
        flights=[_flight(day, seats, fares, curves) for day in range(days)],
        demand=demand,
        pricing=pricing or {"kind": "fixed"},
    )


def _flight(
    day: int, seats: int, fares: list[dict[str, Any]], curves: Sequence[Any]
) -> dict[str, Any]:
    """Return a flight that departs once all who want it can have come."""
    longest = max(curve_named(curve)[-1][0] for curve in curves)
    departs = _OPENS + timedelta(days=longest + 1 + day)
    leg = {
        "flight": f"AA{day + 1}",
        "from": "SFO",
        "to": "MAD",
        "depart": f"{departs:%Y-%m-%dT%H:%M}",
        "arrive": f"{departs + timedelta(hours=20):%Y-%m-%dT%H:%M}",
        "seats": seats,
    }
    return {"id": leg["flight"], "airline": "Aurora", "legs": [leg], "fares": fares}


def play(seed: int, *, world: Callable[[], World], days: int = 1) -> Samples:
    """Play a market; return its figures of a departure.

    Args:
        seed: of the run.
        world: returns the market; asked once for all runs.
        days: departures of the market.
    """
    counts = play_market(_kept(world), seed)
    measured = {
        "revenue": counts.total.revenue_minor / UNIT_MINOR / days,
        "buyers": counts.arrivals / days,
        "units sold": counts.total.sold / days,
    }
    for name, sums in counts.segments.items():
        measured[f"buyers of {name}"] = sums[0] / days
    return measured


def sales(seed: int, *, world: Callable[[], World]) -> dict[str, list[float]]:
    """Play a market; return how many days before it closed each product was sold.

    Args:
        seed: of the run.
        world: returns the market; asked once for all runs.

    Returns:
        Product → days, in the order of its sales; in the order of the catalog.
    """
    products = _kept(world).catalog.products
    closes = {one.id: one.closes_at_ms for one in products}
    found: dict[str, list[float]] = {product: [] for product in closes}
    for body in facts_of(seed, world=world):
        if isinstance(body.d, SeatSold):
            product = body.d.product
            found[product].append((closes[product] - body.t) / DAY_MS)
    return found


def facts_of(seed: int, *, world: Callable[[], World]) -> list[Any]:
    """Play a market; return the records of what happened, without their hashes.

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
    market.clock.advance(played.catalog.last_closing_ms)
    return facts


@cache
def _kept(world: Callable[[], World]) -> World:
    return world()
