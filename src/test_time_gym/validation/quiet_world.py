"""Worlds in which nothing but demand and prices is a matter of chance."""

from datetime import datetime

from test_time_gym.market.world import World
from test_time_gym.scenarios.flights.domain import FlightMarket

__all__ = ["quiet_world"]


def quiet_world(opens: datetime, **market: object) -> World:
    """Return the world of a market that begins empty, and whose gateway has no moods.

    Args:
        opens: when.
        **market: keys of the market besides, as scenarios declare them.
    """
    quiet = {
        "currency": "USD",
        "opens": f"{opens:%Y-%m-%dT%H:%M}",
        "gateway": {"latency": {"kind": "deterministic", "typical_ms": 1000}},
        "warm_up": "none",
    }
    return World.of(FlightMarket.model_validate(quiet | market))
