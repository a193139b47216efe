"""`HotelBookingEnv`: one focal guest."""

from typing import ClassVar

from .booking_env import BookingEnv

__all__ = ["HotelBookingEnv"]


class HotelBookingEnv(BookingEnv):
    """A Gymnasium environment: book a room; arguments are those of `BookingEnv`.

    >>> env = HotelBookingEnv(seed=42)
    >>> observation, info = env.reset()
    >>> sorted(observation["forms"])
    ['check_in', 'check_out', 'city']
    """

    default: ClassVar[str] = "hotels/city-break"
