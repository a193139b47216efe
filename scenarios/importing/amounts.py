"""Prices: number formats of many countries, and the currency that signs tell."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from test_time_gym.market.currencies import EXPONENTS

from .cells import BadCell

__all__ = [
    "PriceForm",
    "currencies_in",
    "decimal_mark",
    "meanings",
    "price_minor",
    "usual_currency",
]

PRICE_MAX_MINOR: Final = 10**9
"""Leaves room for both curves below the largest amount that can be booked."""

_DOLLARS: Final = ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS")
_SIGNS: Final[dict[str, tuple[str, ...]]] = {
    "€": ("EUR",),
    "£": ("GBP", "EGP", "FKP", "GIP", "SHP", "SSP"),
    "$": _DOLLARS,
    "us$": ("USD",),
    "a$": ("AUD",),
    "au$": ("AUD",),
    "c$": ("CAD",),
    "ca$": ("CAD",),
    "nz$": ("NZD",),
    "s$": ("SGD",),
    "hk$": ("HKD",),
    "mx$": ("MXN",),
    "r$": ("BRL",),
    "₹": ("INR",),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR", "SCR"),
    "¥": ("JPY", "CNY"),
    "₩": ("KRW",),
    "₽": ("RUB",),
    "₺": ("TRY",),
    "₫": ("VND",),
    "₪": ("ILS",),
    "₱": ("PHP",),
    "฿": ("THB",),
    "zł": ("PLN",),
    "kč": ("CZK",),
    "ft": ("HUF",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "fr": ("CHF",),
}
"""What a sign may mean, the usual meaning first."""

_GUESSED: Final = ("$", "£", "rs")
"""Signs of several currencies whose usual meaning is taken, and told."""

_AMOUNT = re.compile(
    r"([^0-9]*?)([0-9](?:[0-9.,' \u2019\u00a0\u202f]*[0-9])?)([^0-9]*)"
)
_FLAT = re.compile(r"[.,/](?:-{1,2}|\u2013|\u2014)=?")
"""Stands for no cents at all: ``5,953/-``, ``12,-``."""

_SPACED = re.compile(r"(?<=[0-9])[ '\u2019\u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_BY_COMMA = re.compile(r"[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}")
_BY_POINT = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")
_UNGROUPED: Final = 3
_CENTS: Final = 2
_DIGITS_MAX: Final = 24


@dataclass(frozen=True, slots=True)
class PriceForm:
    """How the prices of one table are to be read."""

    currency: str
    mark: str = ""
    """The decimal mark, ``.`` or ``,``; nothing where the table does not tell."""
    long_decimals: bool = False
    """Whether prices have more than two decimals, as computed figures do."""


@dataclass(frozen=True, slots=True)
class _Number:
    """A number taken apart."""

    whole: str
    decimals: str = ""
    mark: str = ""
    """What stands before the decimals; or, of a number in groups, what would."""
    groups: bool = False
    """It may as well be a whole number in groups of three."""


def price_minor(text: str, form: PriceForm) -> tuple[int, bool]:
    """Return minor units, and whether decimals had to be rounded (half up).

    A comma before three last digits groups thousands unless the table says that
    it is its decimal mark; ``5.953`` could be either and is refused where the
    table does not tell.

    >>> inr = PriceForm("INR")
    >>> [price_minor(t, inr)[0] for t in ("5953", "₹ 5,953.50", "5.953,50", "1,05,953")]
    [595300, 595350, 595350, 10595300]
    """
    sign, body = _apart(text)
    number = _number(body) if body else None
    if number is None or sign.startswith(("-", "\u2212", "(", "+")):
        raise BadCell(f"price {text!r:.40} is not an amount above 0")
    meant = meanings(sign)
    if sign and not meant:
        raise BadCell(f"price {text!r:.40} is in no currency that is known")
    if meant and form.currency not in meant:
        raise BadCell(f"price {text!r:.40} is in {meant[0]}, not in {form.currency}")
    whole, decimals = _decided(number, text, form)
    exponent = EXPONENTS[form.currency]
    scale: int = 10 ** len(decimals)
    unit: int = 10**exponent
    minor = (int(whole + decimals) * unit * 2 + scale) // (2 * scale)
    if minor <= 0:
        raise BadCell(f"price {text!r:.40} is not an amount above 0")
    if minor > PRICE_MAX_MINOR:
        raise BadCell(f"price {text!r:.40} is beyond {PRICE_MAX_MINOR} minor units")
    return minor, bool(decimals[exponent:].strip("0"))


def decimal_mark(texts: Iterable[str]) -> tuple[str, bool]:
    """Return which mark a table's prices have before decimals, and if many follow.

    Only prices that can be read in one way count; where they contradict one
    another, or there are none, the mark is nothing.
    """
    marks: dict[str, bool] = {}
    for text in texts:
        number = _number(_apart(text)[1])
        if number is not None and number.mark and not number.groups:
            many = len(number.decimals) > _CENTS
            marks[number.mark] = marks.get(number.mark, False) or many
    return next(iter(marks.items())) if len(marks) == 1 else ("", False)


def currencies_in(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the currency signs of prices, each with what it may mean."""
    signs = dict.fromkeys(_apart(text)[0] for text in texts)
    return {sign: meanings(sign) for sign in signs if sign and meanings(sign)}


def usual_currency(sign: str) -> str | None:
    """Return the currency of a sign, if there is one or a usual one."""
    meant = meanings(sign)
    return meant[0] if len(meant) == 1 or sign in _GUESSED else None


def meanings(sign: str) -> tuple[str, ...]:
    """Return the currencies that a sign may stand for, the usual one first.

    >>> meanings("¥"), meanings("chf"), meanings("?")
    (('JPY', 'CNY'), ('CHF',), ())
    """
    if sign.upper() in EXPONENTS:
        return (sign.upper(),)
    return _SIGNS.get(sign, ())


def _apart(text: str) -> tuple[str, str]:
    """Return the currency's sign, in small letters, and the number."""
    plain = _FLAT.sub("", text.strip())
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        return "", ""
    before, body, after = found.groups()
    signs = [part.strip(" .:\u00a0\u202f").casefold() for part in (before, after)]
    if any(part.strip() in (".", ",") for part in (before, after)):
        return "", ""
    given = dict.fromkeys(sign for sign in signs if sign)
    # Rs 500 INR says it twice.
    named = [sign for sign in given if len(meanings(sign)) == 1]
    return (named[-1] if named and all(map(meanings, given)) else " ".join(given)), body


def _number(body: str) -> _Number | None:
    """Take a number apart, as far as it can be read in one way."""
    body = _SPACED.sub("", body)
    comma, point = body.rfind(","), body.rfind(".")
    if len(body) > _DIGITS_MAX or not re.fullmatch("[0-9.,]+", body):
        return None
    if comma < 0 and point < 0:
        return _Number(body)
    mark, other = (",", ".") if comma > point else (".", ",")
    if body.count(mark) > 1:
        grouped = (_BY_COMMA if mark == "," else _BY_POINT).fullmatch(body)
        return _Number(body.replace(mark, ""), "", other) if grouped else None
    whole, _, rest = body.partition(mark)
    if other in whole:
        grouped = (_BY_POINT if mark == "," else _BY_COMMA).fullmatch(whole)
        return _Number(whole.replace(other, ""), rest, mark) if grouped else None
    three = len(rest) == _UNGROUPED and len(whole) <= _UNGROUPED and whole[0] != "0"
    return _Number(whole, rest, mark, groups=three)


def _decided(number: _Number, text: str, form: PriceForm) -> tuple[str, str]:
    """Return whole and decimal digits of a number, by what its table says."""
    if not number.groups:
        return number.whole, number.decimals
    if form.mark and number.mark != form.mark:
        return number.whole + number.decimals, ""
    if form.mark and form.long_decimals:
        return number.whole, number.decimals
    if not form.mark and number.mark == ",":
        return number.whole + number.decimals, ""
    raise BadCell(
        f"price {text!r:.40} could mean thousands or decimals: say --decimal point "
        "or --decimal comma"
    )
