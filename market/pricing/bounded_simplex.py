"""A simplex method in whole numbers for programmes whose variables have bounds.

Capacities are larger by an infinitesimal that differs from row to row (the
lexicographic rule).  No two steps are then ever of one length, so that the method
ends, and the dual values are those of a little *more* of every row: the least, where
several are dual.

Kept are the inverse of the basis, row by row, and the dual values: a step touches the
rows that the entering variable moves, and the variables whose rows get another value.
Numbers are whole, over one denominator for each row and one for all dual values; in
networks, whose itineraries are short paths, these hardly ever leave 1.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm

__all__ = ["BoundedSimplex"]

_LONG = 64
"""Bits of the denominator of the dual values from which on it is reduced."""


class BoundedSimplex:
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
        rows, self._variables = len(capacity), len(gains)
        self._unit = _denominator((*capacity, *bounds))
        self._money = _denominator(gains)
        self._bounds: list[int | None] = [
            *(int(bound * self._unit) for bound in bounds),
            *[None] * rows,
        ]
        # A row stands once, however often it is named.
        self._uses = [tuple(dict.fromkeys(used)) for used in uses]
        self._uses += [(k,) for k in range(rows)]
        self._users: list[list[int]] = [[] for _ in range(rows)]
        for variable, used in enumerate(self._uses[: self._variables]):
            for k in used:
                self._users[k].append(variable)
        self._full = [False] * (self._variables + rows)
        """Whether a variable outside the basis is at its bound, and not at 0."""
        self._basis = [self._variables + i for i in range(rows)]
        self._inverse: list[dict[int, int]] = [{i: 1} for i in range(rows)]
        """Rows of the inverse of the basis, without zeros, over `_below`."""
        self._below = [1] * rows
        self._values = [int(units * self._unit) for units in capacity]
        """Of the variables in the basis, over `_below`."""
        self._reduced = [*(int(gain * self._money) for gain in gains), *[0] * rows]
        """What one unit more of each variable gains, over `_scale`."""
        self._scale = 1

    def solve(self) -> None:
        """Step from corner to corner until no step gains anything."""
        while (entering := self._entering()) is not None:
            self._step(entering)

    def allocation(self) -> list[Fraction]:
        """Return the variables."""
        found = [
            Fraction(bound if full and bound is not None else 0, self._unit)
            for bound, full in zip(self._bounds, self._full, strict=True)
        ]
        for i, variable in enumerate(self._basis):
            found[variable] = Fraction(self._values[i], self._below[i] * self._unit)
        return found[: self._variables]

    def duals(self) -> list[Fraction]:
        """Return the dual value of each row."""
        scale = self._scale * self._money
        return [Fraction(-gain, scale) for gain in self._reduced[self._variables :]]

    def _entering(self) -> int | None:
        """Return the variable whose change gains most for each unit; the first such."""
        best, most = None, 0
        full, bounds = self._full, self._bounds
        for variable, gain in enumerate(self._reduced):
            if gain and (gained := -gain if full[variable] else gain) > most:
                if bounds[variable] == 0:
                    continue
                best, most = variable, gained
        return best

    def _column(self, entering: int) -> list[tuple[int, int]]:
        """Return the rows that a variable moves, and how fast, over `_below`."""
        used = self._uses[entering]
        if len(used) == 1:
            k = used[0]
            return [(i, row[k]) for i, row in enumerate(self._inverse) if k in row]
        found = []
        for i, row in enumerate(self._inverse):
            rate = 0
            for k in used:
                if k in row:
                    rate += row[k]
            if rate:
                found.append((i, rate))
        return found

    def _step(self, entering: int) -> None:
        """Change a variable as far as it or another one reaches a bound."""
        sign = -1 if self._full[entering] else 1
        column = [(i, sign * rate) for i, rate in self._column(entering)]
        bound = self._bounds[entering]
        # The length is a fraction; a slack has no bound, and the row of a slack that
        # grows bounds it.
        length, part = (0, 0) if bound is None else (bound, 1)
        leaving, least = -1, 0
        for i, rate in column:
            most = self._bounds[self._basis[i]]
            if rate > 0:
                room, speed = self._values[i], rate
            elif most is not None:
                room, speed = most * self._below[i] - self._values[i], -rate
            else:
                continue
            order = room * part - length * speed if part else -1
            if order < 0 or (order == 0 and self._before(i, rate, leaving, least)):
                length, part, leaving, least = room, speed, i, rate
        if leaving < 0:
            for i, rate in column:
                self._values[i] -= rate * length
            self._full[entering] = not self._full[entering]
            return
        self._pivot(entering, column, leaving, Fraction(length, part))

    def _before(self, i: int, rate: int, other: int, least: int) -> bool:
        """Return whether one row ends a step before another, of the same length else.

        By how their values grow with each infinitesimal: with all rows alike, and then
        with each by far less than with the one before.

        Args:
            i: the row.
            rate: at which it moves.
            other: the other; below 0: the bound of what enters, which does not grow.
            least: its rate.
        """
        row = self._inverse[i]
        if other < 0:
            grows = sum(row.values()) or row[min(row)]
            return grows * rate < 0
        beside = self._inverse[other]
        sign = 1 if rate * least > 0 else -1
        order = (sum(row.values()) * least - sum(beside.values()) * rate) * sign
        if order:
            return order < 0
        for k in sorted(row | beside):
            order = (row.get(k, 0) * least - beside.get(k, 0) * rate) * sign
            if order:
                return order < 0
        return False

    def _pivot(
        self,
        entering: int,
        column: Sequence[tuple[int, int]],
        leaving: int,
        length: Fraction,
    ) -> None:
        """Exchange two variables.

        Args:
            entering: what enters the basis.
            column: rows that it moves, and how fast they fall as it changes.
            leaving: the row of what leaves it.
            length: by how much what enters changes.
        """
        sign = -1 if self._full[entering] else 1
        row = self._inverse[leaving]
        speed = next(rate for i, rate in column if i == leaving)
        self._move_duals(entering, row, sign * speed)
        for i, rate in column:
            if i != leaving:
                self._eliminate(i, rate, row, speed, length)
        self._full[self._basis[leaving]] = speed < 0
        bound = self._bounds[entering]
        value = sign * length
        if self._full[entering] and bound is not None:
            value += bound
        self._full[entering] = False
        self._basis[leaving] = entering
        self._put(leaving, row, sign * speed, value)

    def _eliminate(
        self, i: int, rate: int, row: dict[int, int], speed: int, length: Fraction
    ) -> None:
        """Take so much of the leaving row from another one that it moves no more."""
        shared = gcd(rate, speed)
        times, more = rate // shared, speed // shared
        mine = self._inverse[i]
        if more != 1:
            mine = {k: part * more for k, part in mine.items()}
        for k, part in row.items():
            left = mine.get(k, 0) - times * part
            if left:
                mine[k] = left
            else:
                del mine[k]
        below = self._below[i]
        top = self._values[i] * length.denominator - rate * length.numerator
        value = Fraction(top, below * length.denominator)
        self._put(i, mine, below * more, value)

    def _put(self, i: int, row: dict[int, int], below: int, value: Fraction) -> None:
        """Set a row of the inverse, and the value of what is in the basis there."""
        if below != 1:
            shared = gcd(below, *row.values())
            shared = -shared if below < 0 else shared
            if shared != 1:
                below //= shared
                row = {k: part // shared for k, part in row.items()}
        self._inverse[i], self._below[i] = row, below
        self._values[i] = value.numerator * (below // value.denominator)

    def _move_duals(self, entering: int, row: dict[int, int], rate: int) -> None:
        """Make the gain of what enters 0, by the dual values of the leaving row."""
        reduced, first = self._reduced, self._variables
        shared = gcd(reduced[entering], rate)
        shared = -shared if rate < 0 else shared
        times, more = reduced[entering] // shared, rate // shared
        if more != 1:
            self._scale *= more
            reduced[:] = [gain * more for gain in reduced]
        for k, part in row.items():
            moved = times * part
            reduced[first + k] -= moved
            for variable in self._users[k]:
                reduced[variable] -= moved
        if self._scale.bit_length() > _LONG:
            shared = gcd(self._scale, *reduced)
            self._scale //= shared
            reduced[:] = [gain // shared for gain in reduced]


def _denominator(numbers: Iterable[Fraction]) -> int:
    """Return the least denominator that all have."""
    return lcm(*(number.denominator for number in numbers))
