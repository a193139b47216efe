"""Gymnasium environments; importing the package registers them."""

from copy import deepcopy
from typing import Any

import gymnasium
from gymnasium.envs.registration import EnvSpec

from test_time_gym.market.domain import Trade

from .booking_env import BookingEnv
from .flight_booking_env import FlightBookingEnv
from .hotel_booking_env import HotelBookingEnv

__all__ = [
    "BookingEnv",
    "FlightBookingEnv",
    "HotelBookingEnv",
    "booking_spec",
    "flight_booking_spec",
    "hotel_booking_spec",
]

_FLIGHTS = "TestTimeGym/FlightBooking-v0"
_HOTELS = "TestTimeGym/HotelBooking-v0"

gymnasium.register(
    id=_FLIGHTS,
    entry_point="test_time_gym.envs.flight_booking_env:FlightBookingEnv",
)
gymnasium.register(
    id=_HOTELS,
    entry_point="test_time_gym.envs.hotel_booking_env:HotelBookingEnv",
)


def booking_spec(trade: Trade, **options: Any) -> EnvSpec:
    """Return the specification of the environment for a trade.

    Args:
        trade: of the scenario among the options. Trades without an environment of
            their own are played in a `FlightBookingEnv`, which takes any scenario.
        options: of `BookingEnv`.
    """
    return _spec(_HOTELS if trade.name == "hotels" else _FLIGHTS, options)


def flight_booking_spec(**options: Any) -> EnvSpec:
    """Return the specification of a `FlightBookingEnv` that is made with options.

    >>> env = flight_booking_spec(scenario="flights/rush").make()
    """
    return _spec(_FLIGHTS, options)


def hotel_booking_spec(**options: Any) -> EnvSpec:
    """Return the specification of a `HotelBookingEnv` that is made with options.

    >>> env = hotel_booking_spec(scenario="hotels/conference").make()
    """
    return _spec(_HOTELS, options)


def _spec(name: str, options: dict[str, Any]) -> EnvSpec:
    spec = deepcopy(gymnasium.spec(name))
    spec.kwargs.update(options)
    return spec
