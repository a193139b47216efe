"""Pricing: what a seat costs by the declared curves, at a load and an instant."""

from bisect import bisect_right
from typing import Any

from .setting import DAY_MS, MINUTE_MS, PPM, Product, Setting, share_of

__all__ = ["Pricing", "curve_at"]

Points = list[tuple[int, int]]


def curve_at(points: Points, x: int) -> int:
    """Return a curve's value: straight between its points, constant outside.

    >>> [curve_at([(0, 0), (10, 100)], x) for x in (-5, 5, 99)]
    [0, 50, 100]
    """
    after = bisect_right(points, x, key=lambda point: point[0])
    if after in {0, len(points)}:
        return points[min(after, len(points) - 1)][1]
    (x0, y0), (x1, y1) = points[after - 1], points[after]
    return y0 + (y1 - y0) * (x - x0) // (x1 - x0)


class Pricing:
    """The declared policy.

    Attributes:
        fixed: whether prices never move.
        rising: whether a price never falls as the load grows.
        every: milliseconds from one look at prices to the next; 0 if none is taken.
    """

    def __init__(self, setting: Setting) -> None:
        """Read the policy."""
        rules: dict[str, Any] = setting.market["pricing"]
        self.fixed = rules["kind"] == "fixed"
        self.every = 0
        self._by_load: dict[int, int] = {}
        """Load → factor, as far as it was asked for."""
        self._now = -1
        self._times: dict[int, tuple[int, int]] = {}
        """Departure → factors by days left and by the clock, at that instant."""
        self.rising = True
        if not self.fixed:
            self.every = rules["reprice_every_s"] * 1000
            self._round: int = rules["round_to_minor"]
            self._load: Points = [(x, y) for x, y in rules["load_curve"]]
            factors = [y for _, y in self._load]
            self.rising = factors == sorted(factors)
            self._days: Points = [(x * DAY_MS, y) for x, y in rules["days_curve"]]
            clock = rules["clock_curve"]
            self._clock: Points = [(x * MINUTE_MS, y) for x, y in clock]
            self._dates: dict[str, int] = dict(rules["date_factors"])

    def price(self, product: Product, load: int, now: int) -> int:
        """Return the price at a load, in ppm, and an instant."""
        if self.fixed:
            return product.base
        by_load = self._by_load.get(load)
        if by_load is None:
            by_load = self._by_load[load] = curve_at(self._load, load)
        return self._rounded(product, by_load, now)

    def _rounded(self, product: Product, by_load: int, now: int) -> int:
        if now != self._now:
            self._now, self._times = now, {}
        times = self._times.get(product.departs)
        if times is None:
            days = curve_at(self._days, max(product.departs - now, 0))
            times = self._times[product.departs] = days, curve_at(self._clock, now)
        factor = by_load * times[0] // PPM * times[1] // PPM
        if self._dates:
            factor = factor * self._dates.get(product.pair[2], PPM) // PPM
        minor, step = share_of(product.base, factor), self._round
        return max(step, (minor + step // 2) // step * step)

    def bounds(self, product: Product, least: int, now: int) -> tuple[int, int]:
        """Return the least and greatest price at some load or more."""
        if self.fixed:
            return product.base, product.base
        factors = [y for x, y in self._load if x >= least]
        factors += [curve_at(self._load, least), curve_at(self._load, PPM)]
        low, high = min(factors), max(factors)
        return self._rounded(product, low, now), self._rounded(product, high, now)
