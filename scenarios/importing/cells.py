"""Cells of a table of fares, read strictly: ASCII digits and known words only."""

import re
import unicodedata
from typing import Final

__all__ = [
    "DAYS_MAX",
    "BadCell",
    "airport_or_city",
    "days_left",
    "missing",
    "stops",
    "words",
]

_COUNTS: Final = ("zero", "one", "two", "three", "four", "five")
_NONSTOP: Final = ("nonstop", "non stop", "no stop", "no stops", "direct")
_STOPS_MAX: Final = 5

DAYS_MAX: Final = 366
_WORDS_MAX: Final = 100

_MISSING: Final = (
    *("", "nan", "none", "na", "n/a", "n.a.", "null", "nil", "nat", "undefined"),
    *("unknown", "-", "--", "\u2013", "\u2014", "?", "."),
)
_SHEET_ERROR = re.compile(
    r"#(n/a|ref!|value!|name\?|div/0!|null!|num!|na|nv|wert!|nom\?|valor!)"
)
"""What spreadsheets show instead of a value, in some languages."""

_NUMBER = re.compile(r"[+-]?[0-9.,]+(e[+-]?[0-9]+)?")
_STOPS = re.compile(
    rf"([0-9]|{'|'.join(_COUNTS)})(?:\.0+)?(?: ?\+| or more)?(?: ?stops?| ?stop\(s\))?"
)
_DAYS = re.compile(r"([0-9]{1,9})(?:\.0+)?(?: ?(?:d|days?))?")
_DATE_LIKE = re.compile(r"[0-9]{1,4}[-/.][0-9A-Za-z]{1,3}[-/.][0-9]{1,4}.*")


class BadCell(Exception):
    """A cell cannot be read; the text is the reason, for people."""


def missing(text: str) -> bool:
    """Return whether a cell holds nothing, or a mark for a missing value.

    >>> missing("nan"), missing("#N/A"), missing("Vistara")
    (True, True, False)
    """
    low = text.strip().casefold()
    return low in _MISSING or _SHEET_ERROR.fullmatch(low) is not None


def words(text: str, what: str) -> str:
    """Return a name: printable, single-spaced, underscores as spaces.

    >>> words(" Air_India ", "airline")
    'Air India'
    """
    parts = dict.fromkeys(
        " ".join(part.replace("_", " ").split()) for part in text.split("||")
    )
    name = unicodedata.normalize("NFC", " / ".join(parts))
    if not name:
        raise BadCell(f"{what} is empty")
    if missing(name):
        raise BadCell(f"{what} {text!r:.40} is a mark for a missing value")
    if len(name) > _WORDS_MAX or not name.isprintable():
        raise BadCell(f"{what} {text!r:.40} is no name")
    if _NUMBER.fullmatch(name.casefold()):
        raise BadCell(f"{what} {text!r:.40} is a number, not a name")
    return name


def airport_or_city(text: str, what: str) -> str:
    """Return a city or an airport code; ``NAN`` in capitals is Nadi's.

    >>> airport_or_city("New_Delhi", "source_city")
    'New Delhi'
    """
    return "NAN" if text.strip() == "NAN" else words(text, what)


def stops(text: str) -> int:
    r"""Return a number of stops; ``2+`` and ``two or more`` are two.

    >>> [stops(text) for text in ("non-stop ", "1-stop\n\tVia IXU", "2+ stops", "0")]
    [0, 1, 2, 0]
    """
    low = " ".join(re.split(r"[\s_]+|(?<=[\w+])-", text.strip().casefold()))
    low = " ".join(low.split(" via ")[0].removesuffix(" flight").split())
    count = _STOPS.fullmatch(low)
    if low in _NONSTOP:
        return 0
    if count is not None:
        word = count[1]
        number = int(word) if word.isdigit() else _COUNTS.index(word)
        if number <= _STOPS_MAX:
            return number
    raise BadCell(f"stops {text!r:.40} is not 0 to {_STOPS_MAX}, nor a known word")


def days_left(text: str) -> int:
    """Return a whole number of days before departure, at least one.

    >>> days_left("49")
    49
    """
    number = _DAYS.fullmatch(text.strip().casefold())
    if number is not None and 1 <= int(number[1]) <= DAYS_MAX:
        return int(number[1])
    if _DATE_LIKE.fullmatch(text.strip()):
        raise BadCell(
            f"days_left {text!r:.40} is a date: say --column departure_date=HEADER if "
            "it is the flight's, and when prices were seen with --column "
            "search_date=HEADER or --search-date"
        )
    raise BadCell(f"days_left {text!r:.40} is not a whole number, 1 to {DAYS_MAX}")
