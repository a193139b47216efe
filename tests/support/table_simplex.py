"""The simplex method as it is in the books: a whole table of fractions, the reference.

Capacities are larger by an infinitesimal that differs from row to row, which is
carried along as a vector (the lexicographic rule).  No two steps are then ever of one
length, so that the method ends, and the dual values are those of a little *more* of
every row: the least, where several are dual.
"""

from collections.abc import Sequence
from fractions import Fraction

__all__ = ["TableSimplex"]

_Vector = list[Fraction]
"""A number, and how it grows with each infinitesimal, the largest of them first."""


class TableSimplex:
    """``max g·y`` with ``A y ≤ c`` and ``0 ≤ y ≤ d``, where A has only 0 and 1.

    Args:
        capacity: c, 0 or more.
        gains: g of each variable, 0 or more.
        bounds: d of each variable, 0 or more.
        uses: rows in which each variable has a 1.
    """

    def __init__(
        self,
        *,
        capacity: Sequence[Fraction],
        gains: Sequence[Fraction],
        bounds: Sequence[Fraction],
        uses: Sequence[Sequence[int]],
    ) -> None:
        """Begin with nothing allocated: the slack of every row is in the basis."""
        rows, zero, one = len(capacity), Fraction(0), Fraction(1)
        self._variables = len(gains)
        self._bounds: list[Fraction | None] = [*bounds, *[None] * rows]
        self._full = [False] * (self._variables + rows)
        """Whether a variable outside the basis is at its bound, and not at 0."""
        self._basis = [self._variables + i for i in range(rows)]
        self._table = [
            [one if i in used else zero for used in uses]
            + [one if i == k else zero for k in range(rows)]
            for i in range(rows)
        ]
        # All rows alike, and then each by far less than the one before.
        self._values: list[_Vector] = [
            [units, one, *(one if i == k else zero for k in range(rows))]
            for i, units in enumerate(capacity)
        ]
        self._reduced = [*gains, *[zero] * rows]
        """What one unit more of each variable gains."""

    def solve(self) -> None:
        """Step from corner to corner until no step gains anything."""
        while (entering := self._entering()) is not None:
            self._step(entering)

    def allocation(self) -> list[Fraction]:
        """Return the variables."""
        found = [
            bound if full and bound is not None else Fraction(0)
            for bound, full in zip(self._bounds, self._full, strict=True)
        ]
        for variable, value in zip(self._basis, self._values, strict=True):
            found[variable] = value[0]
        return found[: self._variables]

    def duals(self) -> list[Fraction]:
        """Return the dual value of each row."""
        return [-gain for gain in self._reduced[self._variables :]]

    def _entering(self) -> int | None:
        """Return the variable whose change gains most for each unit; the first such."""
        best, most = None, Fraction(0)
        for variable, gain in enumerate(self._reduced):
            bound = self._bounds[variable]
            if bound == 0:
                continue
            gained = -gain if self._full[variable] else gain
            if gained > most:
                best, most = variable, gained
        return best

    def _step(self, entering: int) -> None:
        """Change a variable as far as it or another one reaches a bound."""
        sign = -1 if self._full[entering] else 1
        bound = self._bounds[entering]
        rows = len(self._basis)
        longest: _Vector | None = None
        if bound is not None:
            longest = [bound, *[Fraction(0)] * (rows + 1)]
        leaving, at_bound = None, False
        for i, row in enumerate(self._table):
            rate = sign * row[entering]
            most = self._bounds[self._basis[i]]
            if rate > 0:
                reach = [part / rate for part in self._values[i]]
            elif rate < 0 and most is not None:
                room = [most - self._values[i][0]]
                room += [-part for part in self._values[i][1:]]
                reach = [part / -rate for part in room]
            else:
                continue
            if longest is None or reach < longest:
                longest, leaving, at_bound = reach, i, rate < 0
        # Slacks alone have no bound, and the row of a slack that grows bounds it.
        length = longest if longest is not None else []
        for i, row in enumerate(self._table):
            rate = sign * row[entering]
            if rate:
                self._values[i] = [
                    part - rate * step
                    for part, step in zip(self._values[i], length, strict=True)
                ]
        if leaving is None:
            self._full[entering] = not self._full[entering]
            return
        value = [sign * step for step in length]
        if self._full[entering] and bound is not None:
            value[0] += bound
        self._pivot(leaving, entering, value, at_bound=at_bound)

    def _pivot(
        self, leaving: int, entering: int, value: _Vector, *, at_bound: bool
    ) -> None:
        """Exchange two variables."""
        self._full[self._basis[leaving]] = at_bound
        self._full[entering] = False
        self._basis[leaving], self._values[leaving] = entering, value
        pivot = self._table[leaving][entering]
        row = [part / pivot for part in self._table[leaving]]
        self._table[leaving] = row
        for i, other in enumerate(self._table):
            if i != leaving and other[entering]:
                self._table[i] = _less(other, other[entering], row)
        if self._reduced[entering]:
            self._reduced = _less(self._reduced, self._reduced[entering], row)


def _less(
    row: list[Fraction], times: Fraction, other: list[Fraction]
) -> list[Fraction]:
    return [
        part - times * more if more else part
        for part, more in zip(row, other, strict=True)
    ]
