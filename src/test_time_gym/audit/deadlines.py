"""Deadlines: what must have happened by an instant, or happens at it in silence."""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Final

from .findings import Findings

__all__ = ["ACTIONS", "EXPIRIES", "GATEWAY", "LAST", "Deadlines"]

EXPIRIES: Final = 0
GATEWAY: Final = 1
ACTIONS: Final = 2
LAST: Final = 6
"""Phases of an instant, in the order in which they run; after all: `LAST`."""


class Deadlines:
    """Instants, and what is to be asked or done once they are over."""

    __slots__ = ("_findings", "_queue", "_serial", "next")

    def __init__(self, findings: Findings) -> None:
        """Nothing is due."""
        self._findings = findings
        self._queue: list[tuple[int, int, int, Callable[[int], object]]] = []
        self._serial = 0
        self.next = (2**60, 0)
        """The first instant, and its phase, at which something is due."""

    def at(self, due: int, phase: int, call: Callable[[int], object]) -> None:
        """Call something when a phase of an instant is over, if time goes on.

        Args:
            due: the instant.
            phase: which part of it.
            call: takes the number of the record by which it is over.
        """
        self._serial += 1
        heappush(self._queue, (due, phase, self._serial, call))
        self.next = self._queue[0][:2]

    def owe(self, due: int, rule: str, missing: Callable[[], str | None]) -> None:
        """Ask, as soon as an instant is over, what is missing.

        Args:
            due: the instant.
            rule: whose finding it is.
            missing: returns the sentence of the finding, or None.
        """

        def ask(n: int) -> None:
            text = missing()
            self._findings.check(text is None, rule, n, "{}", text)

        self.at(due, LAST, ask)

    def passed(self, now: int, phase: int, n: int) -> None:
        """Go through everything that was due before a phase of an instant."""
        while self._queue and self._queue[0][:2] < (now, phase):
            _, _, _, call = heappop(self._queue)
            call(n)
        self.next = self._queue[0][:2] if self._queue else (2**60, 0)
