"""Where a figure of theory becomes a whole number: seats, and minor units of money."""

from fractions import Fraction
from math import floor

from .checks import number

__all__ = ["to_minor", "to_seats"]


def to_seats(level: float) -> int:
    """Return a protection level as whole seats, rounded down.

    A part of a seat protects nobody; with `littlewood` this gives the limits that
    textbooks print.

    Args:
        level: in seats.

    Returns:
        Whole seats.

    Raises:
        ValueError: it is not finite.

    >>> to_seats(75.3347), 100 - to_seats(24.6653)
    (75, 76)
    """
    return floor(number("level", level))


def to_minor(amount: float) -> int:
    """Return an amount in minor units as a whole number, halves rounded up.

    Computed exactly: what is a little below a half does not become one.

    Args:
        amount: in minor units.

    Returns:
        Whole minor units.

    Raises:
        ValueError: it is not finite.

    >>> to_minor(1.5), to_minor(-1.5), to_minor(0.49999999999999994)
    (2, -1, 0)
    """
    number("amount", amount)
    return floor(Fraction(amount) + Fraction(1, 2))
