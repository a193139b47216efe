"""Piecewise-linear curves over integers, rounded down to the grid."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from math import gcd
from typing import Annotated

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

    __slots__ = ("_xs", "_ys", "constant")

    constant: int | None
    """The value, if it is the same everywhere."""

    def __init__(self, points: Sequence[Point]) -> None:
        """Keep the points; x must grow."""
        self._xs = [x for x, _ in points]
        self._ys = [y for _, y in points]
        first, *rest = self._ys
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

    def inverse(self, values: Iterable[int]) -> list[int]:
        """Return, for each value, the least ``x`` at which the curve reaches it.

        For curves that never fall; at or below the first value it is the first
        ``x``, beyond the last value the last.

        >>> Curve([(0, 0), (10, 100), (20, 100)]).inverse([0, 50, 999])
        [0, 5, 20]
        """
        xs, ys, found = self._xs, self._ys, []
        x0 = y0 = y1 = run = rise = 0
        for y in values:
            # Neighbours in `values` mostly lie on the same piece of the curve.
            if not y0 < y <= y1:
                after = bisect_left(ys, y)
                if after in (0, len(ys)):
                    found.append(xs[0] if after == 0 else xs[-1])
                    continue
                x0, y0, y1 = xs[after - 1], ys[after - 1], ys[after]
                # In lowest terms: small integers divide quicker.
                common = gcd(xs[after] - x0, y1 - y0)
                run, rise = (xs[after] - x0) // common, (y1 - y0) // common
            # Rounded up: a unit earlier the value has not reached y yet.
            found.append(x0 - run * (y0 - y) // rise)
        return found
