"""Argmax probabilities: how likely each arm's draw is the largest of all.

For independent draws with densities f and distribution functions F it is
∫ f_i(x) Π_{j≠i} F_j(x) dx, here a sum over a grid of cells.  The grid covers what
lies between the highest lower tail and the highest upper tail, in cells narrower
than the narrowest arm.  Only exact operations of numpy are used (sums, products), and
no sum whose order depends on the machine, so that the result is the same everywhere.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import asin, ceil, cos, floor, fsum, lgamma, log, pi, sin, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["beta_wins", "normal_wins"]

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

_MOST_CELLS: Final = 512
_ROOT: Final = sqrt(2 * pi)

_LEAST: Final = 1e-30
"""What stands for 0 where it is divided by."""

_SQUARINGS: Final = 8
_FLOOR: Final = -50.0


def beta_wins(arms: Sequence[Sequence[float]]) -> list[float]:
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
    if max([a + b for a, b in arms]) > _MOST_PULLS:
        arms = [_widened(a, b) for a, b in arms]
    tails = [_TAIL / 2 / sqrt(a + b) for a, b in arms]
    centres = [asin(sqrt(a / (a + b))) for a, b in arms]
    low = max([centre - tail for centre, tail in zip(centres, tails, strict=True)])
    highs = [centre + tail for centre, tail in zip(centres, tails, strict=True)]
    live = [at for at, high in enumerate(highs) if high > low]
    shares = [0.0] * len(arms)
    if len(live) == 1:
        shares[live[0]] = 1.0
        return shares
    widest = _CELL / _TAIL * min([tails[at] for at in live])
    stride = 2
    while stride < _COARSEST and 2 * stride * _STEP <= widest:
        stride *= 2
    cell = stride * _STEP
    start = min(_FINE, ceil(max(highs) / cell) * stride) - stride // 2
    stop = max(0, floor(low / cell)) * stride
    sines, cosines = _logarithms()[:, start:stop:-stride]
    laws = np.array([_law(arms[at], cell) for at in live])[:, :, None]
    masses = laws[:, 0] * sines
    masses += laws[:, 1] * cosines
    masses += laws[:, 2]
    for at, share in zip(live, _shares(_exp(masses)), strict=True):
        shares[at] = share
    return shares


def _widened(a: float, b: float) -> tuple[float, float]:
    """Return the beta with the same mean that is wide enough for the grid."""
    shrink = min(1, _MOST_PULLS / (a + b))
    return a * shrink, b * shrink


def normal_wins(arms: Sequence[tuple[float, float]]) -> list[float]:
    """Return the probability of each of several normal draws to be the largest.

    Args:
        arms: mean and standard deviation of each, the latter above 0.

    Returns:
        As `beta_wins`. Where a deviation is hundreds of times smaller than another
        in reach, it is taken as somewhat larger than it is.

    >>> [round(share, 3) for share in normal_wins([(1.0, 0.6), (0.0, 0.8)])]
    [0.841, 0.159]
    """
    low = max([mean - _TAIL * spread for mean, spread in arms])
    highs = [mean + _TAIL * spread for mean, spread in arms]
    live = [at for at, high in enumerate(highs) if high > low]
    shares = [0.0] * len(arms)
    if len(live) == 1:
        shares[live[0]] = 1.0
        return shares
    top = max(highs)
    narrowest = min([arms[at][1] for at in live])
    cell = max(_CELL * narrowest, (top - low) / _MOST_CELLS)
    spreads = [max(arms[at][1], cell / _CELL) for at in live]
    # The grid begins below the lower tails as they are now, widened or not.
    reach = [arms[at][0] - _TAIL * s for at, s in zip(live, spreads, strict=True)]
    cells = ceil((top - max(reach)) / cell)
    points = np.arange(0.5, cells) * -cell + top
    scales = [-1 / (2 * spread * spread) for spread in spreads]
    tops = [log(cell / (spread * _ROOT)) for spread in spreads]
    laws = np.array([[arms[at][0] for at in live], scales, tops])[:, :, None]
    masses = points - laws[0]
    masses *= masses
    masses *= laws[1]
    masses += laws[2]
    for at, share in zip(live, _shares(_exp(masses)), strict=True):
        shares[at] = share
    return shares


def _law(arm: Sequence[float], cell: float) -> tuple[float, float, float]:
    """Return what to multiply ln sin θ and ln cos θ by, and what to add.

    The sum is the logarithm of a cell's mass.
    """
    a, b = arm
    scale = lgamma(a + b) - lgamma(a) - lgamma(b)
    return 2 * a - 1, 2 * b - 1, scale + log(2 * cell)


def _shares(masses: _Array) -> list[float]:
    """Return each row's probability to be the largest, from masses per cell.

    Cells are in falling order: the grid ends above all arms, but not below them. In
    the middle of a cell a distribution function counts half of its mass, and the
    slope's part of the Euler-Maclaurin formula.
    """
    below = 0.5 * masses
    below -= np.add.accumulate(masses, axis=1)
    below += 1
    below[:, 1:-1] += (masses[:, 2:] - masses[:, :-2]) * (1 / 24)
    np.maximum(below, _LEAST, out=below)
    masses *= np.multiply.reduce(below, axis=0)
    masses /= below
    wins: list[float] = np.add.reduce(masses, axis=1).tolist()
    total = fsum(wins)
    return [win / total for win in wins]


def _exp(y: _Array) -> _Array:
    """Return exp(y), for y not far above 0, as (exp(y / 256)) ** 256; uses up y.

    numpy's own may differ in the last bits from processor to processor. The relative
    error grows as y³ and is 1 in 3,000 at -5; what lies far below hardly counts.
    """
    np.maximum(y, _FLOOR, out=y)
    y *= 2.0**-_SQUARINGS
    power: _Array = 0.5 * y
    power += 1
    power *= y
    power += 1
    for _ in range(_SQUARINGS):
        power *= power
    return power


@lru_cache(maxsize=1)
def _logarithms() -> _Array:
    """Return ln sin θ and ln cos θ on the fine grid; both ends are never used."""
    angles = [k * _STEP for k in range(1, _FINE)]
    sines = [0.0, *[log(sin(angle)) for angle in angles]]
    return np.array([sines, [log(cos(angle)) for angle in [0.0, *angles]]])
