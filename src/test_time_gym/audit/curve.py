"""Curves that are straight between their points."""

from bisect import bisect_right

__all__ = ["Points", "curve_at"]

Points = list[tuple[int, int]]


def curve_at(points: Points, x: int) -> int:
    """Return a curve's value: straight between its points, constant outside.

    >>> [curve_at([(0, 0), (10, 100)], x) for x in (-5, 5, 99)]
    [0, 50, 100]
    """
    after = bisect_right(points, x, key=lambda point: point[0])
    if after in {0, len(points)}:
        return points[min(after, len(points) - 1)][1]
    (x0, y0), (x1, y1) = points[after - 1], points[after]
    return y0 + (y1 - y0) * (x - x0) // (x1 - x0)
