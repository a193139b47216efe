"""Background demand: shoppers who arrive, look, and buy or leave.

They are not agents.  Each segment arrives at each of its city pairs by a
non-homogeneous Poisson process that follows a booking curve; the words that
decide arrival ``i`` are words ``4i … 4i+3`` of the segment's own stream, so no
agent's behaviour moves anyone's arrival or willingness to pay.
"""

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, chain
from math import isqrt
from typing import Annotated

from pydantic import AfterValidator, Field

from .catalog import Catalog, CityPair
from .choice import ChoiceModel, OfferTable
from .clock import DAY_MS, HORIZON_MS
from .config import PPM, Code, Config, Minor
from .curve import Curve, CurvePoints
from .distributions import exponentials, lognormal_quantiles, normal_micro
from .streams import BulkStream

__all__ = ["Arrivals", "Segment", "draw_opening_sales", "expected_opening_sales"]

_MICRO = 1_000_000
_WORDS = 4
"""Words that decide an arrival."""

DAYS_MAX = 36_600
"""Longest booking curve: a warm-up that is played out begins where it does."""

_Arrival = tuple[int, int, int]
"""When it comes, the dearest price it would consider, and the bits that choose."""


def _from_none_to_all(points: CurvePoints) -> CurvePoints:
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
    buyers_per_departure: Annotated[int, Field(ge=0, le=10_000_000)]
    """Expected arrivals per city pair over the whole booking curve."""
    booking_curve: Annotated[CurvePoints, AfterValidator(_from_none_to_all)]
    """``[[days before departure, share still to come in ppm], …]``.

    From 0 at departure (nobody is left to come) up to 1,000,000 at the day the
    first buyer may come.
    """
    willingness_median_minor: Minor
    willingness_sigma_ppm: Annotated[int, Field(ge=0, le=3_000_000)] = 350_000
    """σ of the logarithm of the willingness to pay (lognormal)."""
    choice: ChoiceModel

    def willingness(self) -> tuple[int, ...]:
        """Return the quantile table of the willingness to pay."""
        return lognormal_quantiles(
            self.willingness_median_minor, self.willingness_sigma_ppm
        )

    def first_day(self) -> int:
        """Return how many days before departure the first buyer may come."""
        return self.booking_curve[-1][0]


class Arrivals:
    """The arrival process of one segment at one city pair.

    Arrivals are counted in cumulative intensity Λ (micro-arrivals): unit
    exponential gaps in Λ are mapped back to time through the booking curve,
    which is exact for a piecewise-constant rate.

    Attributes:
        count: arrivals so far, the next one included.
        next_at_ms: when the next one comes; beyond all time when none does.
        willingness_minor: dearest price it would consider.
        choice_word: the 64 random bits that choose for it.
    """

    __slots__ = (
        "_coming",
        "_curve",
        "_departs_ms",
        "_last",
        "_opened_ms",
        "_reached",
        "_words",
        "_wtp",
        "choice_word",
        "count",
        "next_at_ms",
        "pair",
        "segment",
        "willingness_minor",
    )

    def __init__(
        self,
        segment: Segment,
        pair: CityPair,
        departs_at_ms: int,
        from_ms: int,
        stream: BulkStream,
    ) -> None:
        """Find the first arrival at or after ``from_ms``."""
        self.segment = segment
        self.pair = pair
        self._curve = _expected(segment.booking_curve, segment.buyers_per_departure)
        opened_ms = departs_at_ms - segment.first_day() * DAY_MS
        self._opened_ms, self._departs_ms = opened_ms, departs_at_ms
        self._last = segment.buyers_per_departure * PPM
        self._words = _blocks(stream)
        self._wtp = segment.willingness()
        self._reached = self._curve.at(from_ms - self._opened_ms)
        self._coming: Iterator[_Arrival] = chain.from_iterable(iter(self._draw, None))
        self.count = 0
        self.step()

    def step(self) -> None:
        """Move on to the next arrival."""
        self.count += 1
        self.next_at_ms, self.willingness_minor, self.choice_word = next(self._coming)

    def _draw(self) -> list[_Arrival]:
        """Return the next block of arrivals; after the last one, one beyond time."""
        if self._reached >= self._last:
            return [(HORIZON_MS, 0, 0)]
        words = next(self._words)
        # At least one: Λ may stand still, or be rounded down, where it starts.
        gaps = [gap or 1 for gap in exponentials(words[0::_WORDS], _MICRO)]
        gaps[0] += self._reached
        reached = list(accumulate(gaps))
        due = [self._opened_ms + x for x in self._curve.inverse(reached)]
        wtp = self._wtp
        tastes = [wtp[word >> 54] for word in words[1::_WORDS]]
        # One word in reserve: a later version may draw a party size.
        coming = list(zip(due, tastes, words[2::_WORDS], strict=True))
        self._reached = reached[-1]
        if self._reached >= self._last or due[-1] >= self._departs_ms:
            self._reached = self._last
            end = bisect_left(reached, self._last)
            coming = coming[: min(end, bisect_left(due, self._departs_ms))]
        return coming


def _blocks(stream: BulkStream) -> Iterator[list[int]]:
    """Yield a stream's words by the block, those of the first arrival by themselves.

    A short run often sees no more than that one of most arrival processes.
    """
    words = stream.block()
    yield words[:_WORDS]
    yield words[_WORDS:]
    while True:
        yield stream.block()


@lru_cache(maxsize=256)
def _expected(booking_curve: CurvePoints, buyers: int) -> Curve:
    """Return micro-arrivals expected by so many ms after a curve's first day."""
    first = booking_curve[-1][0]
    return Curve(
        [
            ((first - days) * DAY_MS, (PPM - left) * buyers)
            for days, left in reversed(booking_curve)
        ]
    )


def expected_opening_sales(
    catalog: Catalog, segments: tuple[Segment, ...], prices: list[int]
) -> list[int]:
    """Return the seats each product is expected to have sold before opening.

    In millionths of a seat, at the opening prices: for every segment the share
    of the booking curve that lies before time 0, times the logit shares over
    16 levels of willingness to pay.
    """
    expected = [0] * len(catalog.products)
    for members in catalog.by_city_pair.values():
        offers = [(prices[j], j, catalog.products[j].stops) for j in members]
        departs = min(catalog.products[j].departs_at_ms for j in members)
        for segment in segments:
            first = segment.first_day() * DAY_MS
            left = Curve([(d * DAY_MS, y) for d, y in segment.booking_curve])
            come = (PPM - left.at(departs)) * segment.buyers_per_departure
            if departs >= first or come <= 0:
                continue
            table = OfferTable(offers, segment.choice)
            levels = segment.willingness()[32::64]
            for level in levels:
                for product, share in table.shares_ppm(level):
                    expected[product] += come * share // PPM // len(levels)
    return expected


def draw_opening_sales(expected_micro: int, word: int) -> int:
    """Return a number of seats: normal approximation of a Poisson draw.

    Args:
        expected_micro: seats expected, in millionths.
        word: 64 random bits.
    """
    spread = isqrt(expected_micro * _MICRO)
    drawn = expected_micro + spread * normal_micro(word) // _MICRO
    return max(0, (drawn + _MICRO // 2) // _MICRO)
