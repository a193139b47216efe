"""Student's t distribution: its area, its quantiles, and the power of its test."""

from math import atan, cos, exp, lgamma, log, pi, sin, sqrt
from statistics import NormalDist

__all__ = ["area", "power", "quantile"]

_NORMAL = NormalDist()
_MANY = 1000
"""Degrees of freedom from which on sums take long and the expansion is exact."""
_STEPS = 2000
"""Of the integral; doubling them moves no digit that matters (a test looks)."""


def area(t: float, freedom: int) -> float:
    """Return the probability that |T| ≤ t, for t ≥ 0.

    The finite sums of Abramowitz and Stegun, "Handbook of Mathematical
    Functions" (1964), 26.7.3 and 26.7.4.

    Args:
        t: the bound.
        freedom: degrees of freedom, at least 1.

    >>> round(area(2.093, 19), 4)
    0.95
    """
    theta = atan(t / sqrt(freedom))
    square = cos(theta) ** 2
    odd = freedom % 2
    term = cos(theta) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= square * (k - 1) / k
        total += term
    return (theta + sin(theta) * total) * 2 / pi if odd else sin(theta) * total


def quantile(level: float, freedom: int) -> float:
    """Return the t with |T| ≤ t at this probability.

    For many degrees of freedom by the expansion 26.7.5 of Abramowitz and Stegun,
    else by bisection.

    >>> round(quantile(0.95, 19), 4), round(quantile(0.95, 1), 3)
    (2.093, 12.706)
    """
    if freedom > _MANY:
        z = _NORMAL.inv_cdf((1 + level) / 2)
        first = (z**3 + z) / (4 * freedom)
        return z + first + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    low, high = 0.0, 1.0
    while area(high, freedom) < level:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if area(middle, freedom) < level else (low, middle)
    return (low + high) / 2


def power(shift: float, critical: float, freedom: int) -> float:
    """Return the probability that |T| > critical when T's mean is shifted.

    T = (Z + shift) / S, with Z standard normal and S² = χ²/freedom; for each S the
    probability is one of the normal law, and the integral over S is a sum.  This
    is the noncentral t of Johnson, Kotz and Balakrishnan, "Continuous Univariate
    Distributions" 2 (1995), chapter 31.

    Args:
        shift: the true mean, in standard errors of the mean.
        critical: beyond which the test says that there is a difference.
        freedom: degrees of freedom.

    >>> round(power(0, quantile(0.95, 9), 9), 4)
    0.05
    """
    half = freedom / 2
    scale = log(2) + half * log(half) - lgamma(half)
    # S is around 1 with a standard deviation of about 1/√(2·freedom).
    least = max(0.0, 1 - 10 / sqrt(2 * freedom))
    width = (1 + 10 / sqrt(2 * freedom) - least) / _STEPS
    total = 0.0
    for k in range(_STEPS):
        s = least + (k + 0.5) * width
        density = exp(scale + (freedom - 1) * log(s) - half * s * s)
        above = _NORMAL.cdf(shift - critical * s)
        below = _NORMAL.cdf(-shift - critical * s)
        total += density * (above + below) * width
    return min(1.0, total)
