"""Nested protection levels for any law of demand: the best ones, and what some earn."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import Misuse
from .checks import (
    dearest_first,
    demand_laws,
    numbers,
    same_length,
    verify_states,
    whole,
)

__all__ = ["OptimalLevels", "limits_value", "optimal_levels"]

_TIE = 1e-12
"""A seat that is worth so little more than a fare, as a share, is worth the same."""
_NOTHING = 1e-14
"""A share of the dearest fare that is no more than what floats lose on the way."""
_UNLIKELY = 1e-17
"""What a law has beyond either of its ends, if it is no more than this, is left out."""
_MANY = 1 << 22
"""A convolution of more products than this is done by Fourier transforms."""

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OptimalLevels:
    """The best nested protection levels, and what they earn."""

    levels: tuple[int, ...]
    """Seats kept for class 1, for classes 1 and 2, …: one less than classes."""
    value: float
    """Expected revenue, in the unit of the fares."""


def optimal_levels(
    fares: Iterable[float], pmfs: Iterable[Iterable[float]], capacity: int
) -> OptimalLevels:
    """Return the best nested protection levels, by dynamic programming.

    Classes come one after the other, the cheapest first, with independent demand:
    ``V_j(x) = E max_{0 ≤ u ≤ min(D_j, x)} (f_j u + V_{j−1}(x − u))``, ``V_0 = 0``, and
    ``y_j`` is the number of seats x for which ``V_j(x) − V_j(x − 1) > f_{j+1}``.

    Source: Talluri and van Ryzin (2004), section 2.2.2; S. L. Brumelle and
    J. I. McGill (1993), Airline seat allocation with multiple nested fare classes.

    Args:
        fares: of the classes, the dearest first, in any unit.
        pmfs: P(D = 0), P(D = 1), … of each class, of any lengths; `poisson_pmf` and
            `rounded_normal_pmf` make them.
        capacity: whole seats, 1 or more.

    Returns:
        The levels, in whole seats, at most the capacity, and their value.  Of levels
        that earn the same, the least.

    Raises:
        ValueError: fares rise or are negative, a table is no law, there is not one
            for each class, or the capacity is not whole or less than 1; or more
            states are left than can be computed.

    >>> from test_time_gym.market.pricing import poisson_pmf
    >>> best = optimal_levels([200, 100], [poisson_pmf(50), poisson_pmf(80)], 100)
    >>> best.levels, round(best.value, 4)
    ((50,), 14436.7434)
    """
    known = dearest_first("fares", fares)
    laws = demand_laws("pmfs", pmfs, len(known))
    seats = whole("capacity", capacity, least=1)
    # Seats beyond all demand that there can be are worth nothing.
    seats = _enough(seats, laws)
    marginal = np.zeros(seats)
    levels: list[int] = []
    for j, fare in enumerate(known):
        if j:
            # Marginal values fall: the first that is not worth it ends the protection.
            worth = marginal > fare * (1 + _TIE) + known[0] * _NOTHING
            levels.append(seats if worth.all() else int(np.argmin(worth)))
        marginal = _stage(marginal, fare, laws[j], levels[-1] if j else 0)
    return OptimalLevels(tuple(levels), float(np.sum(marginal)))


def limits_value(
    fares: Iterable[float],
    pmfs: Iterable[Iterable[float]],
    capacity: int,
    levels: Iterable[float],
) -> float:
    """Return exactly what nested protection levels are expected to earn.

    The recursion of `optimal_levels`, with ``u = min(D_j, max(0, x − y_{j−1}))``.
    Levels of 0 are no control: first come, first served, the cheapest first.

    Source: Talluri and van Ryzin (2004), section 2.2.2.

    Args:
        fares: of the classes, the dearest first, in any unit.
        pmfs: P(D = 0), P(D = 1), … of each class, of any lengths.
        capacity: whole seats, 1 or more.
        levels: whole seats kept for class 1, for classes 1 and 2, …: one less than
            classes, never falling; `to_seats` rounds.  They may be above the capacity.

    Returns:
        Expected revenue, in the unit of the fares.

    Raises:
        ValueError: as `optimal_levels`, or levels are not whole, fall, or are not one
            less than there are classes.

    >>> from test_time_gym.market.pricing import poisson_pmf
    >>> demand = [poisson_pmf(50), poisson_pmf(80)]
    >>> [round(limits_value([200, 100], demand, 100, [y]), 4) for y in (0, 40)]
    [12003.1844, 13959.0384]
    """
    known = dearest_first("fares", fares)
    laws = demand_laws("pmfs", pmfs, len(known))
    seats = whole("capacity", capacity, least=1)
    kept = [
        whole(f"levels[{k}]", level)
        for k, level in enumerate(numbers("levels", levels))
    ]
    same_length("levels", kept, "fares less one", len(known) - 1)
    for k in range(1, len(kept)):
        if kept[k] < kept[k - 1]:
            raise Misuse(
                f"levels[{k}] is {kept[k]}, below levels[{k - 1}] = {kept[k - 1]}: "
                "nested levels, which never fall, are expected"
            )
    # Of classes that sell nothing, and of seats that nobody wants, nothing is seen.
    seats = _enough(seats, laws, max([0, *(y for y in kept if y < seats)]))
    marginal = np.zeros(seats)
    for fare, law, level in zip(known, laws, [0, *kept], strict=True):
        marginal = _stage(marginal, fare, law, level)
    return float(np.sum(marginal))


def _enough(seats: int, laws: list[list[float]], kept: int = 0) -> int:
    """Return a capacity that earns as much: no more than can be kept and sold.

    Raises:
        Misuse: even that is too much to compute.
    """
    most = min(seats, kept + max(1, sum(len(law) - 1 for law in laws)))
    longest = min(most + 1, max(map(len, laws)))
    # Each class is a convolution; a thousand products cost what a state does elsewhere.
    told = f"capacity is {seats}, with demand for up to {most - kept}"
    verify_states(told, (most + 1) * (1 + longest // 1000))
    return most


def _stage(after: _Array, fare: float, law: list[float], level: int) -> _Array:
    """Return what the first seat, the second, … is worth before a class comes.

    With m seats of room it is the fare if m or more come, and otherwise what the seat
    is worth that is then left: ``ΔV_j(y + m) = f_j P(D_j ≥ m) + Σ_{d < m} P(D_j = d)
    ΔV_{j−1}(y + m − d)``.  Those who come beyond the room are one lump.

    Args:
        after: the same once it has come.
        fare: it pays.
        law: of its demand.
        level: what it leaves.
    """
    left = after[level:]
    if not len(left):
        return after
    chances = np.zeros(len(left))
    known = np.asarray(law[: len(left)])
    chances[: len(known)] = known
    enough = 1 - np.cumsum(chances)
    return np.concatenate([after[:level], fare * enough + _convolved(known, left)])


def _convolved(law: _Array, left: _Array) -> _Array:
    """Return ``Σ_d law[d] · left[m − d]`` for each m of ``left``.

    Args:
        law: chances; those of its ends that together are next to nothing are left out.
        left: what seats are worth.
    """
    seats = len(left)
    if not left.any():
        return np.zeros(seats)
    first = int(np.searchsorted(np.cumsum(law), _UNLIKELY, side="right"))
    beyond = np.searchsorted(np.cumsum(law[::-1]), _UNLIKELY, side="right")
    likely = law[first : len(law) - int(beyond)]
    found = np.zeros(seats)
    room = seats - first
    if room <= 0 or not len(likely):
        return found
    if len(likely) * room <= _MANY:
        found[first:] = np.convolve(likely, left[:room])[:room]
        return found
    size = len(likely) + room
    product = np.fft.rfft(likely, size) * np.fft.rfft(left[:room], size)
    found[first:] = np.fft.irfft(product, size)[:room]
    # Its rounding must not make a seat worth less than nothing.
    return np.maximum(found, 0.0)
