"""Laws of demand as tables: the chances of 0, 1, 2, … seats."""

from math import exp, lgamma, log
from statistics import NormalDist

from ...errors import Misuse
from .checks import number

__all__ = ["poisson_pmf", "rounded_normal_pmf"]

_REST = 1e-18
"""Chances beyond are left out."""
_MOST_MEAN, _MOST_SD = 10**6, 10**5
"""Tables are as long as demand may be: no more than seconds, and megabytes."""


def poisson_pmf(mean: float) -> list[float]:
    """Return Poisson chances of 0, 1, 2, … as far as they are above 1e-18.

    Args:
        mean: expected demand, in seats.

    Returns:
        P(D = 0), P(D = 1), …: for `optimal_levels` and `limits_value`.

    Raises:
        ValueError: the mean is negative, not finite, or above a million.

    >>> poisson_pmf(0), round(poisson_pmf(2)[3], 6), round(sum(poisson_pmf(50)), 12)
    ([1.0], 0.180447, 1.0)
    """
    rate = _at_most("mean", mean, _MOST_MEAN)
    if not rate:
        return [1.0]
    table: list[float] = []
    while len(table) <= rate or table[-1] > _REST:
        k = len(table)
        table.append(exp(k * log(rate) - rate - lgamma(k + 1)))
    return table


def rounded_normal_pmf(mean: float, sd: float) -> list[float]:
    """Return the chances of a normal demand that is rounded and cut off at 0.

    ``P(D = k) = Φ((k + ½ − μ) / σ) − Φ((k − ½ − μ) / σ)`` for k ≥ 1; what is below
    one half is 0.

    Args:
        mean: in seats, before rounding.
        sd: standard deviation, in seats, before rounding.

    Returns:
        P(D = 0), P(D = 1), …, as far as they are above 1e-18.

    Raises:
        ValueError: the mean or the deviation is negative, not finite, or above a
            million or a hundred thousand.

    >>> rounded_normal_pmf(2.4, 0), [round(p, 3) for p in rounded_normal_pmf(1, 1)[:3]]
    ([0.0, 0.0, 1.0], [0.309, 0.383, 0.242])
    """
    known = _at_most("mean", mean, _MOST_MEAN)
    deviation = _at_most("sd", sd, _MOST_SD)
    if not deviation:
        return [0.0] * to_whole(known) + [1.0]
    law = NormalDist(known, deviation)
    table = [law.cdf(0.5)]
    while len(table) <= known or table[-1] > _REST:
        k = len(table)
        if k > known:  # of what is above, for the sake of the tail's digits
            upper, lower = 2 * known - k - 0.5, 2 * known - k + 0.5
            table.append(law.cdf(lower) - law.cdf(upper))
        else:
            table.append(law.cdf(k + 0.5) - law.cdf(k - 0.5))
    return table


def _at_most(name: str, value: float, most: int) -> float:
    known = number(name, value, least=0)
    if known > most:
        raise Misuse(f"{name} is {known:g}: {most} at most is expected")
    return known


def to_whole(mean: float) -> int:
    """Return a demand that does not vary as whole seats, halves rounded up.

    >>> to_whole(2.5), to_whole(2.4)
    (3, 2)
    """
    return int(mean + 0.5)
