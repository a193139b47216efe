"""One leg over time, with buyers who choose among what is open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checks import number, whole
from .efficient_sets import EfficientSets, efficient_sets
from .lee_hersh import bid_prices_of, verify_programme

__all__ = ["ChoiceValue", "choice_value"]

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceValue:
    """The value of every state of a leg, and what to offer there."""

    value: float
    """Expected revenue of the whole stock over all periods."""
    values: _Array
    """``values[t, x]`` with t periods and x seats left."""
    bid_prices: _Array
    """``bid_prices[t, x]``: value of the x-th seat with t periods left; infinity for no
    seat.  With t periods to come, the present one among them, ``sets.at(bid_prices[t −
    1, x])`` is offered."""
    sets: EfficientSets


def choice_value(
    fares: Mapping[Any, float] | Iterable[float],
    probabilities: Mapping[tuple[Any, ...], Iterable[float]],
    capacity: int,
    periods: int,
    rate: float,
) -> ChoiceValue:
    """Return value and bid price of every state, by a programme over efficient sets.

    ``V_t(x) = V_{t−1}(x) + λ · max_S (R(S) − Q(S) · ΔV_{t−1}(x))`` with
    ``V_0 = V(0) = 0`` and ``ΔV(x) = V(x) − V(x − 1)``; the best set is always an
    efficient one, or none.

    Source: Talluri and van Ryzin (2004), Revenue management under a general discrete
    choice model of consumer behavior, section 3; the book, section 2.6.2.

    Args:
        fares: as for `efficient_sets`.
        probabilities: as for `efficient_sets`.
        capacity: whole seats, 1 or more.
        periods: whole periods, 0 or more.
        rate: chance λ that a buyer comes in a period.

    Returns:
        Revenues and prices in the unit of the fares; arrays of (periods + 1) rows and
        (capacity + 1) columns.

    Raises:
        ValueError: as `efficient_sets`; or capacity or periods are not whole, or the
            rate is negative or above 1; or there are more than twenty
            million states.

    >>> found = choice_value([800], {(0,): [0.5]}, capacity=1, periods=2, rate=0.5)
    >>> found.value, found.bid_prices[2].tolist()
    (350.0, [inf, 350.0])
    """
    sets = efficient_sets(fares, probabilities)
    seats, ahead = whole("capacity", capacity, least=1), whole("periods", periods)
    chance = number("rate", rate, least=0, most=1)
    verify_programme(seats, ahead)
    values = np.zeros((ahead + 1, seats + 1))
    for t in range(1, ahead + 1):
        before = values[t - 1]
        marginal = np.diff(before)
        gain = np.zeros(seats)
        for offer in sets.efficient:
            gain = np.maximum(gain, offer.revenue - offer.chance * marginal)
        values[t, 1:] = before[1:] + chance * gain
    return ChoiceValue(float(values[-1, -1]), values, bid_prices_of(values), sets)
