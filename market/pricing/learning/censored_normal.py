"""A normal law from observations of which some are only known to be at least so much.

A. P. Dempster, N. M. Laird and D. B. Rubin, Maximum likelihood from incomplete data
via the EM algorithm (1977); for demand that booking limits cut off: J. Salch,
Unconstraining passenger demand using the EM algorithm (1997); K. T. Talluri and
G. J. van Ryzin, The Theory and Practice of Revenue Management (2004), section 9.4.1.
"""

from collections import Counter
from collections.abc import Sequence
from math import erfc, exp, fsum, pi, sqrt
from typing import Final, NamedTuple

__all__ = ["Normal", "censored_normal", "given_at_least"]

_ROUNDS: Final = 2_000
"""Most iterations; a fifth of them suffices where nine in ten are cut off."""
_NEAR: Final = 1e-9
"""Change of mean and deviation, in parts of the deviation, below which it has ended."""
_TINY: Final = 1e-6
"""Deviation below which all that was seen whole is taken to be equal."""
_FAR: Final = 30.0
"""Deviations above the mean beyond which the tail is taken by its first terms."""


class Normal(NamedTuple):
    """A normal law."""

    mean: float
    sd: float


def censored_normal(taken: Sequence[int], closed: Sequence[bool]) -> Normal | None:
    """Return the normal law under which what was seen is likeliest.

    ``Π φ((x_i - μ) / σ) / σ`` over what was seen whole, times
    ``Π (1 - Φ((b_i - μ) / σ))`` over what was cut off at b_i, is maximised by EM.  E:
    what was cut off is taken for its mean ``μ + σ h(z)``, and its square for the mean
    of that, with ``z = (b - μ) / σ`` and ``h = φ / (1 - Φ)``.  M: mean and variance of
    all these.

    Args:
        taken: units, of each observation.
        closed: whether more may have been asked for.

    Returns:
        The law, its deviation by n (not n - 1); None if nothing was seen whole, and
        any law far enough above would be as likely.

    >>> censored_normal([1, 2, 3, 6], [False] * 4)
    Normal(mean=3.0, sd=1.8708286933869707)
    >>> law = censored_normal([10, 12, 14, 12], [False, False, False, True])
    >>> round(law.mean, 6), round(law.sd, 6)
    (12.360764, 1.632993)
    >>> censored_normal([3, 4], [True, True]) is None
    True
    """
    whole = [units for units, shut in zip(taken, closed, strict=True) if not shut]
    if not whole:
        return None
    n = len(taken)
    if len(whole) == n:
        return _law(fsum(whole) / n, fsum(one * one for one in whole) / n)
    cut = Counter(units for units, shut in zip(taken, closed, strict=True) if shut)
    bounds = sorted(cut.items())
    law = _law(fsum(taken) / n, fsum(one * one for one in taken) / n)
    seen, squares = fsum(whole), fsum(one * one for one in whole)
    for _ in range(_ROUNDS):
        if law.sd < _TINY:
            break
        above = [(given_at_least(law, bound), count) for bound, count in bounds]
        mean = fsum([seen, *(count * one for (one, _), count in above)]) / n
        more = (count * (spare + one * one) for (one, spare), count in above)
        found = _law(mean, fsum([squares, *more]) / n)
        moved = abs(found.mean - law.mean) + abs(found.sd - law.sd)
        law = found
        if moved < _NEAR * law.sd:
            break
    return law


def given_at_least(law: Normal, bound: int) -> tuple[float, float]:
    """Return mean and variance of a normal quantity that is at least so much.

    ``μ + σ h`` and ``σ² (1 + z h - h²)``, with z and h as above.

    >>> mean, variance = given_at_least(Normal(0.0, 1.0), 0)
    >>> round(mean, 6), round(variance, 6)
    (0.797885, 0.36338)
    >>> given_at_least(Normal(3.0, 0.0), 5)
    (5.0, 0.0)
    """
    if law.sd < _TINY:
        return max(law.mean, float(bound)), 0.0
    z = (bound - law.mean) / law.sd
    if z > _FAR:
        return bound + law.sd / z, (law.sd / z) ** 2
    # φ(z) / (1 − Φ(z)), whose parts are both tiny where z is great.
    hazard = sqrt(2 / pi) * exp(-z * z / 2) / erfc(z / sqrt(2))
    spare = law.sd**2 * max(0.0, 1 + z * hazard - hazard * hazard)
    return law.mean + law.sd * hazard, spare


def _law(mean: float, square: float) -> Normal:
    return Normal(mean, sqrt(max(0.0, square - mean * mean)))
