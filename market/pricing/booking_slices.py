"""Slices of the time before closing, in each of which requests come evenly."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

__all__ = ["BookingPath", "BookingSlice", "slices_of"]


class BookingPath(NamedTuple):
    """What is still to come of one product, from each of some instants on.

    Between two of them it falls along a straight line.
    """

    starts_ms: tuple[int, ...]
    """Time to its closing, never rising; the last one is closing itself, 0."""
    means_milli: tuple[int, ...]
    """Thousandths of a unit, never rising; 0 at closing."""

    def to_come(self, closes_in_ms: int) -> int:
        """Return what is still to come, in thousandths of a unit, rounded down.

        Args:
            closes_in_ms: time to closing; above the first start all is to come.

        >>> path = BookingPath((100, 40, 0), (10_000, 4_000, 0))
        >>> [path.to_come(at) for at in (200, 100, 70, 40, 30, 0, -5)]
        [10000, 10000, 7000, 4000, 3000, 0, 0]
        """
        if closes_in_ms >= self.starts_ms[0]:
            return self.means_milli[0]
        if closes_in_ms <= 0:
            return 0
        k = next(k for k, start in enumerate(self.starts_ms) if start <= closes_in_ms)
        past, length = (
            self.starts_ms[k - 1] - closes_in_ms,
            self.starts_ms[k - 1] - self.starts_ms[k],
        )
        falls = self.means_milli[k - 1] - self.means_milli[k]
        return self.means_milli[k - 1] - falls * past // length


class BookingSlice(NamedTuple):
    """A stretch of time in which requests of each product come evenly."""

    start_ms: int
    """Time to the last closing."""
    end_ms: int
    means_milli: tuple[int, ...]
    """Of each product, expected in this slice."""


def slices_of(
    paths: Sequence[BookingPath], earlier_ms: Sequence[int]
) -> tuple[BookingSlice, ...]:
    """Return the slices of several products together, the last one before closing last.

    They are those of the product that closes last, and is looked at first; what the
    others expect within one of them comes evenly, too.

    Args:
        paths: of the products, one at least.
        earlier_ms: by how much each closes before the last one does; 0 of one of them.

    >>> early = BookingPath((60, 0), (600, 0))
    >>> late = BookingPath((100, 40, 0), (9, 4, 0))
    >>> for one in slices_of([late, early], [0, 40]): print(*one)
    100 40 (5, 600)
    40 0 (4, 0)
    """
    _, grid = max(
        (path.starts_ms[0], path.starts_ms)
        for path, gap in zip(paths, earlier_ms, strict=True)
        if not gap
    )
    cuts = list(dict.fromkeys(grid))
    to_come = [
        [path.to_come(cut - gap) for path, gap in zip(paths, earlier_ms, strict=True)]
        for cut in cuts
    ]
    # What another product expects before the first cut comes within the first slice.
    to_come[0] = [path.means_milli[0] for path in paths]
    return tuple(
        BookingSlice(
            start, end, tuple(max(0, a - b) for a, b in zip(more, less, strict=True))
        )
        for (start, end), (more, less) in zip(
            pairwise(cuts), pairwise(to_come), strict=True
        )
    )
