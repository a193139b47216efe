"""Times of the day and durations, in the forms that tables have."""

import re
from dataclasses import dataclass
from typing import Final

from .cells import BadCell, missing
from .dates import is_date

__all__ = ["PERIODS", "PERIOD_MINUTES", "ClockTime", "clock_time", "duration_minutes"]

PERIOD_MINUTES: Final = 240
"""Length of a period of the day."""

PERIODS: Final[dict[str, int]] = {
    "late_night": 0,
    "early_morning": 240,
    "morning": 480,
    "afternoon": 720,
    "evening": 960,
    "night": 1200,
}
"""First minute of each period of the day."""

_DURATION_MAX: Final = 7 * 24 * 60
_NOON: Final = 12
_DAY_HOURS: Final = 24

_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]+([0-9]{1,2}:[0-9]{2})"
    r"(?::[0-9]{2}(?:[.,][0-9]+)?)? ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2})?"
)
_CLOCK = (
    r"(?P<h>[0-9]{1,2})(?:"
    r"[:hH](?P<m>[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?|\.(?P<u>[0-9]{2})(?= ?Uhr))?"
    r" ?(?:(?P<half>[aApP])\.? ?[mM]\.?|Uhr|[hH](?:rs)?\.?)?"
)
_AT_START = re.compile(rf"{_CLOCK}(?:[ ,]+(?P<rest>.+))?")
_AT_END = re.compile(rf"(?P<rest>.+?)(?:[ ,]+|(?<=[0-9])T){_CLOCK}")
_MILITARY = re.compile(r"([0-9]{1,2})([0-9]{2})(?:\.0)?")
_OFFSET = re.compile(r"(.*?)[ ,]*\(?([+\-\u2212][0-9])(?: ?(?:d|days?))?\)?")
_NEXT = re.compile(r"(.*?)[ ,]*\(?next day\)?", re.IGNORECASE)

_HOURS = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,9}))?(?: ?(?:h|hrs?|hours?))?")
_COLON = re.compile(r"(?:([0-9]) days?,? )?([0-9]{1,3}):([0-5][0-9])(?::[0-9]{2})?")
_UNITS = re.compile(
    r"(?:([0-9]) ?d(?:ays?)?,? ?)?(?:([0-9]{1,3})(?:[.,]([0-9]{1,4}))? ?h(?:rs?|ours?)?"
    r"[,.]? ?)?(?:([0-9]{1,4})? ?m(?:in(?:ute)?s?)?\.?)?"
)
_ISO_8601 = re.compile(
    r"p(?:([0-9])d)?(?:t(?:([0-9]{1,3})h)?(?:([0-9]{1,4})m)?(?:[0-9]{1,2}s)?)?"
)


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of the day, and what a cell says of the day."""

    minute: int | str
    """Since midnight; or a period of the day."""
    day: int | None = None
    """Days after the departure's, where the cell says so (``07:15+1``)."""
    date: str = ""
    """The date in the cell, as it stands there."""
    end_of_day: bool = False
    """It said 24:00, which is minute 0 of the next day."""


def clock_time(text: str, what: str) -> ClockTime:
    """Return a time of the day.

    >>> clock_time("6:05", "departure_time").minute
    365
    >>> clock_time("Early_Morning", "departure_time").minute
    'early_morning'
    >>> clock_time("07:15 PM +1", "arrival_time")
    ClockTime(minute=1155, day=1, date='', end_of_day=False)
    >>> clock_time("01:10 25 Mar", "arrival_time")
    ClockTime(minute=70, day=None, date='25 Mar', end_of_day=False)
    """
    plain = " ".join(text.split())
    if missing(plain):
        raise BadCell(f"{what} {text!r:.40} is missing")
    period = "_".join(plain.replace("_", " ").replace("-", " ").lower().split())
    if period in PERIODS:
        return ClockTime(period)
    iso = _ISO.fullmatch(plain)
    if iso:
        return _clock(iso[2], None, iso[1], text, what)
    day = None
    for form in (_NEXT, _OFFSET):
        said = form.fullmatch(plain)
        if said and said[1] and not is_date(plain):
            plain = said[1]
            day = 1 if form is _NEXT else int(said[2].replace("\u2212", "-"))
            break
    return _clock(plain, day, "", text, what)


def _clock(plain: str, day: int | None, dated: str, text: str, what: str) -> ClockTime:
    hours, minutes, half, rest = _parts(plain)
    known = ", ".join(PERIODS)
    wrong = f"{what} {text!r:.40} is neither HH:MM nor one of {known}"
    if hours < 0 or (rest and (dated or not is_date(rest))):
        raise BadCell(wrong)
    if half:
        # 13:05 PM has one meaning, 00:30 PM none.
        if (half == "a" and hours > _NOON) or (half == "p" and hours == 0):
            raise BadCell(wrong)
        hours = (
            hours % _NOON + (_NOON if half == "p" else 0) if hours <= _NOON else hours
        )
    midnight = hours == _DAY_HOURS and minutes == 0
    if (hours >= _DAY_HOURS and not midnight) or minutes > 59:  # noqa: PLR2004
        raise BadCell(wrong)
    if midnight:
        later = None if day is None else day + 1
        return ClockTime(0, later, dated or rest, end_of_day=True)
    return ClockTime(hours * 60 + minutes, day, dated or rest)


def _parts(plain: str) -> tuple[int, int, str, str]:
    """Return hours (-1: none), minutes, ``a`` or ``p``, and the rest of the text."""
    military = _MILITARY.fullmatch(plain)
    if military:
        return int(military[1]), int(military[2]), "", ""
    for form in (_AT_START, _AT_END):
        found = form.fullmatch(plain)
        if found is None:
            continue
        minutes = found["m"] or found["u"]
        half = (found["half"] or "").lower()
        if minutes is None and not half:
            continue
        return int(found["h"]), int(minutes or 0), half, found["rest"] or ""
    return -1, 0, "", ""


def duration_minutes(text: str, *, in_minutes: bool = False) -> int:
    """Return minutes, from hours with decimals (rounded half up) or with units.

    Args:
        text: a cell.
        in_minutes: a number without a unit is minutes, not hours.

    >>> [duration_minutes(t) for t in ("2.17", "2h 50m", "PT2H29M", "2:50", "1d 2h")]
    [130, 170, 149, 170, 1560]
    """
    low = " ".join(text.strip().casefold().split())
    minutes = _plain_duration(low, in_minutes=in_minutes)
    if minutes is None:
        minutes = _duration_with_units(low)
    if minutes is None or not 1 <= minutes <= _DURATION_MAX:
        unit = "minutes" if in_minutes else "hours"
        raise BadCell(f"duration {text!r:.40} is not {unit} above 0, at most a week")
    return minutes


def _plain_duration(low: str, *, in_minutes: bool) -> int | None:
    number = _HOURS.fullmatch(low)
    if number is None:
        return None
    digits: str = number[1] + (number[2] or "")
    scale: int = 10 ** len(number[2] or "")
    unit = 1 if in_minutes and low[-1].isdigit() else 60
    return (int(digits) * 2 * unit + scale) // (2 * scale)


def _duration_with_units(low: str) -> int | None:
    colon = _COLON.fullmatch(low)
    if colon:
        days, hours, minutes = (int(part or 0) for part in colon.groups())
        return (days * 24 + hours) * 60 + minutes
    iso = _ISO_8601.fullmatch(low)
    if iso and any(iso.groups()):
        days, hours, minutes = (int(part or 0) for part in iso.groups())
        return (days * 24 + hours) * 60 + minutes
    units = _UNITS.fullmatch(low)
    if units is None or not any(units.groups()):
        return None
    scale: int = 10 ** len(units[3] or "")
    in_hours = int((units[2] or "0") + (units[3] or ""))
    part = (in_hours * 120 + scale) // (2 * scale)
    return int(units[1] or 0) * 1440 + part + int(units[4] or 0)
