"""`FlightBookingEnv`: one focal traveller."""

from typing import ClassVar

from .booking_env import BookingEnv

__all__ = ["FlightBookingEnv"]


class FlightBookingEnv(BookingEnv):
    """A Gymnasium environment: book a flight; arguments are those of `BookingEnv`.

    >>> env = FlightBookingEnv(seed=42)
    >>> observation, info = env.reset()
    >>> observation["view"]
    'search_results'
    """

    default: ClassVar[str] = "flights/sfo-mad"
