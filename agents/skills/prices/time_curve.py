"""Time curves: how much dearer than usual prices are, by the time since the start."""

from bisect import bisect_left, bisect_right, insort
from typing import Any, Final

__all__ = ["TimeCurve"]

_POINTS: Final = 48
"""Parts of the time until the deadline that are told apart."""
_LOOKS: Final = 5
"""Looks at one time of which the mean is taken, the latest ones."""
_SAME: Final = 0.01
"""Levels that differ by less are taken for equal."""
_KEPT: Final = 400
"""Looks that are kept."""


class TimeCurve:
    """Means of what was seen near a time; nothing is known where nobody looked.

    >>> curve = TimeCurve()
    >>> curve.horizon = 240
    >>> curve.note(0, 0.0); curve.note(90, -0.22)
    >>> curve.at(92), curve.at(60)
    (-0.22, None)
    """

    def __init__(self) -> None:
        """Know nothing."""
        self.horizon = 1
        """Minutes of an episode."""
        self._looks: list[tuple[int, int, float]] = []
        """Minute, number and logarithm of each look, by minute."""
        self._count = 0

    @property
    def width(self) -> int:
        """Minutes within which two times are taken for one."""
        return max(2, self.horizon // _POINTS)

    def note(self, minute: int, level: float) -> None:
        """Take in a look: ln(price / usual) at a time."""
        self._count += 1
        insort(self._looks, (minute, self._count, level))
        if len(self._looks) > _KEPT:
            self._looks.remove(min(self._looks, key=lambda look: look[1]))

    def at(self, minute: int) -> float | None:
        """Return the level at a time, or None if nobody looked near it."""
        near = self._near(minute)
        if not near:
            return None
        latest = sorted(near, key=lambda look: look[1])[-_LOOKS:]
        return sum([level for _, _, level in latest]) / len(latest)

    def known(self, since: int, until: int) -> list[tuple[int, float]]:
        """Return the times in a span at which the level is known, with it."""
        first = bisect_left(self._looks, (since, 0, 0.0))
        last = bisect_right(self._looks, (until, self._count + 1, 0.0))
        times = dict.fromkeys([look[0] for look in self._looks[first:last]])
        return [(time, level) for time in times if (level := self.at(time)) is not None]

    def lowest(self, gain: float) -> int:
        """Return the first time of the lowest level; 0: it is no such gain lower."""
        known, base = self.known(0, self.horizon), self.at(0)
        low = min([level for _, level in known], default=0.0)
        if base is None or low > base - gain:
            return 0
        return next(minute for minute, level in known if level <= low + _SAME)

    def unknown(self, since: int, until: int) -> int | None:
        """Return the first time in a span at which nobody looked, or None."""
        step = 2 * self.width
        minute = since
        while minute <= until:
            if not self._near(minute):
                return minute
            minute += step
        return None

    def _near(self, minute: int) -> list[tuple[int, int, float]]:
        width = self.width
        first = bisect_left(self._looks, (minute - width, 0, 0.0))
        last = bisect_right(self._looks, (minute + width, self._count + 1, 0.0))
        return self._looks[first:last]

    def dump(self) -> dict[str, Any]:
        """Return all looks, as plain data."""
        looks = [list(look) for look in self._looks]
        return {"horizon": self.horizon, "count": self._count, "looks": looks}

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self.horizon, self._count = data["horizon"], data["count"]
        self._looks = [(minute, n, level) for minute, n, level in data["looks"]]
