"""Background demand: shoppers who arrive, look, and buy or leave.

They are not agents.  Each segment arrives in each group by a
non-homogeneous Poisson process: every listing is wanted by equally
many, and who wants it follows the booking curve until its sale closes.  The words that
decide arrival ``i`` are words ``4i … 4i+3`` of the segment's own stream, so no
agent's behaviour moves anyone's arrival, willingness to pay or taste.

Where a segment's count has another law, that many buyers each come at a time of their
own, drawn from the same curve (given its count, a Poisson process is just that); the
words of buyer ``i`` are the same, and arrivals are numbered as they come.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .catalog import Catalog, Group
from .choice import Clocks, Taste
from .clock import DAY_MS, HORIZON_MS
from .config import PPM
from .curve import Curve
from .distributions import exponential, exponentials
from .segment import BuyerCount, Segment, from_none_to_all
from .streams import BulkStream
from .uniform_law import UniformLaw

__all__ = [
    "MICRO",
    "Arrivals",
    "BuyerCount",
    "Demand",
    "Segment",
    "demands_of",
    "from_none_to_all",
]

MICRO: Final = 1_000_000
"""Of arrivals: counts are expected in millionths."""
_WORDS = 4
"""Words that decide an arrival."""

_Integers = NDArray[np.int64]

_CLOCKS = 2048
"""Exponential clocks that are drawn at a time: many buyers', where offers are few."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What one segment wants in one group; follows from a scenario alone."""

    segment: Segment
    group: Group
    members: tuple[int, ...]
    """Products of the group that it may buy, in the order of their clocks."""
    drawbacks: tuple[int, ...]
    """Of each member."""
    taste: Taste
    expected: Curve
    """Micro-arrivals expected from the first one on, by market time."""
    begins_at_ms: int
    """Before it, nobody comes."""
    ends_at_ms: int
    """The last closing: from it on, nobody comes."""


def demands_of(catalog: Catalog, segments: tuple[Segment, ...]) -> tuple[Demand, ...]:
    """Return what every segment wants in every group, segment by segment."""
    products = catalog.products
    tastes: dict[tuple[int, ...], Taste] = {}
    demands = []
    for segment in segments:
        for group, every in catalog.by_group.items():
            if not segment.wants(group):
                continue
            closing = Counter(
                {products[j].listing: products[j].closes_at_ms for j in every}.values()
            )
            first, last = min(closing), max(closing)
            members = _open_to(segment, every, catalog)
            if members not in tastes:
                tastes[members] = Taste(products[j].id for j in members)
            demand = Demand(
                segment=segment,
                group=group,
                members=members,
                drawbacks=tuple(products[j].drawback for j in members),
                taste=tastes[members],
                expected=_expected(segment, closing),
                begins_at_ms=first - segment.first_day() * DAY_MS,
                ends_at_ms=last,
            )
            demands.append(demand)
    return tuple(demands)


def _open_to(
    segment: Segment, members: tuple[int, ...], catalog: Catalog
) -> tuple[int, ...]:
    """Return those of some products that no fence keeps a segment from."""
    fences = [catalog.products[j].segments for j in members]
    if not any(fences):
        return members
    return tuple(
        j
        for j, fence in zip(members, fences, strict=True)
        if fence is None or segment.name in fence
    )


def _expected(segment: Segment, closing: Counter[int]) -> Curve:
    """Return the micro-arrivals expected by each instant.

    Every listing is wanted by an equal share of the buyers, who come by the
    booking curve that ends with it.

    Args:
        segment: whose booking curve.
        closing: instants of closing, and how many listings close at each.
    """
    bends = np.array([days * DAY_MS for days, _ in segment.booking_curve])
    shares = np.array([share for _, share in segment.booking_curve])
    instants = np.unique(np.subtract.outer(np.array(list(closing)), bends))
    come = np.zeros(len(instants), np.int64)
    for at, wanted in closing.items():
        come += wanted * (PPM - _between(bends, shares, at - instants))
    everybody, buyers = closing.total() * PPM, segment.expected_micro()
    return Curve(
        [
            (x, share * buyers // everybody)
            for x, share in zip(instants.tolist(), come.tolist(), strict=True)
        ]
    )


def _between(xs: _Integers, ys: _Integers, places: _Integers) -> _Integers:
    """Return `Curve.at` of many places, for values below a million or so."""
    after = np.clip(np.searchsorted(xs, places, "right"), 1, len(xs) - 1)
    x0, y0 = xs[after - 1], ys[after - 1]
    inside = np.clip(places, xs[0], xs[-1]) - x0
    values: _Integers = y0 + (ys[after] - y0) * inside // (xs[after] - x0)
    return values


class Arrivals:
    """The arrival process of one segment in one group.

    Arrivals are counted in cumulative intensity Λ (micro-arrivals): unit
    exponential gaps in Λ are mapped back to time through the booking curves,
    which is exact for a piecewise-constant rate.

    Args:
        demand: whose.
        from_ms: nobody comes before it.
        stream: where their luck comes from.
        number: so many come from the first to the last closing, if that is drawn
            beforehand; None if it follows from a Poisson process.

    Attributes:
        count: arrivals so far, the next one included.
        next_at_ms: when the next one comes; beyond all time when none does.
        willingness_minor: dearest price it would consider.
    """

    __slots__ = (
        "_able",
        "_clocks",
        "_drawn",
        "_dues",
        "_first",
        "_from_ms",
        "_last",
        "_least",
        "_number",
        "_reached",
        "_tastes",
        "_willing",
        "_wills",
        "_words",
        "count",
        "demand",
        "next_at_ms",
        "willingness_minor",
    )

    def __init__(
        self,
        demand: Demand,
        from_ms: int,
        stream: BulkStream,
        number: int | None = None,
    ) -> None:
        """Find the first arrival at or after ``from_ms``."""
        self.demand: Demand = demand
        self._from_ms, self._number = from_ms, number
        self._last = demand.segment.expected_micro()
        self._words = _blocks(stream)
        self._reached = demand.expected.at(from_ms)
        self._willing: _Integers
        self._tastes: NDArray[np.uint64]
        self._dues = [HORIZON_MS]
        self._wills = [0]
        """Of the drawn block, one by one; behind them stands one beyond all time."""
        self._drawn = 0
        """Arrivals of the drawn block."""
        self._able: list[int] = []
        """Positions of those who come next and would pay `_least`."""
        self._least = 0
        self._clocks: Clocks
        """Of those in `_able`."""
        self._first = 1
        """Number of the first arrival of the drawn block."""
        self.count = 0
        self.step()

    @property
    def choice_word(self) -> int:
        """The 64 random bits of its tastes."""
        place = self.count - self._first
        return int(self._tastes[place]) if place < self._drawn else 0

    def step(self) -> None:
        """Move on to the next arrival."""
        self.go_on(0, 0)

    def go_on(self, least_minor: int, until_ms: int) -> tuple[int, int]:
        """Move on to the next arrival, past those who come early and would pay less.

        Args:
            least_minor: than this.
            until_ms: before this instant.

        Returns:
            How many were passed, and when the last of them came.
        """
        passed, last_ms = -1, 0
        while True:
            dues, wills, here = self._dues, self._wills, self.count - self._first
            at = here + 1
            while wills[at] < least_minor and dues[at] < until_ms:
                at += 1
            passed, last_ms = passed + at - here, dues[at - 1]
            self.count += at - here
            if at < self._drawn or self._reached >= self._last:
                break
            self._draw()
            dues, wills, at = self._dues, self._wills, 0
            if wills[0] >= least_minor or dues[0] >= until_ms:
                break
        self.next_at_ms, self.willingness_minor = dues[at], wills[at]
        return passed, last_ms

    def ahead(
        self, cheapest_minor: int, count: int
    ) -> tuple[list[int], _Integers, Clocks]:
        """Return who comes next, of those who would pay the least price on sale.

        Args:
            cheapest_minor: that price; the next arrival would pay it.
            count: so many at most; fewer where the drawn ones end.

        Returns:
            Their numbers (as `count` numbers them), willingness to pay, and clocks.
        """
        row = self._row(cheapest_minor)
        some = self._able[row : row + count]
        numbers = [self._first + k for k in some]
        return numbers, self._willing[some], self._clocks[row : row + count]

    def ahead_wide(
        self, cheapest_minor: int, count: int
    ) -> tuple[list[int], _Integers, NDArray[np.uint64]]:
        """Return the same where the taste is wide, with words instead of clocks."""
        row = self._row(cheapest_minor)
        some = self._able[row : row + count]
        numbers = [self._first + k for k in some]
        return numbers, self._willing[some], self._tastes[some]

    def clocks(self, cheapest_minor: int) -> Clocks:
        """Return the clocks of the next arrival alone, who would pay that much."""
        row = self._row(cheapest_minor)
        own: Clocks = self._clocks[row]
        return own

    def _row(self, cheapest_minor: int) -> int:
        """Return where the clocks of the next arrival stand; draw more if need be."""
        at = self.count - self._first
        if cheapest_minor >= self._least:
            row = bisect_left(self._able, at)
            if row < len(self._able):
                return row
        taste = self.demand.taste
        able = np.flatnonzero(self._willing[at:] >= cheapest_minor) + at
        if not taste.wide:
            able = able[: max(1, _CLOCKS // taste.size)]
            self._clocks = taste.clocks(self._tastes[able])
        self._able, self._least = able.tolist(), cheapest_minor
        return 0

    def _draw(self) -> None:
        """Draw the next block of arrivals, if any are left."""
        self._first, self._able = self.count, []
        if self._number is not None:
            self._draw_all(self._number)
            return
        words = next(self._words)
        if len(words) == _WORDS:  # numpy is slow to start
            self._draw_one(words)
            return
        # At least one: Λ may stand still, or be rounded down, where it starts.
        gaps = np.maximum(exponentials(words[0::_WORDS], MICRO), 1)
        reaches = gaps.cumsum() + self._reached
        due: list[int] = self.demand.expected.inverse(reaches).tolist()
        self._reached, ends = int(reaches[-1]), self.demand.ends_at_ms
        if self._reached >= self._last or due[-1] >= ends:
            self._reached = self._last
            end = int(reaches.searchsorted(self._last))
            due = due[: min(end, bisect_left(due, ends))]
        self._drawn = many = len(due)
        self._willing = self.demand.segment.willingness().draws(words[1::_WORDS][:many])
        # One word in reserve: a later version may draw a party size.
        self._tastes = words[2::_WORDS][:many]
        self._line_up(due)

    def _line_up(self, due: list[int]) -> None:
        """Let the drawn block come at these instants."""
        due.append(HORIZON_MS)
        self._dues = due
        self._wills = self._willing.tolist()
        self._wills.append(0)

    def _draw_all(self, number: int) -> None:
        """Draw all arrivals as one block, where it is known how many there are."""
        demand, reach = self.demand, self._last
        some = [next(self._words)]
        while sum(map(len, some)) < _WORDS * number:
            some.append(next(self._words))
        words = np.concatenate(some)[: _WORDS * number]
        self._reached = reach
        places = UniformLaw(1, reach).draws(words[0::_WORDS])
        # The curve reaches its end at the closing itself, when nobody comes any more.
        due = np.minimum(demand.expected.inverse(places), demand.ends_at_ms - 1)
        order = due.argsort(kind="stable")
        order = order[due[order] >= self._from_ms]
        self._drawn = len(order)
        law = demand.segment.willingness()
        self._willing = law.draws(words[1::_WORDS])[order]
        self._tastes = words[2::_WORDS][order]
        self._line_up(due[order].tolist())

    def _draw_one(self, words: NDArray[np.uint64]) -> None:
        """Draw a block of one arrival, the first, as `_draw` would."""
        demand = self.demand
        gap, willing, _, _ = words.tolist()
        self._reached += max(exponential(gap, MICRO), 1)
        due = demand.expected.reaches(self._reached)
        if self._reached >= self._last or due >= demand.ends_at_ms:
            self._reached = self._last
            return
        minor = demand.segment.willingness().at(willing)
        self._drawn, self._willing = 1, np.array([minor], np.int64)
        self._tastes = words[2:3]
        self._dues, self._wills = [due, HORIZON_MS], [minor, 0]


def _blocks(stream: BulkStream) -> Iterator[NDArray[np.uint64]]:
    """Yield a stream's words by the block, those of the first arrival by themselves.

    A short run often sees no more than that one of most arrival processes.
    """
    words = stream.block()
    yield words[:_WORDS]
    yield words[_WORDS:]
    while True:
        yield stream.block()
