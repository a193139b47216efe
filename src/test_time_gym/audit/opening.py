"""The opening: how many seats of every leg can have been sold before it.

Where opening sales are drawn, no record tells them; but prices do that are seen or
move, and seats that are held or sold. What remains possible is kept for every leg.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import product as combinations

from .setting import Setting

__all__ = ["Opening"]

_TRIED_MAX = 64
"""So many combinations of several legs are tried one by one."""

_Value = Callable[[tuple[int, ...]], int]


class Opening:
    """Numbers of seats that may have been sold on every leg."""

    def __init__(self, setting: Setting) -> None:
        """Any number may, where opening sales are drawn."""
        self._can: list[Sequence[int]] = [
            (0,) if setting.opening_known else range(has + 1)
            for has in setting.capacity
        ]

    @property
    def known(self) -> bool:
        """Whether only one number is left of every leg."""
        return all(len(can) == 1 for can in self._can)

    def least(self, pool: int) -> int:
        """Return the least number of a leg."""
        return self._can[pool][0]

    def most(self, pool: int) -> int:
        """Return the greatest number of a leg."""
        return self._can[pool][-1]

    def no_more(self, pool: int, most: int) -> None:
        """Leave out what is more than a leg can hold besides what is seen."""
        if self._can[pool][-1] > most:
            can = self._can[pool]
            self._can[pool] = can[: max(1, bisect_right(can, most))]

    def keep(
        self, pools: tuple[int, ...], value: _Value, target: int, *, rising: bool
    ) -> bool:
        """Keep the numbers of which a value follows, and return whether there are any.

        All are kept where there are none: that is a finding already.

        Args:
            pools: legs that the value hangs on.
            value: takes one number of each.
            target: what the value is.
            rising: whether it never falls as a number grows.
        """
        if rising:
            least = value(tuple([self._can[pool][0] for pool in pools]))
            most = value(tuple([self._can[pool][-1] for pool in pools]))
            if least == most or not least <= target <= most:
                return least <= target <= most
            if len(pools) == 1:
                can = self._can[pools[0]]
                first = bisect_left(can, target, key=lambda sold: value((sold,)))
                last = bisect_right(
                    can, target, lo=first, key=lambda sold: value((sold,))
                )
                if first < last:
                    self._can[pools[0]] = can[first:last]
                return first < last
        tried = 1
        for pool in pools:
            tried *= len(self._can[pool])
        return tried > _TRIED_MAX or self._try_all(pools, value, target)

    def _try_all(self, pools: tuple[int, ...], value: _Value, target: int) -> bool:
        numbers = combinations(*(self._can[pool] for pool in pools))
        found = [sold for sold in numbers if value(sold) == target]
        for place, pool in enumerate(pools):
            can = sorted({sold[place] for sold in found})
            self._can[pool] = can or self._can[pool]
        return bool(found)
