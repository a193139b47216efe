"""Flexible dates: buyers who look some days before and after the date they want.

So departures of neighbouring dates compete for them: the "± 3 days" of a search form.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import Field

from .config import Config, Minor
from .domain import DATE

__all__ = ["DAYS_AWAY_MOST", "FlexibleDates", "moved"]

DAYS_AWAY_MOST: Final = 7
"""Most days before or after its date on which a buyer looks."""


def moved(group: tuple[str, ...], days: int) -> tuple[str, ...] | None:
    """Return a group so many days later: the same search with other dates.

    Args:
        group: the values of a search form; all its dates move, so that a stay keeps its
            nights.
        days: negative for earlier.

    Returns:
        None where the calendar ends.

    >>> moved(("DEL", "BOM", "2019-03-01"), -1)
    ('DEL', 'BOM', '2019-02-28')
    >>> moved(("Rome", "2026-06-30", "2026-07-02"), 1)
    ('Rome', '2026-07-01', '2026-07-03')
    """
    try:
        return tuple([_later(value, days) for value in group])
    except OverflowError:
        return None


def _later(value: str, days: int) -> str:
    if not DATE.fits(value):
        return value
    return (date.fromisoformat(value) + timedelta(days=days)).isoformat()


class FlexibleDates(Config):
    """How far from its date each buyer of a segment looks, and how it minds.

    An offer on another date is worth less to it, by the same for each day; it does not
    change what the buyer would pay at most, and it is never paid.
    """

    days: Annotated[int, Field(ge=0, le=DAYS_AWAY_MOST)]
    """So many days before its date, and after it, it looks at what is for sale."""
    cost_minor_per_day: Annotated[Minor, Field(le=10**10)]
    """How much dearer an offer seems for each day between its date and that."""

    @property
    def idle(self) -> bool:
        """Whether its buyers look at their own date alone."""
        return not self.days

    def near(self, group: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
        """Yield the groups that a buyer looks at, whether there are any such or not.

        Args:
            group: what it comes for.

        Yields:
            Each group, the earliest first, and how much dearer its offers seem.

        >>> dates = FlexibleDates(days=1, cost_minor_per_day=30_00)
        >>> for (_, day), more in dates.near(("SFO", "2026-06-15")):
        ...     print(day, more)
        2026-06-14 3000
        2026-06-15 0
        2026-06-16 3000
        """
        for days in range(-self.days, self.days + 1):
            other = moved(group, days)
            if other is not None:
                yield other, abs(days) * self.cost_minor_per_day
