"""How prices rise as departure comes near: fitted to a table, whole numbers only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from test_time_gym.market.config import PPM
from test_time_gym.market.curve import Curve

__all__ = ["DaysCurve", "fit_days_curve", "isotonic", "median"]

Point = tuple[int, int]
"""Days before departure and a price in minor units; or a factor in ppm."""

_POLISHES: Final = 8
"""Rounds of polishing; levels and factors stand still well before."""

_POINTS_MAX: Final = 150
"""Points kept; a scenario's curve may have 200."""

_FACTOR_MAX: Final = 50 * PPM
"""A scenario's factors end at 100, and load comes on top."""


@dataclass(frozen=True, slots=True)
class DaysCurve:
    """Level × factor, and how far off it is.

    The factor never falls as departure comes near, and is 1 at the earliest
    day that the table tells of.
    """

    levels_minor: tuple[int, ...]
    """Of every flight: what it costs where the factor is 1."""
    points: tuple[Point, ...]
    """Days before departure, factor in ppm."""
    error_ppm: int
    """Median of |level × factor − price| / price over the table's rows."""
    error_p90_ppm: int
    """Nine rows in ten are less far off."""


def median(values: Sequence[int]) -> int:
    """Return the median; of two middle values their mean, rounded down.

    >>> median([4, 1, 3]), median([1, 2])
    (3, 1)
    """
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) // 2


def isotonic(points: Sequence[tuple[int, int, int]]) -> list[Point]:
    """Return the closest step function that never rises with x.

    Least squares by pooling adjacent violators (Ayer et al. 1955): neighbours
    in the wrong order are replaced by their weighted mean until none are left.

    Args:
        points: x, y and weight, with growing x.

    Returns:
        The first and the last x of each step, with its height.

    >>> isotonic([(1, 30, 1), (2, 40, 1), (3, 10, 1)])
    [(1, 35), (2, 35), (3, 10)]
    """
    steps: list[tuple[int, int, int, int]] = []  # first x, last x, Σ w·y, Σ w
    for x, y, weight in points:
        step = (x, x, weight * y, weight)
        while steps and steps[-1][2] * step[3] <= step[2] * steps[-1][3]:
            first, _, height, mass = steps.pop()
            step = (first, x, height + step[2], mass + step[3])
        steps.append(step)
    heights = [(first, last, total // mass) for first, last, total, mass in steps]
    return [
        (x, height)
        for first, last, height in heights
        for x in dict.fromkeys((first, last))
    ]


def fit_days_curve(flights: Sequence[Sequence[Point]]) -> DaysCurve:
    """Fit one factor per day and one level per flight by median polish.

    In turn, every day's factor becomes the median of price / level and every
    flight's level the median of price / factor (Tukey 1977): prices that are
    far out, or a flight that is seen on some days only, move neither much. The
    factors are then made monotone and the levels taken once more.

    Args:
        flights: for every flight, at least one (days left, price) pair.
    """
    levels = [median([price for _, price in seen]) for seen in flights]
    factors: dict[int, int] = {}
    counts: dict[int, int] = {}
    for seen in flights:
        for day, _ in seen:
            counts[day] = counts.get(day, 0) + 1
    for _ in range(_POLISHES):
        ratios: dict[int, list[int]] = {day: [] for day in sorted(counts)}
        for level, seen in zip(levels, flights, strict=True):
            for day, price in seen:
                ratios[day].append(price * PPM // level)
        factors = {day: max(1, median(found)) for day, found in ratios.items()}
        levels = [
            max(1, median([price * PPM // factors[day] for day, price in seen]))
            for seen in flights
        ]
    points = _normal(isotonic([(d, f, counts[d]) for d, f in factors.items()]))
    curve = Curve(points)
    levels = [
        max(1, median([price * PPM // curve.at(day) for day, price in seen]))
        for seen in flights
    ]
    errors = sorted(
        abs(level * curve.at(day) // PPM - price) * PPM // price
        for level, seen in zip(levels, flights, strict=True)
        for day, price in seen
    )
    return DaysCurve(
        levels_minor=tuple(levels),
        points=tuple(points),
        error_ppm=median(errors),
        error_p90_ppm=errors[len(errors) * 9 // 10],
    )


def _normal(points: list[Point]) -> list[Point]:
    """Return at most `_POINTS_MAX` points, scaled to end at a factor of 1."""
    while len(points) > _POINTS_MAX:
        points = [points[0], *points[1:-1:2], points[-1]]
    last = points[-1][1]
    return [(day, min(factor * PPM // last, _FACTOR_MAX)) for day, factor in points]
