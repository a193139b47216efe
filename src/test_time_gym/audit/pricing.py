"""Pricing: what a seat costs by declared curves, or what a policy promises."""

from typing import Any

from .curve import Points, curve_at
from .protection import KINDS, Protection
from .scenario import (
    DAY_MS,
    MINUTE_MS,
    PPM,
    DeclaredProduct,
    DeclaredScenario,
    share_of,
)

__all__ = ["Pricing", "pricings"]

_RULES = ("fixed", "load_days")
"""Kinds whose prices can be computed; of others only the promise is known."""


class Pricing:
    """The declared pricing of a seller, or of all that have none of their own.

    Args:
        rules: as declared.
        products: that are priced so.
        start: when the market opens.

    Attributes:
        played: whether an agent decides in this run.
        decided: whether a policy decides, and prices cannot be computed.
        every: milliseconds from one look at prices to the next; 0 if none is taken.
        next: when prices are looked at again; if a policy decides, not before it.
        counts_holds: whether held seats count as load.
        protection: the rule of its booking limits, if that is known.
    """

    def __init__(
        self,
        rules: dict[str, Any],
        products: list[DeclaredProduct],
        start: int,
        *,
        agents: bool,
    ) -> None:
        """Read the policy."""
        self.products = products
        self._fixed = rules["kind"] == "fixed"
        self.decided = rules["kind"] not in _RULES
        self.every = 0 if self._fixed else rules["reprice_every_s"] * 1000
        self.counts_holds = bool(rules.get("counts_holds", False))
        behind = rules["policy"] if rules["kind"] == "overbook" else rules
        # What was learned from past departures is in no declaration.
        known = behind["kind"] in KINDS and "forecast" not in behind
        self.protection = Protection(behind) if known else None
        self.wake_on: list[str] = list(rules.get("wake_on", ()))
        self.played = agents and rules["kind"] == "agent"
        self.next = start + self.every if self.every else 2**60
        if self.played:
            self.next = max(0, start)
        self.last = max(product.closes for product in products)
        self._by_load: dict[int, int] = {}
        """Load → factor, as far as it was asked for."""
        self._now = -1
        self._times: dict[int, tuple[int, int]] = {}
        """Departure → factors by days left and by the clock, at that instant."""
        if self.decided:
            self._floor, self._ceiling = rules["floor_ppm"], rules["ceiling_ppm"]
        elif not self._fixed:
            self._round: int = rules["round_to_minor"]
            self._load: Points = [(x, y) for x, y in rules["load_curve"]]
            self._days: Points = [(x * DAY_MS, y) for x, y in rules["days_curve"]]
            clock = rules["clock_curve"]
            self._clock: Points = [(x * MINUTE_MS, y) for x, y in clock]
            self._dates: dict[str, int] = dict(rules["date_factors"])

    def bounds(self, product: DeclaredProduct) -> tuple[int, int]:
        """Return the least and the greatest price that a policy may ask."""
        low, high = (
            share_of(product.base, self._floor),
            share_of(product.base, self._ceiling),
        )
        return max(low, 1), max(high, 1)

    def price(self, product: DeclaredProduct, load: int, now: int) -> int:
        """Return the price at a load, in ppm, and an instant.

        Of a policy: the one before it decides.
        """
        if self._fixed:
            return product.base
        if self.decided:
            low, high = self.bounds(product)
            return min(max(product.base, low), high)
        by_load = self._by_load.get(load)
        if by_load is None:
            by_load = self._by_load[load] = curve_at(self._load, load)
        return self._rounded(product, by_load, now)

    def _rounded(self, product: DeclaredProduct, by_load: int, now: int) -> int:
        if now != self._now:
            self._now, self._times = now, {}
        times = self._times.get(product.closes)
        if times is None:
            days = curve_at(self._days, max(product.closes - now, 0))
            times = self._times[product.closes] = days, curve_at(self._clock, now)
        factor = by_load * times[0] // PPM * times[1] // PPM
        if self._dates:
            factor = factor * self._dates.get(product.day, PPM) // PPM
        minor, step = share_of(product.base, factor), self._round
        return max(step, (minor + step // 2) // step * step)


def pricings(scenario: DeclaredScenario) -> dict[str, Pricing]:
    """Return all pricings by their sellers; empty is the name of those without one."""
    shared: dict[str, Any] = scenario.market["pricing"]
    own: dict[str, dict[str, Any]] = scenario.market.get("pricing_of", {})
    offers: dict[str, list[DeclaredProduct]] = {}
    for product in scenario.products:
        together = product.seller not in own and shared["kind"] in _RULES
        offers.setdefault("" if together else product.seller, []).append(product)
    return {
        name: Pricing(
            own.get(name, shared),
            products,
            scenario.start,
            agents=bool(scenario.sellers),
        )
        for name, products in offers.items()
    }
