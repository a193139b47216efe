"""A10 and B3, played: a leg in periods of which each has one buyer at most.

Airline, stock and policy are the market's.  Buyers are the case's own: background
buyers come at any time, perhaps two in a period; and the chances of B1 are no logit,
since more buy M beside Y than M alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.pricing import choice_value, lee_hersh
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World

from ..quiet_world import quiet_world
from ..simulation import Claim, Samples, Simulation
from .leg_over_time import CHANCES, FARES

__all__ = ["CASES", "PeriodLeg", "play_periods"]

_OPENS = datetime(2026, 6, 1, 9, tzinfo=UTC)
_SALE_DAYS = 10
_UNIT = 100
"""Minor units that stand for one unit of money of theory."""
_LEGS = 20
"""Legs of a replication."""
_CURVE = [[0, 0], [_SALE_DAYS, 1_000_000]]

_Chances = Mapping[tuple[str, ...], Sequence[float]]


@dataclass(frozen=True, slots=True)
class PeriodLeg:
    """A leg that is sold in periods."""

    fares: tuple[tuple[str, float], ...]
    """Class and fare, the dearest first."""
    seats: int
    periods: int
    pricing: str
    """The airline's policy: a key of `_PRICINGS`."""
    apart: bool = False
    """Whether a class may be closed while a cheaper one is open."""


_PRICINGS: dict[str, dict[str, Any]] = {
    "bid_price": {
        "kind": "bid_price",
        "forecasts": [
            {"class": code, "mean_milli": mean}
            for code, mean in zip("YBMQ", (4_500, 4_500, 3_000, 3_000), strict=True)
        ],
        "periods": 30,
    },
    "efficient_sets": {
        "kind": "efficient_sets",
        "sets": [
            {
                "classes": list(classes),
                "chances_ppm": [round(chance * 1_000_000) for chance in chances],
            }
            for classes, chances in CHANCES.items()
        ],
        "periods": 50,
        "buyer_ppm": 500_000,
    },
    "fixed": {"kind": "fixed"},
}


@cache
def _world(leg: PeriodLeg) -> World:
    """Return a market of like legs that depart together."""
    pricing = dict(_PRICINGS[leg.pricing])
    if leg.pricing != "fixed":
        pricing["booking_curve"] = _CURVE
        pricing["reprice_every_s"] = _SALE_DAYS * 86_400 // leg.periods
    fares = [
        {"code": code, "fare_minor": round(fare * _UNIT)} for code, fare in leg.fares
    ]
    flights = [
        _flight(f"AA{k + 1}{suffix}", f"AA{k + 1}", leg.seats, offered)
        for k in range(_LEGS)
        for suffix, offered in (
            [(one["code"], [one]) for one in fares] if leg.apart else [("", fares)]
        )
    ]
    return quiet_world(
        _OPENS,
        flights=flights,
        pricing=pricing,
    )


def _flight(code: str, number: str, seats: int, fares: Sequence[Any]) -> dict[str, Any]:
    departs = _OPENS + timedelta(days=_SALE_DAYS)
    leg = {
        "flight": number,
        "from": "SFO",
        "to": "MAD",
        "depart": f"{departs:%Y-%m-%dT%H:%M}",
        "arrive": f"{departs + timedelta(hours=20):%Y-%m-%dT%H:%M}",
        "seats": seats,
    }
    return {"id": code, "airline": "Aurora", "legs": [leg], "fares": fares}


def play_periods(
    seed: int,
    *,
    leg: PeriodLeg,
    chances: tuple[tuple[tuple[str, ...], Any], ...],
    rate: float,
) -> Samples:
    """Play legs; return the revenue and the seats sold of each.

    Args:
        seed: of the run.
        leg: what is sold.
        chances: classes that are open → the chance that a buyer takes each of them.
        rate: chance that a buyer comes in a period.
    """
    market = Marketplace(_world(leg), seed, [], JournalWriter(None))
    market.open()
    luck = Streams(seed).get("buyers in periods")
    pools: dict[int, list[int]] = {}
    for product in market.catalog.products:
        pools.setdefault(product.pools[0], []).append(product.index)
    law, classes = dict(chances), [code for code, _ in leg.fares]
    length_ms = _SALE_DAYS * 86_400_000 // leg.periods
    revenue = sold = 0
    for period in range(leg.periods):
        # In the middle: the airline has decided at the beginning.
        market.clock.advance(period * length_ms + length_ms // 2)
        for products in pools.values():
            drawn = luck.word() / 2**64 / rate
            offered = {
                code: index
                for code, index in zip(classes, products, strict=True)
                if market.inventory.available(index)
            }
            for code, chance in zip(
                offered, law.get(tuple(offered), ()) if offered else (), strict=True
            ):
                if 0 <= drawn < chance:
                    market.inventory.sell(offered[code], 1)
                    revenue += market.prices[offered[code]]
                    sold += 1
                drawn -= chance
    return {"revenue": revenue / _UNIT / len(pools), "units sold": sold / len(pools)}


def _choosing(seats: int, replications: int) -> Simulation:
    """Declare B3 with so many seats."""
    values = choice_value(FARES, CHANCES, seats + 1, periods=50, rate=0.5).values[50]
    leg = PeriodLeg(tuple(FARES.items()), seats, 50, "efficient_sets", apart=True)
    slip, slipped = "a seat more", float(values[seats + 1])
    return Simulation(
        f"B3/market/{seats}",
        f"{seats} {'seats' if seats > 1 else 'seat'}, 50 periods, efficient sets, "
        "in the market",
        # Of one seat one leg in 5,000 sells nothing: none of them need be seen.
        [Claim("revenue", float(values[seats]), slip, slipped, 0.01, within=0.5)],
        partial(play_periods, leg=leg, chances=tuple(CHANCES.items()), rate=0.5),
        replications,
    )


def _independent() -> Simulation:
    """Declare A10 under bid prices: each class has its own buyers."""
    fares = (("Y", 200.0), ("B", 150.0), ("M", 120.0), ("Q", 80.0))
    rates = (0.15, 0.15, 0.10, 0.10)
    chances = tuple((tuple("YBMQ"[:n]), rates[:n]) for n in range(1, len(rates) + 1))
    prices = [fare for _, fare in fares]
    leg = PeriodLeg(fares, 10, 30, "bid_price")
    return Simulation(
        "A10/market/bid-price",
        "10 seats, 30 periods, bid prices, in the market",
        [
            Claim(
                "revenue",
                lee_hersh(prices, rates, 10, 30).value,
                "first come, first served",
                lee_hersh(prices, rates, 10, 30).first_come,
                0.01,
            )
        ],
        partial(play_periods, leg=leg, chances=chances, rate=1.0),
        40,
    )


CASES = [
    *(_choosing(*row) for row in ((20, 40), (10, 40), (1, 10))),
    _independent(),
]
