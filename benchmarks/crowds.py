"""Markets without agents: many flights, many pairs, and prices that react at once."""

from collections.abc import Callable
from time import process_time
from typing import Any, Final

from test_time_gym.market.clock import MINUTE_MS
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World
from test_time_gym.scenarios.loader import scenario_of

from .workload import Buffer, reference_scenario

__all__ = ["MINUTES", "digest", "events"]

BUYERS: Final = 1_200_000
"""Shoppers of the two simulated days, whatever there is to buy."""
MINUTES: Final = 120
"""Simulated ones, of a full measurement."""


def events(
    flights: int,
    *,
    pairs: int = 1,
    every_s: int = 60,
    step_minor: int = 100,
    minutes: int = MINUTES,
) -> Callable[[], float]:
    """Return what plays a market from its opening; seconds of one simulated event.

    Args:
        flights: on all pairs together.
        pairs: of cities.
        every_s: so often prices are looked at.
        step_minor: to multiples of it prices are rounded.
        minutes: that the market is open.
    """
    declared: dict[str, Any] = reference_scenario(1, flights).model_dump(
        mode="json", by_alias=True
    )
    market = declared["market"]
    market["pricing"] |= {"reprice_every_s": every_s, "round_to_minor": step_minor}
    for k, offer in enumerate(market["flights"]):
        offer["legs"][0]["from"] = _city(k % pairs)
    market["demand"][0]["buyers_per_departure"] = BUYERS // pairs
    declared["task"]["trips"][0]["from"] = _city(0)
    world = World.of(scenario_of(declared, "a crowded market").market)

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
