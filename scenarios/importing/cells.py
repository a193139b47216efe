"""Cells of a table of fares, read strictly: ASCII digits and known words only."""

import re
from typing import Final

from test_time_gym.market.money import parse_major

__all__ = [
    "PERIODS",
    "PERIOD_MINUTES",
    "BadCell",
    "clock_or_period",
    "days_left",
    "duration_minutes",
    "flight_number",
    "price_minor",
    "stops",
    "words",
]

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

_STOPS: Final = {
    "zero": 0,
    "nonstop": 0,
    "non_stop": 0,
    "direct": 0,
    "one": 1,
    "two": 2,
    "two_or_more": 2,
    "three": 3,
}
_STOPS_MAX: Final = 5
_PRICE_MAX_MINOR: Final = 10**9
"""Leaves room for both curves below the largest amount that can be booked."""

_DAYS_MAX: Final = 366
_DURATION_MAX: Final = 7 * 24 * 60
_WORDS_MAX: Final = 100

_SPACED = re.compile(r"(?<=[0-9])[ '\u2019\u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_BY_COMMA = re.compile(r"[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}")
_BY_POINT = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")
_AMBIGUOUS = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
_WHOLE = re.compile(r"([0-9]{1,9})(\.0+)?")
_DECIMAL = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,9}))?")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(:00)?")
_FLIGHT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,25}")


class BadCell(Exception):
    """A cell cannot be read; the text is the reason, for people."""


def words(text: str, what: str) -> str:
    """Return a name: printable, single-spaced, underscores as spaces.

    >>> words(" Air_India ", "airline")
    'Air India'
    """
    name = " ".join(text.replace("_", " ").split())
    if not name:
        raise BadCell(f"{what} is empty")
    if len(name) > _WORDS_MAX or not name.isprintable():
        raise BadCell(f"{what} {text!r:.40} is no name")
    return name


def flight_number(text: str) -> str:
    """Return a flight number that may stand in a scenario.

    >>> flight_number("AI 531")
    'AI-531'
    """
    number = "-".join(text.split())
    if not number:
        raise BadCell("flight is empty")
    if not _FLIGHT.fullmatch(number):
        raise BadCell(f"flight {text!r:.40} is no flight number")
    return number


def clock_or_period(text: str, what: str) -> int | str:
    """Return minutes since midnight, or the name of a period of the day.

    >>> clock_or_period("6:05", "departure_time")
    365
    >>> clock_or_period("Early_Morning", "departure_time")
    'early_morning'
    """
    clock = _CLOCK.fullmatch(text.strip())
    if clock:
        return int(clock[1]) * 60 + int(clock[2])
    period = _word(text)
    if period not in PERIODS:
        known = ", ".join(PERIODS)
        raise BadCell(f"{what} {text!r:.40} is neither HH:MM nor one of {known}")
    return period


def stops(text: str) -> int:
    """Return a number of stops.

    >>> stops("two_or_more"), stops("1")
    (2, 1)
    """
    known = _STOPS.get(_word(text))
    if known is not None:
        return known
    number = _WHOLE.fullmatch(text.strip())
    if number is None or int(number[1]) > _STOPS_MAX:
        raise BadCell(f"stops {text!r:.40} is not 0 to {_STOPS_MAX}, nor a known word")
    return int(number[1])


def duration_minutes(text: str) -> int:
    """Return minutes, from hours with decimals, rounded half up.

    >>> duration_minutes("2.17"), duration_minutes("2.33")
    (130, 140)
    """
    number = _DECIMAL.fullmatch(text.strip())
    if number is not None:
        rest = number[2] or "0"
        scale: int = 10 ** len(rest)
        minutes = (int(number[1] + rest) * 120 + scale) // (2 * scale)
        if 1 <= minutes <= _DURATION_MAX:
            return minutes
    raise BadCell(f"duration {text!r:.40} is not hours above 0, at most a week")


def days_left(text: str) -> int:
    """Return a whole number of days before departure, at least one.

    >>> days_left("49")
    49
    """
    number = _WHOLE.fullmatch(text.strip())
    if number is None or not 1 <= int(number[1]) <= _DAYS_MAX:
        raise BadCell(f"days_left {text!r:.40} is not a whole number, 1 to {_DAYS_MAX}")
    return int(number[1])


def price_minor(text: str, exponent: int) -> int:
    """Return minor units, from a price with or without separators.

    A comma before three last digits groups thousands, before one or two it is
    the decimal point; ``5.953`` could be either and is refused.

    >>> [price_minor(t, 2) for t in ("5953", "5,953.50", "5.953,50", "1,05,953")]
    [595300, 595350, 595350, 10595300]
    """
    plain = _without_grouping(text.strip())
    if _AMBIGUOUS.fullmatch(plain):
        raise BadCell(f"price {text!r:.40} could mean thousands or decimals")
    whole, _, rest = plain.partition(".")
    rest = rest[:exponent] + rest[exponent:].rstrip("0")
    minor = parse_major(f"{whole}.{rest}" if rest else whole, exponent)
    if minor is None or minor <= 0:
        rule = f"an amount above 0 with at most {exponent} decimals"
        raise BadCell(f"price {text!r:.40} is not {rule}")
    if minor > _PRICE_MAX_MINOR:
        raise BadCell(f"price {text!r:.40} is beyond {_PRICE_MAX_MINOR} minor units")
    return minor


def _without_grouping(text: str) -> str:
    """Return the amount without thousands separators, its decimals after a point."""
    text = _SPACED.sub("", text)
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        grouped = _BY_COMMA if comma < point else _BY_POINT
        whole, rest = text[: max(comma, point)], text[max(comma, point) + 1 :]
        if not grouped.fullmatch(whole):
            return text
        return whole.replace(",", "").replace(".", "") + "." + rest
    if _BY_COMMA.fullmatch(text):
        return text.replace(",", "")
    if text.count(".") > 1 and _BY_POINT.fullmatch(text):
        return text.replace(".", "")
    return text.replace(",", ".")


def _word(text: str) -> str:
    return "_".join(text.replace("_", " ").replace("-", " ").lower().split())
