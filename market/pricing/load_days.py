"""Base price × factors by load, days to closing, time since opening and date."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ..catalog import Product
from ..clock import DAY_MS, MINUTE_MS
from ..config import PPM, LocalDate
from ..curve import Curve, CurvePoints
from ..money import share_of
from .policy import PriceRule, PriceRules

__all__ = ["LoadAndDays"]


DateFactor = Annotated[
    tuple[LocalDate, Annotated[int, Field(ge=0, le=100 * PPM)]], Field(strict=False)
]
"""A date of use and the factor of its prices in ppm."""


class LoadAndDays(PriceRules):
    """Prices that rise as units sell and as the sale closes.

    ``price = base × load_curve(load) × days_curve(days to closing) ×
    clock_curve(minutes since opening) × factor of the date``, each product rounded
    down to the millionth, the price to the next multiple of ``round_to_minor``,
    never below one such step.
    """

    kind: Literal["load_days"]
    load_curve: CurvePoints = ((0, PPM), (PPM, 2 * PPM))
    """``[[load_ppm, factor_ppm], …]``: factor by sold / capacity."""
    days_curve: CurvePoints = ((0, PPM),)
    """``[[days, factor_ppm], …]``: factor by days to closing."""
    clock_curve: CurvePoints = ((0, PPM),)
    """``[[minutes, factor_ppm], …]``: factor by minutes since opening."""
    date_factors: Annotated[
        tuple[DateFactor, ...], Field(strict=False, max_length=400)
    ] = ()
    """``[[date, factor_ppm], …]``: factor by date of use; others have 1."""
    counts_holds: bool = False
    """Whether units that are held count as load, like sold ones: then who holds seats
    without buying drives prices up, and otherwise they stand still."""
    reprice_every_s: Annotated[int, Field(ge=1, le=31_536_000)] = 3600
    round_to_minor: Annotated[int, Field(ge=1, le=10**9)] = 100

    @model_validator(mode="after")
    def _dates_once(self) -> "LoadAndDays":
        dates = [day for day, _ in self.date_factors]
        twice = sorted({day for day in dates if dates.count(day) > 1})
        if twice:
            msg = f"date_factors has two factors of {twice[0]}"
            raise ValueError(msg)
        return self

    @property
    def timeless(self) -> bool:
        """Whether neither the days left nor the time of day has more than a factor."""
        curves = (self.days_curve, self.clock_curve)
        return all(len({factor for _, factor in curve}) == 1 for curve in curves)

    def _rounded(self, minor: int) -> int:
        step = self.round_to_minor
        return max(step, (minor + step // 2) // step * step)

    def rule_for(self, product: Product) -> PriceRule:
        """Return the product's price as a function of time and load."""
        by_load, by_days = Curve(self.load_curve), _in_ms(self.days_curve, DAY_MS)
        by_clock, by_date = _in_ms(self.clock_curve, MINUTE_MS), self._by_date(product)
        base, closes = product.base_minor, product.closes_at_ms
        step, half = self.round_to_minor, self.round_to_minor // 2
        # Most policies have but one of these factors, and prices are asked for often.
        every_day, every_hour = by_days.constant, by_clock.constant

        def price(to_closing_ms: int, load_ppm: int) -> int:
            days = by_days.at(to_closing_ms) if every_day is None else every_day
            factor = by_load.at(load_ppm) * days // PPM
            if every_hour != PPM:
                factor = factor * by_clock.at(closes - to_closing_ms) // PPM
            if by_date != PPM:
                factor = factor * by_date // PPM
            return max(step, (share_of(base, factor) + half) // step * step)

        return price

    def bounds(self, product: Product) -> tuple[int, int]:
        """Return the price at the lowest and at the highest factors."""
        curves = (self.load_curve, self.days_curve, self.clock_curve)
        low = high = PPM
        for curve in curves:
            factors = [factor for _, factor in curve]
            low, high = low * min(factors) // PPM, high * max(factors) // PPM
        base, by_date = product.base_minor, self._by_date(product)
        return (
            self._rounded(share_of(base, low * by_date // PPM)),
            self._rounded(share_of(base, high * by_date // PPM)),
        )

    def _by_date(self, product: Product) -> int:
        return dict(self.date_factors).get(product.day, PPM)


def _in_ms(curve: CurvePoints, unit_ms: int) -> Curve:
    """Return a curve over milliseconds, so that a day is no cliff."""
    return Curve([(x * unit_ms, factor) for x, factor in curve])
