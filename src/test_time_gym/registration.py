"""The names under which Gymnasium knows the environments: `gymnasium.make` finds them.

Nothing of the environments is imported before one is made.
"""

from typing import Final

import gymnasium

__all__ = ["FLIGHTS", "HOTELS", "VECTOR_FLIGHTS", "VECTOR_HOTELS"]

FLIGHTS: Final = "TestTimeGym/FlightBooking-v0"
HOTELS: Final = "TestTimeGym/HotelBooking-v0"
VECTOR_FLIGHTS: Final = "TestTimeGym/FlightBookingVector-v0"
VECTOR_HOTELS: Final = "TestTimeGym/HotelBookingVector-v0"

gymnasium.register(
    id=FLIGHTS,
    entry_point="test_time_gym.envs.flight_booking_env:FlightBookingEnv",
)
gymnasium.register(
    id=HOTELS,
    entry_point="test_time_gym.envs.hotel_booking_env:HotelBookingEnv",
)

_VECTORS: Final = {"observation": "vector", "flatten": True}

gymnasium.register(
    id=VECTOR_FLIGHTS,
    entry_point="test_time_gym.envs.flight_booking_env:FlightBookingEnv",
    vector_entry_point="test_time_gym.envs.booking_vector_env:FlightBookingVectorEnv",
    kwargs=_VECTORS,
)
gymnasium.register(
    id=VECTOR_HOTELS,
    entry_point="test_time_gym.envs.hotel_booking_env:HotelBookingEnv",
    vector_entry_point="test_time_gym.envs.booking_vector_env:HotelBookingVectorEnv",
    kwargs=_VECTORS,
)
