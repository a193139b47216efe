"""The change detector: it notices when what used to hold holds no longer."""

from collections.abc import Iterable
from typing import Any, Final

__all__ = ["ChangeDetector"]

_LOOKS: Final = 4
"""Looks before which nothing is expected of anything."""
_ONCE_IN: Final = 100
"""A run of failures that comes by chance no more often than once in so many."""
_MEMORY: Final = 50
"""Looks that an expectation follows."""


class ChangeDetector:
    """Expects of each thing what it did so far, and says when it has changed.

    A run of r failures of what failed in a share q of n looks had the chance
    ((q n + 1) / (n + 2))^r.  When that is at most one in a hundred, the thing has
    changed, and is expected to do as anything new from then on.

    >>> detector = ChangeDetector()
    >>> any(detector.note("pay", held=True) for _ in range(20))
    False
    >>> detector.note("pay", held=False), detector.note("pay", held=False)
    (False, True)
    """

    def __init__(self) -> None:
        """Expect nothing."""
        self._known: dict[str, tuple[int, int, int]] = {}

    def note(self, thing: str, *, held: bool) -> bool:
        """Take in whether a thing held; return whether it has changed."""
        n, failures, run = self._known.get(thing, (0, 0, 0))
        if held:
            n, failures = n + run + 1, failures + run
            if n > _MEMORY:
                n, failures = _MEMORY, round(failures * _MEMORY / n)
            self._known[thing] = n, failures, 0
            return False
        run += 1
        seldom = _ONCE_IN * (failures + 1) ** run <= (n + 2) ** run
        if n >= _LOOKS and seldom:
            del self._known[thing]
            return True
        self._known[thing] = n, failures, run
        return False

    def keep(self, things: Iterable[str]) -> None:
        """Forget all other things."""
        known = self._known
        self._known = {thing: known[thing] for thing in things if thing in known}

    def forget(self) -> None:
        """Expect nothing any more."""
        self._known = {}

    def dump(self) -> dict[str, Any]:
        """Return looks, failures, and the present run of them, as plain data."""
        return {thing: list(known) for thing, known in self._known.items()}

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._known = {
            thing: (n, failures, run) for thing, (n, failures, run) in data.items()
        }
