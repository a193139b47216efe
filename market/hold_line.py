"""Lines of a hold: what it keeps, and at which price."""

from msgspec import Struct

__all__ = ["HoldLine"]


class HoldLine(Struct, frozen=True, array_like=True, gc=False):
    """Seats of one product at the price that the hold locks."""

    product: int
    seats: int
    price_minor: int
    """For one seat."""
