"""Shared shocks of demand: good and bad days that many segments have in common.

PassengerSim and PODS call their spreads k-factors.  There a normal draw is added to a
mean for each level; here each level multiplies it by a gamma draw of mean 1 with that
coefficient of variation, which is the same to the first order, never falls below 0, and
leaves the mean as it is declared.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from .config import PPM, Config
from .distributions import gamma
from .streams import Streams

__all__ = ["DemandShocks"]

Spread = Annotated[int, Field(ge=0, le=3_000_000)]
"""A coefficient of variation: a standard deviation, in millionths of the mean."""

_PURPOSE = "demand-shock"


class DemandShocks(Config):
    """How far the demand of a day is off its mean, for everybody or for some.

    Each factor has mean 1 and is drawn from a stream that the seed and its key name,
    so that no other market, date or segment moves it.
    """

    system_cv_ppm: Spread = 0
    """Of the factor that all demand for one date shares."""
    market_cv_ppm: Spread = 0
    """Of the one that all segments share for one date and market (city pair, city)."""
    segment_cv_ppm: Spread = 0
    """Of the one that a segment has for one date and market."""

    @property
    def any(self) -> bool:
        """Whether anything is drawn."""
        return bool(self.system_cv_ppm or self.market_cv_ppm or self.segment_cv_ppm)

    def factor_ppm(
        self, streams: Streams, day: str, market: tuple[str, ...], segment: str
    ) -> int:
        """Return what the mean of a count is multiplied with, in millionths.

        Args:
            streams: of the run; none of its counters is moved.
            day: date of the departure.
            market: origin and destination, or what else a trade has.
            segment: its name.

        >>> DemandShocks().factor_ppm(Streams(7), "2026-06-15", ("SFO", "MAD"), "b")
        1000000
        """
        factor = PPM
        for cv_ppm, key in self._levels(day, market, segment):
            if cv_ppm:
                word = streams.at(0, _PURPOSE, *key).word
                factor = (factor * gamma(cv_ppm, word) + PPM // 2) // PPM
        return factor

    def _levels(
        self, day: str, market: tuple[str, ...], segment: str
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        yield self.system_cv_ppm, ("system", day)
        yield self.market_cv_ppm, ("market", day, *market)
        yield self.segment_cv_ppm, ("segment", day, *market, segment)
