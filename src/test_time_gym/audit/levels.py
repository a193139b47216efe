"""Levels: how many buyers a segment expects for a date, beside the usual number."""

from datetime import date
from typing import Any, Final

__all__ = ["level_ppm"]

_PPM: Final = 1_000_000
_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Keys of ``by_weekday``, as `date.isoweekday` counts days from 1."""


def level_ppm(segment: dict[str, Any], day: str) -> int:
    """Return the multiple of a date, in millionths.

    Args:
        segment: as the header declares it.
        day: on which a listing is used.

    >>> level_ppm({"by_weekday": {"sun": 500_000}}, "2026-06-14")
    500000
    """
    weekday = _WEEK[date.fromisoformat(day).isoweekday() - 1]
    usual: int = segment.get("by_weekday", {}).get(weekday, _PPM)
    special: int = segment.get("by_date", {}).get(day, _PPM)
    return usual * special // _PPM
