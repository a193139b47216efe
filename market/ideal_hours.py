"""Ideal hours: when buyers would like to depart, and what it costs to be off that."""

from functools import cached_property
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from .config import PPM, Config, Minor
from .curve import Curve, CurvePoints

__all__ = ["IdealHours", "within_a_day"]

_MINUTES: Final = 60
_HOURS: Final = 24


def within_a_day(points: CurvePoints) -> CurvePoints:
    """Return the points of a curve of ideal hours.

    Raises:
        ValueError: they are none.

    >>> within_a_day(((6, 0), (20, 1_000_000)))
    ((6, 0), (20, 1000000))
    """
    shares = [share for _, share in points]
    if (shares[0], shares[-1]) != (0, PPM) or sorted(shares) != shares:
        msg = "ideal hours go from [hour, 0] to [hour, 1000000], never falling"
        raise ValueError(msg)
    if points[-1][0] > _HOURS:
        msg = f"ideal hours end at {points[-1][0]}, and a day at {_HOURS}"
        raise ValueError(msg)
    return points


class IdealHours(Config):
    """The hour at which each buyer of a segment would like to depart.

    An offer that departs earlier or later than that is worth less to it, by the same
    for each hour; it does not change what the buyer would pay at most.
    """

    ideal: Annotated[CurvePoints, AfterValidator(within_a_day)]
    """``[[local hour, share who would like to depart before it, in ppm], …]``."""
    cost_minor_per_hour: Annotated[Minor, Field(le=10**10)]
    """How much dearer an offer seems for each hour between its departure and that."""

    @cached_property
    def _minutes(self) -> Curve:
        return Curve([(hour * _MINUTES, share) for hour, share in self.ideal])

    def minute(self, word: int) -> int:
        """Return the minute of the day that a buyer would like best.

        Args:
            word: 64 random bits of it.

        >>> hours = IdealHours(ideal=((8, 0), (12, 1_000_000)), cost_minor_per_hour=1)
        >>> hours.minute(0), hours.minute(2**63), hours.minute(2**64 - 1)
        (481, 601, 720)
        """
        return self._minutes.reaches((word * PPM >> 64) + 1)

    def quantiles(self, count: int) -> list[int]:
        """Return the ideal minutes in the middle of so many equal parts of the buyers.

        >>> hours = IdealHours(ideal=((8, 0), (12, 1_000_000)), cost_minor_per_hour=1)
        >>> hours.quantiles(2)
        [540, 660]
        """
        at = [(2 * k + 1) * PPM // (2 * count) for k in range(count)]
        return [self._minutes.reaches(share) for share in at]

    def away_minor(self, departs_minute: int, ideal_minute: int) -> int:
        """Return how much dearer an offer seems than its price, rounded half up.

        Args:
            departs_minute: local minute of the day.
            ideal_minute: likewise, of one buyer.

        >>> curve = ((8, 0), (12, 1_000_000))
        >>> hours = IdealHours(ideal=curve, cost_minor_per_hour=10_00)
        >>> hours.away_minor(8 * 60, 9 * 60 + 15)
        1250
        """
        away = abs(departs_minute - ideal_minute) * self.cost_minor_per_hour
        return (2 * away + _MINUTES) // (2 * _MINUTES)
