"""Coupons: a discount on a cart, with a minimum spend, an end, and one use."""

from pydantic import model_validator

from .config import Code, Config, Instant, Minor, Ppm
from .money import share_of

__all__ = ["Coupon"]


class Coupon(Config):
    """A code that lowers a total by a share or an amount."""

    code: Code
    percent_ppm: Ppm = 0
    amount_minor: Minor = 0
    minimum_minor: Minor = 0
    """Least cart total it works on."""
    advertised: bool = True
    """Whether the shop tells every visitor about it when the market opens."""
    stackable: bool = False
    """Whether it works together with others that are stackable too."""
    ends_s: Instant | None = None
    """Seconds after opening from which it no longer works."""

    @model_validator(mode="after")
    def _lowers_something(self) -> "Coupon":
        if (self.percent_ppm > 0) == (self.amount_minor > 0):
            msg = f"coupon {self.code}: give percent_ppm or amount_minor, not both"
            raise ValueError(msg)
        return self

    def discount(self, total_minor: int) -> int:
        """Return what it takes off a total; at least one minor unit stays.

        >>> Coupon(code="TEN", percent_ppm=100_000).discount(5_000)
        500
        """
        off = self.amount_minor or share_of(total_minor, self.percent_ppm)
        return max(0, min(off, total_minor - 1))

    def refusal(self, total_minor: int, now_ms: int) -> str | None:
        """Return the code of the rule that refuses it on this cart, or None."""
        if self.ends_s is not None and now_ms >= self.ends_s * 1000:
            return "coupon_expired"
        if total_minor < self.minimum_minor:
            return "coupon_minimum_not_met"
        return None
