"""The network 3MKT of PassengerSim: two alike airlines, three markets, eight legs.

Fares, seats, advance purchase, demand, booking curves and k-factors are those of its
public example.  Of its choice model one rule is kept, what a traveller would pay by an
exponential law, and one is made absolute: who can pay an unrestricted fare takes no
restricted one.
"""

from math import exp, log, sqrt
from typing import Any, Final, NamedTuple

from test_time_gym.market.world import World
from test_time_gym.scenarios.flights.domain import FlightMarket

__all__ = ["AIRLINES", "three_markets"]

AIRLINES: Final = ("AL1", "AL2")

_DAY: Final = "2026-09-16"
_ADVANCE_DAYS: Final = (0, 0, 3, 7, 14, 21)
_UNRESTRICTED: Final = 2
"""So many of the classes ask for no Saturday night."""
_LEGS: Final = {
    "01": ("BOS", "ORD", "08:00", "10:00", 100),
    "02": ("BOS", "ORD", "14:00", "16:00", 100),
    "11": ("ORD", "LAX", "11:00", "13:00", 120),
    "12": ("ORD", "LAX", "17:00", "19:00", 120),
}
_PATHS: Final = (("01",), ("02",), ("11",), ("12",), ("01", "11"), ("02", "12"))
_REACH: Final = 0.6
"""Half of those who would pay the reference fare would pay 1.6 times that: `emult`."""
_Z: Final = 2.0
"""Variance of a count beyond that of its k-factors, as a multiple of its mean."""
_K: Final = {"system_cv_ppm": 100_000, "market_cv_ppm": 150_000}
_SIMPLE_K: Final = 0.2
"""The k-factor of each demand alone."""


class _Market(NamedTuple):
    fares: tuple[int, ...]
    """Y0 to Y5."""
    business: int
    """Expected travellers."""
    business_fare: int
    """Which all of them would pay."""
    leisure: int
    leisure_fare: int


_MARKETS: Final = {
    "BOS-ORD": _Market((400, 300, 200, 150, 125, 100), 70, 250, 90, 100),
    "ORD-LAX": _Market((500, 400, 300, 225, 175, 150), 120, 375, 150, 150),
    "BOS-LAX": _Market((750, 625, 450, 325, 250, 200), 100, 500, 140, 200),
}


def three_markets(*, shocks: bool = True) -> World:
    """Return the market, which both airlines sell first come, first served.

    Args:
        shocks: whether days are good or bad for many travellers together.
    """
    data = {
        "currency": "USD",
        "opens": "2026-07-06T00:00",
        "warm_up": "simulate",
        "gateway": {"latency": {"kind": "deterministic", "typical_ms": 1000}},
        "pricing": {"kind": "fixed"},
        "flights": [_path(name, path) for name in AIRLINES for path in _PATHS],
        "demand": [one for pair in _MARKETS for one in _demand(pair)],
    }
    if shocks:
        data["demand_shocks"] = _K
    return World.of(FlightMarket.model_validate(data))


def _path(airline: str, path: tuple[str, ...]) -> dict[str, Any]:
    legs = []
    for number in path:
        origin, destination, depart, arrive, seats = _LEGS[number]
        legs.append(
            {
                "flight": f"{airline}{number}",
                "from": origin,
                "to": destination,
                "depart": f"{_DAY}T{depart}",
                "arrive": f"{_DAY}T{arrive}",
                "seats": seats,
            }
        )
    fares = _MARKETS[f"{legs[0]['from']}-{legs[-1]['to']}"].fares
    return {
        "id": f"{airline}-{'-'.join(path)}",
        "airline": airline,
        "legs": legs,
        "fares": [_fare(k, fare) for k, fare in enumerate(fares)],
    }


def _fare(place: int, fare: int) -> dict[str, Any]:
    free = place < _UNRESTRICTED
    names = ["business"] if free else ["thrifty", "leisure"]
    declared: dict[str, Any] = {"code": f"Y{place}", "fare_minor": fare * 100}
    declared["segments"] = [f"{name}-{pair}" for name in names for pair in _MARKETS]
    if _ADVANCE_DAYS[place]:
        declared["advance_days"] = _ADVANCE_DAYS[place]
    return declared


def _demand(pair: str) -> list[dict[str, Any]]:
    """Return the travellers of a market.

    Of business travellers those who can pay an unrestricted fare are a segment of
    their own; what they would pay beyond it has the same law, which has no memory.
    """
    market = _MARKETS[pair]
    free, reference = market.fares[_UNRESTRICTED - 1], market.business_fare
    able = round(market.business * exp(-log(2) * (free / reference - 1) / _REACH))
    return [
        _segment("business", pair, able, (reference, free), "business"),
        _segment(
            "thrifty", pair, market.business - able, (reference, reference), "business"
        ),
        _segment(
            "leisure",
            pair,
            market.leisure,
            (market.leisure_fare, market.leisure_fare),
            "leisure",
        ),
    ]


def _segment(
    name: str, pair: str, mean: int, fares: tuple[int, int], curve: str
) -> dict[str, Any]:
    """Return a segment.

    Args:
        name: of the segment.
        pair: its market.
        mean: expected travellers.
        fares: the reference fare, and the one that all of them would pay.
        curve: whose booking curve it has.
    """
    reference, least = fares
    return {
        "name": f"{name}-{pair}",
        "pairs": [pair],
        "buyers_per_departure": mean,
        # Given its mean, a gamma-Poisson count has the variance mean + (cv · mean)².
        "count": {
            "kind": "gamma_poisson",
            "cv_ppm": round(sqrt((_Z - 1) / mean + _SIMPLE_K**2) * 1_000_000),
        },
        "booking_curve": f"passengersim-{curve}",
        "willingness": {
            "kind": "exponential",
            "least_minor": least * 100,
            "mean_minor": round(_REACH * reference * 100 / log(2)),
        },
        "choice": "cheapest_fence",
    }
