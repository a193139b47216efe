"""Gymnasium environments; see `registration` for their names there."""

from copy import deepcopy
from typing import Any

import gymnasium
from gymnasium.envs.registration import EnvSpec

from test_time_gym.market.domain import Trade
from test_time_gym.registration import FLIGHTS, HOTELS

from .booking_env import BookingEnv
from .flight_booking_env import FlightBookingEnv
from .hotel_booking_env import HotelBookingEnv
from .saved_run import SavedRun

__all__ = [
    "BookingEnv",
    "FlightBookingEnv",
    "HotelBookingEnv",
    "SavedRun",
    "booking_spec",
    "flight_booking_spec",
    "hotel_booking_spec",
]


def booking_spec(trade: Trade, **options: Any) -> EnvSpec:
    """Return the specification of the environment for a trade.

    Args:
        trade: of the scenario among the options. Trades without an environment of
            their own are played in a `FlightBookingEnv`, which takes any scenario.
        options: of `BookingEnv`.
    """
    return _spec(HOTELS if trade.name == "hotels" else FLIGHTS, options)


def flight_booking_spec(**options: Any) -> EnvSpec:
    """Return the specification of a `FlightBookingEnv` that is made with options.

    >>> env = flight_booking_spec(scenario="flights/rush").make()
    """
    return _spec(FLIGHTS, options)


def hotel_booking_spec(**options: Any) -> EnvSpec:
    """Return the specification of a `HotelBookingEnv` that is made with options.

    >>> env = hotel_booking_spec(scenario="hotels/conference").make()
    """
    return _spec(HOTELS, options)


def _spec(name: str, options: dict[str, Any]) -> EnvSpec:
    spec = deepcopy(gymnasium.spec(name))
    spec.kwargs.update(options)
    return spec
