"""Optimal limits: the best nested protection levels for what is still to come.

K. T. Talluri and G. J. van Ryzin, The Theory and Practice of Revenue Management
(2004), section 2.2.2; S. L. Brumelle and J. I. McGill (1993).

A level is decided by comparing a marginal value with a fare, and the market's journal
depends on which is greater.  Floats would leave that to the order in which a machine
adds up; so chances are whole parts of 2^64, values whole parts of a minor unit, and
each step is rounded down.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from operator import mul
from typing import Final, Literal

from .demand_tables import poisson_table, reached, rounded_normal_table
from .forecast import ToCome
from .normal import ONE
from .protection import MICRO, ProtectionConfig

__all__ = ["OptimalLimits", "optimal_protection"]

_PART: Final = 32
"""Binary places of a minor unit that values have."""


class OptimalLimits(ProtectionConfig):
    """Base fares, and the limits that earn most if cheap demand comes first.

    Each class's demand has the declared law: Poisson's, or a normal one, rounded and
    cut off at 0, where `sd_milli` is given.  ``V_j(x) = E max_u (f_j · u + V_{j-1}(x -
    u))`` is what x units earn from the classes 1 to j, and ``y_j`` is the number of
    units of which the last is worth more than ``f_{j+1}``.
    """

    kind: Literal["optimal_limits"]

    def levels(self, classes: Sequence[ToCome], units: int) -> list[int]:
        """Return the levels of `optimal_protection`."""
        return [level * MICRO for level in optimal_protection(tuple(classes), units)]


@lru_cache(maxsize=4096)
def optimal_protection(classes: tuple[ToCome, ...], units: int) -> tuple[int, ...]:
    """Return the best nested protection levels, by dynamic programming.

    The recursion is that of `optimal_levels`, for the value of one more unit: with m =
    x - y units of room, ``ΔV_j(x) = f_j · P(D_j ≥ m) + Σ_{d < m} P(D_j = d) ·
    ΔV_{j-1}(x - d)``, and ``ΔV_j(x) = ΔV_{j-1}(x)`` where there is none.

    Remembered: all runs of a scenario wake at the same instants.

    Args:
        classes: what is still to come of each, the dearest first.
        units: capacity; levels are at most that.

    Returns:
        Whole units, never falling, one less than classes.  Of levels that earn the
        same, the least.

    >>> optimal_protection((ToCome(200, 50_000, 0, True), ToCome(100, 0, 0)), 100)
    (50,)
    """
    marginal = [0] * (units + 1)
    levels = [0]
    for dear, cheaper in pairwise(classes):
        marginal = _stage(marginal, dear, levels[-1])
        fare, level = cheaper.fare << _PART, levels[-1]
        while level < units and marginal[level + 1] > fare:
            level += 1
        levels.append(level)
    return tuple(levels[1:])


def _stage(after: list[int], demand: ToCome, level: int) -> list[int]:
    """Return what the x-th unit is worth before a class comes.

    Args:
        after: what it is worth once the class has come; of no unit, anything.
        demand: of the class.
        level: how many units it leaves.
    """
    units = len(after) - 1
    if demand.poisson:
        chances = poisson_table(demand.mean_milli, units)
    else:
        chances = rounded_normal_table(demand.mean_milli, demand.variance, units)
    enough, fare = reached(chances), demand.fare << _PART
    first = next((k for k, chance in enumerate(chances) if chance), units)
    end = units + 1 - next((k for k, chance in enumerate(chances[::-1]) if chance), 0)
    value = after[: level + 1]
    for x in range(level + 1, units + 1):
        room = x - level
        # Numbers that never come add nothing, and of a large demand most are such.
        likely = chances[first : min(room, end)]
        left = map(mul, likely, after[x - first : level : -1])
        value.append((fare * enough[room] + sum(left)) // ONE)
    return value
