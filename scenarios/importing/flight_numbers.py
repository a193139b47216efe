"""Flight numbers, and what spreadsheets have made of them."""

import re
import unicodedata
from hashlib import blake2b
from typing import Final

from .cells import BadCell, missing

__all__ = ["NUMBER_MAX", "flight_number", "joined_number", "name_of_flight"]

NUMBER_MAX: Final = 26
"""Most characters, so that a scenario's code has room for a suffix."""

_FLIGHT = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{NUMBER_MAX - 1}}}")
_POWER = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?[eE]([+-]?)([0-9]{1,4})")
_ZERO = re.compile(r"[+-]?0+(?:[.,]0*)?(?:[eE][+-]?[0-9]+)?")
_DECIMAL = re.compile(r"([0-9]+)[.,]([0-9]+)")
_NUMERIC = re.compile(r"[0-9.,]*(?:[eE][+-]?[0-9]+)?")
_WHOLE_MAX: Final = 9999
"""Flight numbers have four digits at most."""

_BETWEEN = re.compile(r"\s*(?:\|\||[/,;&|])\s*")
"""What stands between the numbers of a connection's flights."""


def flight_number(text: str) -> tuple[str, bool]:
    """Return a flight number that may stand in a scenario, and whether it is mended.

    A spreadsheet takes ``6E-269`` for a power of ten and shows ``6.00E-269``, and
    ``995`` for a decimal, ``995.0``: each of these can only have been the one.

    >>> flight_number("AI 531"), flight_number("6.00E-269"), flight_number("995.0")
    (('AI-531', False), ('6E-269', True), ('995', True))
    """
    if text.strip() and missing(text):
        raise BadCell(f"flight {text!r:.40} is a mark for a missing value")
    whole = text.strip()
    # A comma in a number is no comma between two.
    alone = _NUMERIC.fullmatch(whole) is not None
    parts = dict.fromkeys([whole] if alone else _BETWEEN.split(whole))
    found = [_one_number(part, text) for part in parts]
    number = "_".join(part for part, _ in found)
    if not _FLIGHT.fullmatch(number):
        raise BadCell(f"flight {text!r:.40} is no flight number")
    return number, any(mended for _, mended in found)


def joined_number(parts: list[str], headers: list[str]) -> tuple[str, bool]:
    """Return a flight number whose parts stand in columns of their own.

    >>> joined_number(["SG", "101.0"], ["ch_code", "num_code"])
    ('SG-101', True)
    """
    whole, mended = [], False
    for part, header in zip(parts, headers, strict=True):
        if missing(part):
            raise BadCell(f"{header} {part!r:.40} is a mark for a missing value")
        decimal = _DECIMAL.fullmatch(part.strip())
        if decimal and not decimal[2].strip("0"):
            part, mended = decimal[1], True  # noqa: PLW2901 - the same part, mended
        if _ZERO.fullmatch(part.strip()):
            raise BadCell(f"{header} {part!r:.40} is no part of a flight number")
        whole.append("-".join(part.split()))
    number, again = flight_number("-".join(whole))
    return number, mended or again


def name_of_flight(airline: str, rest: str) -> str:
    """Return a code made of an airline's name and something that tells flights apart.

    >>> name_of_flight("Air Índia", "0550")
    'AirIndia-0550'
    """
    letters = unicodedata.normalize("NFKD", airline).encode("ascii", "ignore").decode()
    short = re.sub("[^A-Za-z0-9]", "", letters)
    if not short:
        short = "X" + blake2b(airline.casefold().encode(), digest_size=3).hexdigest()
    return f"{short[: NUMBER_MAX - 1 - len(rest)]}-{rest}"


def _one_number(part: str, text: str) -> tuple[str, bool]:
    """Return the number of one flight, and whether it was mended."""
    if not part.strip():
        raise BadCell("flight is empty")
    if missing(part):
        raise BadCell(f"flight {text!r:.40} is a mark for a missing value")
    number = "-".join(re.sub("[\u2010-\u2015\u2212]", "-", part).split())
    power, decimal = _POWER.fullmatch(number), _DECIMAL.fullmatch(number)
    if _ZERO.fullmatch(number):
        raise BadCell(f"flight {text!r:.40} is a zero, not a flight number")
    if power and (power[2] or power[3] == "+"):
        return _from_power(power, text), True
    if decimal and decimal[2].strip("0"):
        raise BadCell(f"flight {text!r:.40} is a decimal, not a flight number")
    if decimal:
        return decimal[1], True
    if number.endswith(".0"):
        return number.rstrip("0").removesuffix("."), True
    return number, False


def _from_power(power: re.Match[str], text: str) -> str:
    """Return the number that a spreadsheet took for a power of ten."""
    digits, decimals, sign, exponent = power.groups()
    if len(digits) > 1 or (decimals or "").strip("0") or int(exponent) == 0:
        raise BadCell(f"flight {text!r:.40} is a number that a spreadsheet has rounded")
    if sign != "-" and int(digits) * 10 ** min(int(exponent), 9) <= _WHOLE_MAX:
        raise BadCell(
            f"flight {text!r:.40} may have been {digits}E-{int(exponent)} or "
            f"{int(digits) * 10 ** int(exponent)}"
        )
    return f"{digits}E-{int(exponent)}"
