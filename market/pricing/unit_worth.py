"""What the next unit of a pool is worth, by dynamic programming over periods.

T. C. Lee and M. Hersh (1993), A model for dynamic airline seat inventory control with
multiple seat bookings; K. T. Talluri and G. J. van Ryzin, The Theory and Practice of
Revenue Management (2004), section 2.5.

A class is closed by comparing its fare with a value, so values are whole parts of a
minor unit, rounded down at every step: floats would leave a close call to the machine.
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

__all__ = [
    "Periods",
    "Request",
    "unit_values",
    "values_bytes",
    "worth_after",
    "worth_bytes",
]

_PART: Final = 32
"""Binary places of a minor unit that values have."""
_TABLES: Final = 256
"""Tables that are remembered."""
_ROWS: Final = 16_384
"""Rows of stretches that are remembered."""
_ROWS_EACH: Final = 1_000
"""Of them that a pool has at most, in one run."""
_INTEGER: Final = 36
"""Bytes of a value that is no small one."""


class Request(NamedTuple):
    """Demand of one product for a pool."""

    fare: int
    """What the pool gets of its price, in minor units."""
    mean_milli: int
    """Expected over all periods, in thousandths of a unit."""


class Periods(NamedTuple):
    """Periods that are alike: each has one request at most."""

    number: int
    requests: tuple[Request, ...]
    """Over all of them; in thousandths at most a thousand times their number."""


@lru_cache(maxsize=_TABLES)
def unit_values(
    requests: tuple[Request, ...], units: int, periods: int
) -> "tuple[array[int], ...]":
    """Return what the last unit is worth in every state of a pool.

    Remembered: all runs of a scenario ask for the same.

    Args:
        requests: of all products, over all periods; at most as many as periods.
        units: of the pool, that may be sold.
        periods: over which the requests are spread evenly.

    Returns:
        With t periods ahead and x units left, the value in minor units, rounded up:
        what costs as much or more is worth accepting.  Of no unit it is 0.

    >>> requests = (Request(200_00, 4_500), Request(150_00, 4_500),
    ...             Request(120_00, 3_000), Request(80_00, 3_000))
    >>> unit_values(requests, 10, 30)[30][10]
    12030
    """
    gains = _Gains(Periods(periods, requests))
    value = [0] * (units + 1)
    table = [_rounded_up(value, 0)]
    for ahead in range(1, periods + 1):
        value = gains.before(value, ahead)
        table.append(_rounded_up(value, ahead))
    return tuple(table)


def values_bytes(units: Sequence[int], periods: int) -> int:
    """Return the memory that `unit_values` of so many pools take, in bytes.

    >>> values_bytes([99, 199], 499)
    1200000
    """
    rows = sorted((stock + 1 for stock in units), reverse=True)[:_TABLES]
    return 8 * (periods + 1) * sum(rows)


def worth_bytes(units: Sequence[int], periods: int) -> int:
    """Return the memory that `worth_after` takes at most, in bytes.

    >>> worth_bytes([99], 50)
    2600000
    """
    rows = (8 * (stock + 1) + _INTEGER * min(stock, periods) for stock in units)
    each = min(_ROWS_EACH, _ROWS // max(1, len(units)))
    return each * sum(rows)


def worth_after(stretches: Sequence[tuple[Periods, int]], units: int) -> "array[int]":
    """Return what the last unit is worth at a time, whatever is left of a pool.

    Args:
        stretches: of the time that is left, the last one before closing first: of each
            its periods, and how many of them are still to come.
        units: of the pool, that may be sold.

    Returns:
        With x units left, the value in minor units, rounded up.

    >>> late = Periods(30, (Request(200_00, 4_500), Request(150_00, 4_500)))
    >>> early = Periods(20, (Request(80_00, 9_000),))
    >>> [worth_after([(late, 30), (early, k)], 10)[10] for k in (0, 10, 20)]
    [6976, 7998, 8000]
    """
    reached = _at_closing(units)
    for periods, ahead in stretches:
        if ahead:
            reached = _reached_from(reached, periods, ahead)
    return reached.row()


class _Reached:
    """The value of every stock at a time; alike only if it is the same object."""

    def __init__(self, value: list[int], steps: int) -> None:
        self.value, self.steps = value, steps

    def row(self) -> "array[int]":
        return _rounded_up(self.value, self.steps)


@lru_cache(maxsize=1024)
def _at_closing(units: int) -> _Reached:
    return _Reached([0] * (units + 1), 0)


@lru_cache(maxsize=_ROWS)
def _reached_from(after: _Reached, periods: Periods, ahead: int) -> _Reached:
    """Return the values before so many periods, from those after them.

    Remembered, so that at a decision point nothing is computed twice: neither what
    comes after a later one, nor by another run.
    """
    gains, value, steps = _Gains(periods), after.value, after.steps
    for _ in range(ahead):
        steps += 1
        value = gains.before(value, steps)
    return _Reached(value, steps)


class _Gains:
    """What a period adds to the value of a stock."""

    def __init__(self, periods: Periods) -> None:
        self._whole = 1000 * periods.number
        known = sorted(periods.requests, reverse=True)
        self._cheaper = [-one.fare << _PART for one in known]
        """Fares, negative, so that they rise."""
        self._means = [0, *accumulate(one.mean_milli for one in known)]
        """Of the dearest requests together."""
        paid = ((one.fare << _PART) * one.mean_milli for one in known)
        self._paid = [0, *accumulate(paid)]

    def before(self, after: list[int], ahead: int) -> list[int]:
        """Return the values of all stocks before a period.

        Args:
            after: those after it.
            ahead: how many periods are to come, this one among them.
        """
        cheaper, means, paid, whole = (
            self._cheaper,
            self._means,
            self._paid,
            self._whole,
        )
        # With more units than periods the last ones cannot be sold.
        units = len(after) - 1
        useful = min(units, ahead)
        value = [0] * (units + 1)
        for x in range(1, useful + 1):
            worth = after[x] - after[x - 1]
            dearer = bisect_left(cheaper, -worth)
            gain = paid[dearer] - means[dearer] * worth
            value[x] = after[x] + gain // whole
        value[useful + 1 :] = [value[useful]] * (units - useful)
        return value


def _rounded_up(value: list[int], steps: int) -> "array[int]":
    """Return what each unit adds, in whole minor units.

    Args:
        value: of each stock, each rounded down once in so many steps.
        steps: how many parts a difference may therefore be too great; less than one
            millionth of a minor unit.
    """
    worth = (-(low + steps - high >> _PART) for low, high in pairwise(value))
    return array("q", [0, *worth])
