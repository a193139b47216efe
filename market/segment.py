"""Segments: the kinds of background buyers that a scenario declares."""

from typing import Annotated

from pydantic import AfterValidator, Field

from .choice_model import ChoiceModel
from .config import PPM, Code, Config, Minor
from .curve import CurvePoints
from .lognormal import Lognormal

__all__ = ["DAYS_MAX", "Segment", "from_none_to_all"]


DAYS_MAX = 36_600
"""Longest booking curve: a warm-up that is played out begins where it does."""


def from_none_to_all(points: CurvePoints) -> CurvePoints:
    """Return the points of a booking curve.

    Raises:
        ValueError: they are none.
    """
    shares = [share for _, share in points]
    if points[0] != (0, 0) or shares[-1] != PPM or sorted(shares) != shares:
        msg = "a booking curve goes from [0, 0] to [days, 1000000], never falling"
        raise ValueError(msg)
    if points[-1][0] > DAYS_MAX:
        msg = f"a booking curve is {points[-1][0]} days long, at most {DAYS_MAX}"
        raise ValueError(msg)
    return points


class Segment(Config):
    """A kind of background buyer."""

    name: Code
    buyers_per_group: Annotated[int, Field(ge=0, le=10_000_000)]
    """Expected arrivals per group over the whole booking curve."""
    booking_curve: Annotated[CurvePoints, AfterValidator(from_none_to_all)]
    """``[[days before closing, share still to come in ppm], …]``.

    From 0 at closing (nobody is left to come) up to 1,000,000 at the day the
    first buyer may come.
    """
    willingness_median_minor: Minor
    willingness_sigma_ppm: Annotated[int, Field(ge=0, le=3_000_000)] = 350_000
    """σ of the logarithm of the willingness to pay (lognormal)."""
    choice: ChoiceModel

    def willingness(self) -> Lognormal:
        """Return the law of the willingness to pay."""
        return Lognormal.of(self.willingness_median_minor, self.willingness_sigma_ppm)

    def first_day(self) -> int:
        """Return how many days before closing the first buyer may come."""
        return self.booking_curve[-1][0]
