"""What a seller knows of its past departures: bookings, and what was closed."""

from typing import NamedTuple

__all__ = ["PastDeparture", "PastSales"]


class PastSales(NamedTuple):
    """What was booked of one product in one past departure, interval by interval.

    Intervals go from one decision point to the next: the first begins as the market
    opens, the last ends at closing.
    """

    product: int
    """Position in the catalog."""
    starts_ms: tuple[int, ...]
    """From the start of each interval to closing, never rising."""
    taken: tuple[int, ...]
    """Units that were booked in each, whatever became of the bookings."""
    closed: tuple[bool, ...]
    """Whether none could be had at the end of each: more may have been asked for."""
    prices_minor: tuple[int, ...] = ()
    """What one unit cost at the end of each, in minor units."""


PastDeparture = tuple[PastSales, ...]
"""One past departure: of each product of the seller, in the order of the catalog."""
