"""Dates in a table, in the orders in which people write them."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from .cells import BadCell

__all__ = ["ORDERS", "day_first", "is_date", "read_date"]

ORDERS: Final = ("day-first", "month-first")
"""How ``01-03-2022`` may be meant."""

_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_WEEKDAY = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+(?=\d)", re.IGNORECASE
)
_CLOCK = re.compile(r"[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\S*")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_DAY_MONTH = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th|\.)?[- ,]*([A-Za-z]{3,9})\.?"
    r"(?:[-, ]+([0-9]{4}|[0-9]{2}))?"
)
_MONTH_DAY = re.compile(
    r"([A-Za-z]{3,9})\.?[- ]*([0-9]{1,2})(?:st|nd|rd|th)?(?:[-, ]+([0-9]{4}))?"
)
_CENTURY: Final = 2000
_YEAR_DAYS: Final = 183
_MONTHS_A_YEAR: Final = 12


def day_first(texts: Iterable[str]) -> bool | None:
    """Return which of day and month comes first in dates like ``01-03-2022``.

    None: they do not tell, or some say this and some that.
    """
    said: dict[bool, None] = {}
    for text in texts:
        found = _YEAR_LAST.fullmatch(_bare(text))
        if found is not None:
            a, b = int(found[1]), int(found[3])
            if found[2] == "." or a > _MONTHS_A_YEAR or b > _MONTHS_A_YEAR:
                said[found[2] == "." or a > _MONTHS_A_YEAR] = None
    return next(iter(said)) if len(said) == 1 else None


def is_date(text: str) -> bool:
    """Return whether a text looks like a date, the year aside."""
    bare = _bare(text)
    return any(
        form.fullmatch(bare)
        for form in (_YEAR_FIRST, _COMPACT, _YEAR_LAST, _DAY_MONTH, _MONTH_DAY)
    )


def read_date(
    text: str, what: str, *, order: bool | None, near: date | None = None
) -> date:
    """Return a date.

    Args:
        text: a cell; a time of day behind the date is left out.
        what: the field, for messages.
        order: whether the day comes before the month where that is not plain.
        near: of dates without a year the one that is nearest to this is meant.

    Raises:
        BadCell: it is none, or could be two.

    >>> read_date("24/03/2019", "date", order=None)
    datetime.date(2019, 3, 24)
    >>> read_date("25 Mar", "date", order=None, near=date(2019, 3, 24))
    datetime.date(2019, 3, 25)
    """
    bare = _bare(text)
    year_first, compact = _YEAR_FIRST.fullmatch(bare), _COMPACT.fullmatch(bare)
    try:
        if year_first:
            return date(int(year_first[1]), int(year_first[3]), int(year_first[4]))
        if compact:
            return date(int(compact[1]), int(compact[2]), int(compact[3]))
        year_last = _YEAR_LAST.fullmatch(bare)
        if year_last:
            return _year_last(year_last, text, what, order=order)
        return _with_month_name(bare, near)
    except ValueError as error:
        raise BadCell(f"{what} {text!r:.40} is no date") from error


def _bare(text: str) -> str:
    """Return a date without its weekday and its time of day."""
    return _CLOCK.sub("", _WEEKDAY.sub("", " ".join(text.split())))


def _year_last(
    found: re.Match[str], text: str, what: str, *, order: bool | None
) -> date:
    a, b, year = int(found[1]), int(found[3]), int(found[4])
    year += _CENTURY if len(found[4]) < len("2026") else 0
    plain = day_first([text])
    chosen = order if plain is None else plain
    if chosen is None and a != b:
        raise BadCell(
            f"{what} {text!r:.40} may be day or month first: say --date-order "
            f"{ORDERS[0]} or {ORDERS[1]}"
        )
    day, month = (b, a) if chosen is False else (a, b)
    return date(year, month, day)


def _with_month_name(bare: str, near: date | None) -> date:
    """Return a date such as ``24 Mar 2019``, ``Mar 24`` or ``24-Mar-19``.

    Raises:
        ValueError: it is none.
    """
    found = _DAY_MONTH.fullmatch(bare)
    if found:
        day, name, year = found.groups()
    else:
        found = _MONTH_DAY.fullmatch(bare)
        if not found:
            raise ValueError(bare)
        name, day, year = found.groups()
    month = _MONTHS.index(name[:3].casefold()) + 1
    if year:
        return date(
            int(year) + (_CENTURY if len(year) < len("2026") else 0), month, int(day)
        )
    if near is None:
        raise ValueError(bare)
    years = [near.year + k for k in (-1, 0, 1)]
    found_days = []
    for one in years:
        try:
            found_days.append(date(one, month, int(day)))
        except ValueError:
            continue
    close = [d for d in found_days if abs(d - near) <= timedelta(days=_YEAR_DAYS)]
    if not close:
        raise ValueError(bare)
    return min(close, key=lambda d: abs(d - near))
