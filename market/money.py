"""Money: whole minor units of one currency, and how they are shown."""

from dataclasses import dataclass

from .config import PPM
from .currencies import EXPONENTS, currency_mistake
from .errors import Misuse

__all__ = ["MONEY_MAX", "Money", "exponent_of", "parse_major", "share_of", "show"]

_DIGITS_MAX = 15

MONEY_MAX = 10**14
"""Largest amount that an argument may say, in minor units: far beyond all prices, and
a number that a journal may hold."""


def exponent_of(currency: str) -> int:
    """Return how many decimal digits ``currency`` has, by ISO 4217.

    Raises:
        Misuse: the standard has no such currency, or no minor unit for it.

    >>> exponent_of("USD"), exponent_of("JPY")
    (2, 0)
    """
    exponent = EXPONENTS.get(currency)
    if exponent is None:
        raise Misuse(str(currency_mistake(currency)))
    return exponent


def show(minor: int, exponent: int) -> int | str:
    """Return an amount as people read it: whole number, else decimal text.

    >>> show(87000, 2), show(87050, 2), show(-5, 2)
    (870, '870.50', '-0.05')
    """
    unit: int = 10**exponent
    whole, rest = divmod(abs(minor), unit)
    if rest == 0:
        return minor // unit
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}.{rest:0{exponent}d}"


def parse_major(text: str, exponent: int) -> int | None:
    """Return the minor units of a decimal text, or None when it is not one.

    Only ASCII digits count, so that no other script's numerals slip in.

    >>> parse_major("870", 2), parse_major("870.5", 2), parse_major("8e2", 2)
    (87000, 87050, None)
    """
    whole, point, rest = text.partition(".")
    digits = whole + rest
    if not (digits.isascii() and digits.isdigit()) or not whole:
        return None
    if len(digits) > _DIGITS_MAX or len(rest) > exponent or (point and not rest):
        return None
    scale: int = 10 ** (exponent - len(rest))
    return int(digits) * scale


def share_of(minor: int, ppm: int) -> int:
    """Return ``minor`` × ``ppm`` / 1,000,000, rounded half to even.

    >>> share_of(10_001, 500_000), share_of(10_003, 500_000)
    (5000, 5002)
    """
    whole, rest = divmod(minor * ppm, PPM)
    half = 2 * rest - PPM
    return whole + (half > 0 or (half == 0 and whole % 2))


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount with its currency; two currencies never mix.

    >>> Money(87000, "USD") + Money(50, "USD")
    Money(minor=87050, currency='USD')
    """

    minor: int
    """Whole minor units (cents, paise, …); may be negative."""
    currency: str
    """ISO 4217 code."""

    def __add__(self, other: "Money") -> "Money":
        """Add an amount of the same currency."""
        if self.currency != other.currency:
            msg = f"cannot add {other.currency} to {self.currency}"
            raise Misuse(msg)
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> "Money":
        """Return the opposite amount."""
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        """Return the amount as people read it."""
        return f"{show(self.minor, exponent_of(self.currency))} {self.currency}"
