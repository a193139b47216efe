"""Arrivals: who of a segment comes to a group, when, and with what luck.

The words that decide arrival ``i`` are words ``4i … 4i+3`` of the segment's own stream,
so no agent's behaviour moves anyone's arrival, willingness to pay or taste.

Where it is drawn first how many come, that many buyers each come at a time of their
own, drawn from the same curve (given its count, a Poisson process is just that); the
words of buyer ``i`` are the same, and arrivals are numbered as they come.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .choice import Clocks
from .clock import HORIZON_MS
from .demand import MICRO, Demand
from .distributions import exponential, exponentials
from .streams import BulkStream, expand
from .uniform_law import UniformLaw

__all__ = ["Arrivals"]

_WORDS: Final = 4
"""Words that decide an arrival."""

_Integers = NDArray[np.int64]

_CLOCKS = 2048
"""Exponential clocks that are drawn at a time: many buyers', where offers are few."""


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
        "_spares",
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
        self._last = demand.expected_micro
        self._words = _blocks(stream)
        self._reached = demand.expected.at(from_ms)
        self._willing: _Integers
        self._tastes: NDArray[np.uint64]
        self._spares: NDArray[np.uint64]
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

    @property
    def ideal_word(self) -> int:
        """The 64 random bits of its ideal hour, made of the last of its words."""
        spare = int(self._spares[self.count - self._first])
        return expand(spare, 2)[1]

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

    def own_word(self) -> NDArray[np.uint64]:
        """Return the word of the next arrival's tastes, as an array of one."""
        place = self.count - self._first
        return self._tastes[place : place + 1]

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
        self._tastes = words[2::_WORDS][:many]
        self._spares = words[3::_WORDS][:many]
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
        self._spares = words[3::_WORDS][order]
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
        self._tastes, self._spares = words[2:3], words[3:4]
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
