"""The names under which Gymnasium knows the environments: `gymnasium.make` finds them.

Nothing of the environments is imported before one is made.
"""

from typing import Final

import gymnasium

__all__ = ["FLIGHTS", "FLIGHTS_VECTOR", "HOTELS", "HOTELS_VECTOR"]

FLIGHTS: Final = "TestTimeGym/FlightBooking-v0"
HOTELS: Final = "TestTimeGym/HotelBooking-v0"
FLIGHTS_VECTOR: Final = "TestTimeGym/FlightBookingVector-v0"
HOTELS_VECTOR: Final = "TestTimeGym/HotelBookingVector-v0"

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
    id=FLIGHTS_VECTOR,
    entry_point="test_time_gym.envs.flight_booking_env:FlightBookingEnv",
    vector_entry_point="test_time_gym.envs.booking_vector_env:FlightBookingVectorEnv",
    kwargs=_VECTORS,
)
gymnasium.register(
    id=HOTELS_VECTOR,
    entry_point="test_time_gym.envs.hotel_booking_env:HotelBookingEnv",
    vector_entry_point="test_time_gym.envs.booking_vector_env:HotelBookingVectorEnv",
    kwargs=_VECTORS,
)
