"""Base fare × load-factor curve × days-to-departure curve."""

from typing import Annotated, Literal

from pydantic import Field

from ..catalog import Product
from ..clock import DAY_MS
from ..config import PPM, Config
from ..curve import Curve, CurvePoints
from ..money import share_of
from .policy import PriceRule

__all__ = ["LoadAndDays"]


class LoadAndDays(Config):
    """Prices that rise as seats sell and as departure comes near.

    ``price = base × load_curve(load) × days_curve(days to departure)``, rounded
    to the next multiple of ``round_to_minor``, never below one such step.
    """

    kind: Literal["load_days"]
    load_curve: CurvePoints = ((0, PPM), (PPM, 2 * PPM))
    """``[[load_ppm, factor_ppm], …]``: factor by sold / capacity."""
    days_curve: CurvePoints = ((0, PPM),)
    """``[[days, factor_ppm], …]``: factor by days to departure."""
    reprice_every_s: Annotated[int, Field(ge=1, le=31_536_000)] = 3600
    round_to_minor: Annotated[int, Field(ge=1, le=10**9)] = 100

    def _rounded(self, minor: int) -> int:
        step = self.round_to_minor
        return max(step, (minor + step // 2) // step * step)

    def rule_for(self, product: Product) -> PriceRule:
        """Return the product's price as a function of time and load."""
        by_load, by_days = Curve(self.load_curve), _in_ms(self.days_curve)
        base = product.base_minor

        def price(to_departure_ms: int, load_ppm: int) -> int:
            factor = by_load.at(load_ppm) * by_days.at(to_departure_ms) // PPM
            return self._rounded(share_of(base, factor))

        return price

    def bounds(self, product: Product) -> tuple[int, int]:
        """Return the price at the lowest and at the highest factors."""
        loads = [factor for _, factor in self.load_curve]
        days = [factor for _, factor in self.days_curve]
        low, high = min(loads) * min(days) // PPM, max(loads) * max(days) // PPM
        base = product.base_minor
        return self._rounded(share_of(base, low)), self._rounded(share_of(base, high))


def _in_ms(days_curve: CurvePoints) -> Curve:
    """Return the curve over milliseconds, so that a day is no cliff."""
    return Curve([(days * DAY_MS, factor) for days, factor in days_curve])
