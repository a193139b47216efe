"""The names under which Gymnasium and PettingZoo know the environments.

Each trade of the package has two in either registry: one whose observations and actions
are JSON, for agents that read, and one of numbers, for what is trained.  Nothing of the
environments is imported before one is made, and PettingZoo only once it is needed:
`import test_time_gym` registers with Gymnasium, `test_time_gym.market_v0` with both.
"""

import sys
from typing import Final

import gymnasium

__all__ = [
    "FLIGHTS",
    "FLIGHTS_VECTOR",
    "HOTELS",
    "HOTELS_VECTOR",
    "register_with_pettingzoo",
    "vector_id",
]

FLIGHTS: Final = "TestTimeGym/FlightBooking-v0"
HOTELS: Final = "TestTimeGym/HotelBooking-v0"
FLIGHTS_VECTOR: Final = "TestTimeGym/FlightBookingVector-v0"
HOTELS_VECTOR: Final = "TestTimeGym/HotelBookingVector-v0"

_ENTRY_POINTS: Final = {
    "flights": "test_time_gym.envs.flight_booking_env:FlightBookingEnv",
    "hotels": "test_time_gym.envs.hotel_booking_env:HotelBookingEnv",
}
_MANY: Final = {
    "flights": "test_time_gym.envs.booking_vector_env:FlightBookingVectorEnv",
    "hotels": "test_time_gym.envs.booking_vector_env:HotelBookingVectorEnv",
}
"""Of each trade, many of them at once."""
_JSON: Final = {"flights": FLIGHTS, "hotels": HOTELS}
_VECTOR: Final = {"flights": FLIGHTS_VECTOR, "hotels": HOTELS_VECTOR}
_MARKETS: Final = {"flights": "flights/rush", "hotels": "hotels/conference"}
"""The scenario of each trade in which several agents play."""


def vector_id(trade: str) -> str:
    """Return the id of a trade's environment of numbers.

    Trades without one of their own are played in that of flights, which takes any
    scenario.

    >>> vector_id("hotels")
    'TestTimeGym/HotelBookingVector-v0'
    """
    return _VECTOR.get(trade, FLIGHTS_VECTOR)


def register_with_pettingzoo() -> None:
    """Register both kinds of every trade, AEC and Parallel, once.

    PettingZoo has registries since 1.27; with an older one nothing happens.
    """
    import pettingzoo  # noqa: PLC0415 - what never plays does not need it

    if not hasattr(pettingzoo, "register"):
        return
    for kind, registry, function in (
        ("aec", pettingzoo.aec_registry, "env"),
        ("parallel", pettingzoo.parallel_registry, "parallel_env"),
    ):
        for observation, names in (("json", _JSON), ("vector", _VECTOR)):
            for trade, name in names.items():
                if name not in registry:
                    pettingzoo.register(
                        kind,
                        name,
                        f"test_time_gym.market_v0:{function}",
                        kwargs={
                            "scenario": _MARKETS[trade],
                            "observation": observation,
                        },
                    )


for _trade, _entry_point in _ENTRY_POINTS.items():
    gymnasium.register(id=_JSON[_trade], entry_point=_entry_point)
    gymnasium.register(
        id=_VECTOR[_trade],
        entry_point=_entry_point,
        vector_entry_point=_MANY[_trade],
        kwargs={"observation": "vector", "flatten": True},
    )
if "pettingzoo" in sys.modules:
    register_with_pettingzoo()
