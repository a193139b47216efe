"""Pricing: what a seat costs by the declared curves, at a load and an instant."""

from typing import Any

from .curve import Points, curve_at
from .scenario import (
    DAY_MS,
    MINUTE_MS,
    PPM,
    DeclaredProduct,
    DeclaredScenario,
    share_of,
)

__all__ = ["Pricing"]


class Pricing:
    """The declared policy.

    Attributes:
        fixed: whether prices never move.
        every: milliseconds from one look at prices to the next; 0 if none is taken.
    """

    def __init__(self, scenario: DeclaredScenario) -> None:
        """Read the policy."""
        rules: dict[str, Any] = scenario.market["pricing"]
        self.fixed = rules["kind"] == "fixed"
        self.every = 0
        self._by_load: dict[int, int] = {}
        """Load → factor, as far as it was asked for."""
        self._now = -1
        self._times: dict[int, tuple[int, int]] = {}
        """Departure → factors by days left and by the clock, at that instant."""
        if not self.fixed:
            self.every = rules["reprice_every_s"] * 1000
            self._round: int = rules["round_to_minor"]
            self._load: Points = [(x, y) for x, y in rules["load_curve"]]
            self._days: Points = [(x * DAY_MS, y) for x, y in rules["days_curve"]]
            clock = rules["clock_curve"]
            self._clock: Points = [(x * MINUTE_MS, y) for x, y in clock]
            self._dates: dict[str, int] = dict(rules["date_factors"])

    def price(self, product: DeclaredProduct, load: int, now: int) -> int:
        """Return the price at a load, in ppm, and an instant."""
        if self.fixed:
            return product.base
        by_load = self._by_load.get(load)
        if by_load is None:
            by_load = self._by_load[load] = curve_at(self._load, load)
        return self._rounded(product, by_load, now)

    def _rounded(self, product: DeclaredProduct, by_load: int, now: int) -> int:
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
