"""Gymnasium environments; importing the package registers them."""

import gymnasium

from .flight_booking_env import FlightBookingEnv

__all__ = ["FlightBookingEnv"]

gymnasium.register(
    id="TestTimeGym/FlightBooking-v0",
    entry_point="test_time_gym.envs.flight_booking_env:FlightBookingEnv",
)
