"""Flexible dates: how far a background buyer is from the date that it came for."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

__all__ = ["days_between", "looks_so_far"]

_DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def days_between(group: Sequence[str], other: Sequence[str]) -> int | None:
    """Return how many days later another group is; None if it is another search.

    >>> stay = ["Rome", "2026-07-02", "2026-07-04"]
    >>> days_between(["Rome", "2026-06-30", "2026-07-02"], stay)
    2
    >>> days_between(["Rome", "2026-06-30", "2026-07-01"], stay) is None
    True
    """
    if len(group) != len(other):
        return None
    days: int | None = None
    for one, two in zip(group, other, strict=True):
        if _DATE.fullmatch(one) and _DATE.fullmatch(two):
            apart = (date.fromisoformat(two) - date.fromisoformat(one)).days
            if days not in (None, apart):
                return None
            days = apart
        elif one != two:
            return None
    return days


def looks_so_far(
    segment: dict[str, Any], group: Sequence[str], other: Sequence[str]
) -> bool:
    """Return whether buyers of a segment look at another group than they came for.

    Args:
        segment: as the header declares it.
        group: what they came for.
        other: a group that is for sale.

    >>> flexible = {"flexible_dates": {"days": 2, "cost_minor_per_day": 0}}
    >>> looks_so_far(flexible, ["Rome", "2026-06-30"], ["Rome", "2026-06-28"])
    True
    >>> looks_so_far({}, ["Rome", "2026-06-30"], ["Rome", "2026-06-29"])
    False
    """
    most: int = (segment.get("flexible_dates") or {"days": 0})["days"]
    days = days_between(group, other)
    return days is not None and 0 < abs(days) <= most
