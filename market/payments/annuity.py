"""Annuities: paying a total in equal monthly parts that carry interest."""

from ..config import PPM
from ..errors import Misuse

__all__ = ["annuity"]

_MONTHS = 12


def annuity(total_minor: int, apr_ppm: int, count: int) -> tuple[int, ...]:
    """Return ``count`` monthly parts that pay a total with its interest.

    The first part is due one month after the total is lent, and a month's
    interest is a twelfth of the yearly rate.  With r for that rate a part is
    total · r / (1 − (1 + r)^−count), the formula of an ordinary annuity,
    rounded half to even; without interest it is total / count.  The last part
    is what is then still owed, so that it takes the residue of the rounding.
    All of it is integer arithmetic.

    Args:
        total_minor: what is lent, in minor units.
        apr_ppm: nominal yearly rate in parts per million, compounded monthly.
        count: number of parts.

    Raises:
        Misuse: ``count`` is not positive, the rate is negative, or the total is
            so small that a part would be nothing.

    >>> annuity(1200_00, 120_000, 12)[0], annuity(1200_00, 120_000, 12)[-1]
    (10662, 10660)
    >>> annuity(1000, 0, 3)
    (333, 333, 334)
    """
    if apr_ppm < 0:
        msg = f"a yearly rate is 0 ppm or more, not {apr_ppm}"
        raise Misuse(msg)
    if count < 1 or total_minor < count:
        raise _too_small(total_minor, count)
    # One month multiplies a debt by grown / whole.
    whole = _MONTHS * PPM
    grown = whole + apr_ppm
    # Debts are kept times whole^count, which makes them integers: what the
    # total grows to by the end, and what one unit paid each month grows to.
    lent = total_minor * grown**count
    each = sum(grown**k * whole ** (count - k) for k in range(count))
    part = _rounded(lent, each)
    owed = lent - part * (each - whole**count)
    last = _rounded(owed, whole**count)
    if part < 1 or last < 1:
        raise _too_small(total_minor, count)
    return (*(part for _ in range(count - 1)), last)


def _rounded(dividend: int, divisor: int) -> int:
    """Return a quotient, rounded half to even."""
    whole, rest = divmod(dividend, divisor)
    return whole + (2 * rest > divisor or (2 * rest == divisor and whole % 2 == 1))


def _too_small(total_minor: int, count: int) -> Misuse:
    return Misuse(f"cannot pay {total_minor} in {count} parts")
