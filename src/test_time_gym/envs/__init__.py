"""Gymnasium environments; importing the package registers them."""

from copy import deepcopy
from typing import Any

import gymnasium
from gymnasium.envs.registration import EnvSpec

from .flight_booking_env import FlightBookingEnv

__all__ = ["FlightBookingEnv", "flight_booking_spec"]

_ID = "TestTimeGym/FlightBooking-v0"

gymnasium.register(
    id=_ID,
    entry_point="test_time_gym.envs.flight_booking_env:FlightBookingEnv",
)


def flight_booking_spec(**options: Any) -> EnvSpec:
    """Return the specification of a `FlightBookingEnv` that is made with options.

    >>> env = flight_booking_spec(scenario="flights/rush").make()
    """
    spec = deepcopy(gymnasium.spec(_ID))
    spec.kwargs.update(options)
    return spec
