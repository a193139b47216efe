"""One leg over time: which request for a seat is worth accepting, period by period."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, inf

import numpy as np
from numpy.typing import NDArray

from .checks import chances_of, dearest_first, same_length, verify_states, whole

__all__ = ["LeeHersh", "bid_prices_of", "lee_hersh", "verify_programme"]

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LeeHersh:
    """The value of every state of a leg, and the bid prices that follow from it."""

    value: float
    """Expected revenue of the whole stock over all periods."""
    values: _Array
    """``values[t, x]`` with t periods and x seats left."""
    bid_prices: _Array
    """``bid_prices[t, x]``: value of the x-th seat with t periods left after the
    present one; infinity for no seat.  A request that pays as much or more is accepted.
    """
    first_come: float
    """Expected revenue if every request is accepted while there are seats."""


def lee_hersh(
    fares: Iterable[float], rates: Iterable[float], capacity: int, periods: int
) -> LeeHersh:
    """Return value and bid price of every state of a leg, by dynamic programming.

    ``V_t(x) = V_{t−1}(x) + Σ_j r_j · max(0, f_j − V_{t−1}(x) + V_{t−1}(x − 1))`` with
    ``V_0 = V(0) = 0``; the bid price is ``V_t(x) − V_t(x − 1)``.

    Source: T. C. Lee and M. Hersh (1993), A model for dynamic airline seat inventory
    control with multiple seat bookings; Talluri and van Ryzin (2004), section 2.5.

    Args:
        fares: of the classes, the dearest first, in any unit.
        rates: chance of a request of each class in one period; at most 1 together.
        capacity: whole seats, 1 or more.
        periods: whole periods, 0 or more.

    Returns:
        Revenues and prices in the unit of the fares; arrays of (periods + 1) rows and
        (capacity + 1) columns.

    Raises:
        ValueError: fares rise or are negative, a chance is negative or above 1, they
            are above 1 together, shapes differ, or capacity or periods are not whole;
            or there are more than twenty million states.

    >>> found = lee_hersh([200, 150, 120, 80], [0.15, 0.15, 0.10, 0.10], 10, 30)
    >>> round(found.value, 4), round(float(found.bid_prices[30, 10]), 4)
    (1600.5083, 120.2909)
    >>> round(float(found.values[30, 5]), 4), round(found.first_come, 4)
    (914.6547, 1445.2189)
    """
    known = dearest_first("fares", fares)
    chances = chances_of("rates", rates)
    same_length("rates", chances, "fares", len(known))
    seats = whole("capacity", capacity, least=1)
    ahead = whole("periods", periods)
    verify_programme(seats, ahead)
    values = np.zeros((ahead + 1, seats + 1))
    accepted = np.zeros(seats + 1)
    anybody = fsum(chances)
    mean = fsum(rate * fare for rate, fare in zip(chances, known, strict=True))
    for t in range(1, ahead + 1):
        before = values[t - 1]
        marginal = np.diff(before)
        gain = np.zeros(seats)
        for fare, rate in zip(known, chances, strict=True):
            gain += rate * np.maximum(0.0, fare - marginal)
        values[t, 1:] = before[1:] + gain
        accepted[1:] += mean - anybody * np.diff(accepted)
    return LeeHersh(
        value=float(values[-1, -1]),
        values=values,
        bid_prices=bid_prices_of(values),
        first_come=float(accepted[-1]),
    )


def verify_programme(seats: int, periods: int) -> None:
    """Raise if a programme over seats and periods has too many states.

    Raises:
        Misuse: it has.
    """
    told = f"capacity is {seats} and periods is {periods}"
    # A period costs what some twenty states do, however few seats there are.
    verify_states(told, (periods + 1) * max(seats + 1, 20))


def bid_prices_of(values: _Array) -> _Array:
    """Return the value of the last seat in every state; infinity for no seat.

    >>> bid_prices_of(np.array([[0.0, 5.0, 7.0]])).tolist()
    [[inf, 5.0, 2.0]]
    """
    prices = np.full_like(values, inf)
    prices[:, 1:] = np.diff(values, axis=1)
    return prices
