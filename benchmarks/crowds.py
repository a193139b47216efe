"""Markets without agents: many flights, many pairs, and prices that react at once."""

from collections.abc import Callable, Mapping
from time import process_time
from typing import Any, Final

from test_time_gym.market.clock import MINUTE_MS
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World
from test_time_gym.scenarios.loader import scenario_of

from .workload import Buffer, reference_scenario

__all__ = ["BUYERS", "MINUTES", "crowded_world", "digest", "events"]

BUYERS: Final = 1_200_000
"""Shoppers of the two simulated days, whatever there is to buy."""
MINUTES: Final = 120
"""Simulated ones, of a full measurement."""


def crowded_world(
    flights: int,
    *,
    pairs: int = 1,
    pricing: Mapping[str, Any],
    buyers: int = BUYERS,
) -> World:
    """Return the reference world with more flights and a crowd.

    Args:
        flights: on all pairs together.
        pairs: of cities.
        pricing: keys of the market's pricing that are others.
        buyers: in two simulated days.
    """
    declared: dict[str, Any] = reference_scenario(1, flights).model_dump(
        mode="json", by_alias=True
    )
    market = declared["market"]
    if pricing.get("kind", "load_days") == "load_days":
        market["pricing"] |= pricing
    else:
        market["pricing"] = dict(pricing)
    airlines = [offer["airline"] for offer in market["flights"][:3]]
    for k, offer in enumerate(market["flights"]):
        offer["legs"][0]["from"] = _city(k % pairs)
        # Each pair has flights of all airlines.
        offer["airline"] = airlines[k // pairs % 3]
    market["demand"][0]["buyers_per_departure"] = buyers // pairs
    declared["task"]["trips"][0]["from"] = _city(0)
    return World.of(scenario_of(declared, "a crowded market").market)


def events(
    flights: int,
    *,
    pairs: int = 1,
    minutes: int = MINUTES,
    **pricing: Any,
) -> Callable[[], float]:
    """Return what plays a market from its opening; seconds of one simulated event.

    Args:
        flights: on all pairs together.
        pairs: of cities.
        minutes: that the market is open.
        pricing: keys of the market's pricing that are others; prices by load, looked
            at every minute, are rounded to whole units of money without them.
    """
    if pricing.get("kind", "load_days") == "load_days":
        pricing = {"reprice_every_s": 60, "round_to_minor": 100} | pricing
    world = crowded_world(flights, pairs=pairs, pricing=pricing)

    def play() -> float:
        run = Marketplace(world, 1, [], JournalWriter(Buffer()))
        run.open()
        start = process_time()
        run.clock.advance(minutes * MINUTE_MS)
        return (process_time() - start) / run.clock.events

    return play


def digest(flights: int) -> Callable[[], float]:
    """Return what takes digests of the reference world; seconds of a full one."""
    scenario = reference_scenario(flights=flights)
    names = [f"buyer_{k}" for k in range(8)]
    turns = Turns(scenario, World.of(scenario.market), 1, names)

    def take() -> float:
        start = process_time()
        for _ in range(20):
            turns.full_digest()
        return (process_time() - start) / 20

    return take


def _city(number: int) -> str:
    first, second = divmod(number, 26)
    return f"X{chr(65 + first)}{chr(65 + second)}"
