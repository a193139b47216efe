"""Winning: the probability that an arm's draw is the largest of all.

For independent draws with densities f and distribution functions F it is
∫ f_i(x) Π_{j≠i} F_j(x) dx, here a sum over a grid of cells.  The grid covers what
lies between the highest lower tail and the highest upper tail, in cells narrower
than the narrowest arm.  Only exact operations of numpy are used (sums, products), and
no sum whose order depends on the machine, so that the result is the same everywhere.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import asin, ceil, cos, floor, lgamma, log, pi, sin, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["beta_wins"]

_Array = NDArray[np.float64]

_TAIL: Final = 5.0
"""Standard deviations beyond which a draw does not count: below 1 in 10,000."""

_CELL: Final = 0.75
"""Greatest width of a cell, in standard deviations of the narrowest arm."""

_FINE: Final = 2048
_COARSEST: Final = 32
_STEP: Final = pi / 2 / _FINE
_MOST_PULLS: Final = (2 * _CELL * 2 * _STEP) ** -2
"""Pulls that make an arm as narrow as two fine steps can show."""

_HALVINGS: Final = 9
_FLOOR: Final = -50.0


def beta_wins(arms: Sequence[tuple[float, float]]) -> list[float]:
    """Return the probability of each of several betas to be the largest.

    The grid is even in θ = arcsin √x, in which the deviation of Beta(a, b) is about
    1 / (2 √(a + b)), whatever its mean.

    Args:
        arms: a and b of each, from 0.5.

    Returns:
        Probabilities that sum to 1, each within 0.005 of the truth; 0 for arms that
        are at least ten deviations away.

    >>> [round(share, 3) for share in beta_wins([(2.0, 1.0), (1.0, 1.0)])]
    [0.667, 0.333]
    """
    reach = []
    for a, b in arms:
        n = a + b
        centre, tail = asin(sqrt(a / n)), _TAIL / (2 * sqrt(n))
        reach.append((centre - tail, centre + tail, tail / _TAIL))
    low = max(reach)[0]
    live = [at for at, (_, high, _) in enumerate(reach) if high > low]
    shares = [0.0] * len(arms)
    if len(live) == 1:
        shares[live[0]] = 1.0
        return shares
    top = max([reach[at][1] for at in live])
    finest = min([reach[at][2] for at in live])
    stride = 2
    while stride < _COARSEST and 2 * stride * _STEP <= _CELL * finest:
        stride *= 2
    cell = stride * _STEP
    first = max(0, floor(low / cell)) * stride + stride // 2
    stop = min(_FINE, ceil(top / cell) * stride)
    sines, cosines = _logarithms()[:, first:stop:stride]
    laws = np.array([_law(*arms[at], cell) for at in live])[:, :, None]
    masses = _exp(laws[:, 0] * sines + laws[:, 1] * cosines + laws[:, 2])
    for at, share in zip(live, _shares(masses), strict=True):
        shares[at] = share
    return shares


def _law(a: float, b: float, cell: float) -> tuple[float, float, float]:
    """Return what to multiply ln sin θ and ln cos θ by, and what to add.

    The sum is the logarithm of a cell's mass.
    """
    if a + b > _MOST_PULLS:
        shrink = _MOST_PULLS / (a + b)
        a, b = a * shrink, b * shrink
    scale = lgamma(a + b) - lgamma(a) - lgamma(b)
    return 2 * a - 1, 2 * b - 1, scale + log(2 * cell)


def _shares(masses: _Array) -> list[float]:
    """Return each row's probability to be the largest, from masses per cell.

    A distribution function counts from above, since the grid ends there and not
    below, and in the middle of a cell half of its mass.
    """
    above = np.add.accumulate(masses[:, ::-1], axis=1)[:, ::-1]
    below = np.maximum(1 - above + masses / 2, 0)
    masses[1:] *= np.multiply.accumulate(below[:-1], axis=0)
    masses[:-1] *= np.multiply.accumulate(below[:0:-1], axis=0)[::-1]
    wins: list[float] = np.add.accumulate(masses, axis=1)[:, -1].tolist()
    total = sum(wins)
    return [win / total for win in wins]


def _exp(y: _Array) -> _Array:
    """Return exp(y), for y not far above 0, as (exp(y / 512)) ** 512.

    numpy's own may differ in the last bits from processor to processor. The relative
    error is below 1 in 100,000 from -10 up, and what lies below hardly counts.
    """
    z = np.maximum(y, _FLOOR) * 2.0**-_HALVINGS
    power: _Array = 1 + z * (1 + z * (1 / 2 + z * (1 / 6)))
    for _ in range(_HALVINGS):
        power *= power
    return power


@lru_cache(maxsize=1)
def _logarithms() -> _Array:
    """Return ln sin θ and ln cos θ on the fine grid; both ends are never used."""
    angles = [k * _STEP for k in range(1, _FINE)]
    sines = [0.0, *[log(sin(angle)) for angle in angles]]
    return np.array([sines, [log(cos(angle)) for angle in [0.0, *angles]]])
