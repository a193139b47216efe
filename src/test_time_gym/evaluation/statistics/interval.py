"""Intervals: an estimate, and how far from it the truth may plausibly be."""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

from test_time_gym.market.errors import Misuse

__all__ = ["Interval", "newcombe", "verify_level", "wilson"]


class Interval(NamedTuple):
    """An estimate with its bounds, in the unit of what was measured."""

    estimate: float | None
    """None when nothing was measured."""
    low: float | None
    """None when the data do not tell: see the function that made it."""
    high: float | None

    def within(self, least: float, most: float) -> "Interval":
        """Return the interval with its bounds cut to what can be.

        >>> Interval(0.1, -0.05, 0.2).within(0, 1)
        Interval(estimate=0.1, low=0, high=0.2)
        """
        low, high = self.low, self.high
        return self._replace(
            low=None if low is None else max(least, low),
            high=None if high is None else min(most, high),
        )


def verify_level(level: float) -> None:
    """Raise if this is no level of confidence.

    Raises:
        Misuse: it is not between 0 and 1.
    """
    if not 0 < level < 1:
        msg = f"a level is between 0 and 1, such as 0.95, not {level!r:.40}"
        raise Misuse(msg)


def wilson(successes: float, n: int, level: float = 0.95) -> Interval:
    """Return a share and its score interval.

    Wilson, "Probable inference, the law of succession, and statistical inference"
    (JASA 1927).  Unlike the textbook's p ± z·√(p(1−p)/n) it stays within 0 and 1,
    and is no point when all or none succeed.

    Args:
        successes: how many succeeded; of clusters the sum of their shares.
        n: out of how many that are independent of each other; with none the
            estimate is None and the interval is all there can be, 0 to 1.
        level: of confidence.

    Raises:
        Misuse: the numbers are not those of a share.

    >>> [round(bound, 3) for bound in wilson(8, 10)]
    [0.8, 0.49, 0.943]
    >>> wilson(0, 0)
    Interval(estimate=None, low=0.0, high=1.0)
    """
    verify_level(level)
    if not 0 <= successes <= n:
        msg = f"{successes} successes of {n} are no share"
        raise Misuse(msg)
    if n == 0:
        return Interval(None, 0.0, 1.0)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # At the ends the bound is the end itself, but for rounding.
    low = 0.0 if successes == 0 else middle - reach
    high = 1.0 if successes == n else middle + reach
    return Interval(share, low, high)


def newcombe(share: float, other: float, n: int, level: float = 0.95) -> Interval:
    """Return a difference of two shares and its interval, for n clusters of each.

    Newcombe, "Interval estimation for the difference between independent
    proportions" (Statistics in Medicine 1998), method 10, made of the bounds of
    `wilson`.  It does not need any spread, and so tells of figures that were the
    same on every seed.  It is too wide, on purpose: it takes each cluster for one
    yes or no, and leaves out that the two are paired.

    Args:
        share: of successes.
        other: what it is compared with.
        n: clusters, such as seeds.
        level: of confidence.

    Raises:
        Misuse: the numbers are no shares.

    >>> [round(bound, 3) for bound in newcombe(0.0, 0.0, 20)]
    [0.0, -0.161, 0.161]
    >>> [round(bound, 3) for bound in newcombe(1.0, 0.0, 20)]
    [1.0, 0.772, 1.0]
    """
    one, two = wilson(share * n, n, level), wilson(other * n, n, level)
    if one.estimate is None or two.estimate is None:
        return Interval(None, -1.0, 1.0)
    found = one.estimate - two.estimate
    # An interval of a share has both bounds.
    lows, highs = (one.low or 0.0, two.low or 0.0), (one.high or 0.0, two.high or 0.0)
    down = sqrt((one.estimate - lows[0]) ** 2 + (highs[1] - two.estimate) ** 2)
    up = sqrt((highs[0] - one.estimate) ** 2 + (two.estimate - lows[1]) ** 2)
    return Interval(found, max(-1.0, found - down), min(1.0, found + up))
