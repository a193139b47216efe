"""The names under which Gymnasium knows the environments: `gymnasium.make` finds them.

Nothing of the environments is imported before one is made.
"""

from typing import Final

import gymnasium

__all__ = ["FLIGHTS", "HOTELS"]

FLIGHTS: Final = "TestTimeGym/FlightBooking-v0"
HOTELS: Final = "TestTimeGym/HotelBooking-v0"

gymnasium.register(
    id=FLIGHTS,
    entry_point="test_time_gym.envs.flight_booking_env:FlightBookingEnv",
)
gymnasium.register(
    id=HOTELS,
    entry_point="test_time_gym.envs.hotel_booking_env:HotelBookingEnv",
)
