"""Piecewise-linear curves over integers, rounded down to the grid."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import gcd
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field

from .config import PPM

__all__ = ["Curve", "CurvePoints"]

Point = tuple[int, int]


def _sorted_points(points: tuple[Point, ...]) -> tuple[Point, ...]:
    places = [x for x, _ in points]
    if sorted(set(places)) != places:
        msg = "curve points must have growing first coordinates"
        raise ValueError(msg)
    return points


CurvePoints = Annotated[
    tuple[
        Annotated[
            tuple[
                Annotated[int, Field(ge=0, le=10**12)],
                Annotated[int, Field(ge=0, le=100 * PPM)],
            ],
            Field(strict=False),
        ],
        ...,
    ],
    Field(min_length=1, max_length=200, strict=False),
    AfterValidator(_sorted_points),
]
"""``[[x, y_ppm], …]`` with growing x."""


class Curve:
    """A function given by points; constant before the first and after the last.

    >>> curve = Curve([(0, 0), (10, 100)])
    >>> [curve.at(x) for x in (-5, 0, 5, 10, 99)]
    [0, 0, 50, 100, 100]
    """

    __slots__ = ("_pieces", "_xs", "_ys", "constant")

    constant: int | None
    """The value, if it is the same everywhere."""

    def __init__(self, points: Sequence[Point]) -> None:
        """Keep the points; x must grow."""
        self._xs = [x for x, _ in points]
        self._ys = [y for _, y in points]
        first, *rest = self._ys
        self._pieces: tuple[NDArray[Any], ...] | None = None
        self.constant = first if all(y == first for y in rest) else None

    def at(self, x: int) -> int:
        """Return the value at ``x``, interpolated and rounded down."""
        after = bisect_right(self._xs, x)
        if after == 0:
            return self._ys[0]
        if after == len(self._xs):
            return self._ys[-1]
        x0, x1 = self._xs[after - 1], self._xs[after]
        y0, y1 = self._ys[after - 1], self._ys[after]
        return y0 + (y1 - y0) * (x - x0) // (x1 - x0)

    def reaches(self, value: int) -> int:
        """Return `inverse` of one value.

        >>> curve = Curve([(0, 0), (10, 100), (20, 100)])
        >>> [curve.reaches(y) for y in (0, 50, 999)]
        [0, 5, 20]
        """
        after = bisect_left(self._ys, value)
        if after == 0:
            return self._xs[0]
        if after == len(self._ys):
            return self._xs[-1]
        x0, x1 = self._xs[after - 1], self._xs[after]
        y0, y1 = self._ys[after - 1], self._ys[after]
        return x0 - (x0 - x1) * (value - y0) // (y1 - y0)

    def inverse(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return, for each value, the least ``x`` at which the curve reaches it.

        For curves that never fall; at or below the first value it is the first
        ``x``, beyond the last value the last.

        >>> curve = Curve([(0, 0), (10, 100), (20, 100)])
        >>> curve.inverse(np.array([0, 50, 999])).tolist()
        [0, 5, 20]
        """
        if self._pieces is None:
            self._pieces = _pieces(self._xs, self._ys)
        x0, y0, run, rise = self._pieces
        after = np.searchsorted(self._ys, values)
        at = np.minimum(after, len(rise) - 1)
        # Rounded up: a unit earlier the value has not reached y yet.
        steps = np.maximum(values - y0[at], 0)
        reached = x0[at] - run[at] * -steps // rise[at]
        found: NDArray[np.int64] = reached.astype(np.int64)
        found[after == len(self._ys)] = self._xs[-1]
        return found


def _pieces(xs: list[int], ys: list[int]) -> tuple[NDArray[Any], ...]:
    """Return where the piece before each point begins, and its run and rise."""
    pieces = [(xs[0], ys[0], 0, 1)]
    for (x0, y0), (x1, y1) in pairwise(zip(xs, ys, strict=True)):
        # In lowest terms: products are small, and mostly fit into 64 bits.
        common = gcd(x1 - x0, y1 - y0)
        pieces.append((x0, y0, (x1 - x0) // common, max((y1 - y0) // common, 1)))
    greatest = max(piece[2] for piece in pieces) * (ys[-1] - ys[0])
    columns = np.array(pieces, np.int64 if greatest < 2**63 else object)
    return tuple(columns.T)
