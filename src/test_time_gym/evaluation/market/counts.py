"""Counts: what one run of a market sold, in whole numbers."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from test_time_gym.market.clock import DAY_MS

__all__ = ["DAYS", "Counts", "RunCounts", "UnitsSold", "bucket_of"]

DAYS: Final = (0, 1, 3, 7, 14, 21, 30, 60, 90)
"""Where buckets of days left begin; the last one has no end."""


def bucket_of(left_ms: int) -> int:
    """Return the position in `DAYS` of the bucket that a sale falls into.

    Args:
        left_ms: milliseconds from the sale to the product's closing.

    >>> bucket_of(0), bucket_of(3 * 86_400_000 - 1), bucket_of(3 * 86_400_000)
    (0, 1, 2)
    """
    return max(0, bisect_right(DAYS, left_ms // DAY_MS) - 1)


@dataclass(slots=True)
class Counts:
    """Sums of one run for one seller, or for all."""

    revenue_minor: int = 0
    """What sales brought, less what went back."""
    paid_back_minor: int = 0
    """Refunds of cancellations and no-shows, and the cost of denied boardings."""
    cancelled: int = 0
    no_shows: int = 0
    denied: int = 0
    go_shows: int = 0
    """Who came without a booking and found a unit: they count as sold."""
    sold: int = 0
    """Products sold to background buyers while the run was played."""
    buyers: int = 0
    """Background buyers who bought them: parties count once."""
    before: int = 0
    """Units of stock that were drawn as sold before the opening."""
    used: int = 0
    """Units of stock gone at closing, those among them, and used."""
    capacity: int = 0
    """Units of stock there were."""
    passenger_km: int = 0
    """Kilometres of what was sold while the run was played, less those that nobody
    used; what is of unknown length counts 0."""
    capacity_km: int | None = None
    """Units of stock there were, times how far each goes; 0: nowhere; None: that is
    not known of all of them."""
    spilled: int = 0
    """Units that were wanted by those who found them sold out, and left."""
    surplus_minor: int = 0
    cut_prices: int = 0
    """Prices that a policy asked beyond floor or ceiling."""


class UnitsSold(NamedTuple):
    """What one run sold, and nothing else of it."""

    sellers: dict[str, int]
    """Seller → products sold, with what was drawn as sold before the opening."""
    segments: dict[str, int]
    """Segment → products that it bought while the run was played."""


@dataclass(slots=True)
class RunCounts:
    """What one run sold: by seller, by class and by days left."""

    seed: int
    arrivals: int
    """Background buyers who came, to buy or not."""
    of: dict[str, Counts]
    """Seller → its sums, in the order of the catalog."""
    total: Counts
    classes: dict[tuple[str, str], int]
    """Seller and class → products sold, in the order of the catalog."""
    days: dict[tuple[str, int], tuple[int, int]]
    """Seller and bucket → products sold, and what for in minor units."""
    segments: dict[str, tuple[int, int, int, int]]
    """Segment → arrivals, those who bought, products that they bought, and what for in
    minor units."""
    shown_demand: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Segment → `ShownDemand.sums`, where it was asked for."""
