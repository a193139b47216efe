"""Dues: what must have happened by an instant."""

from collections.abc import Callable
from heapq import heappop, heappush

from .findings import Findings

__all__ = ["Dues"]


class Dues:
    """Instants, each with a question: has what was due then happened?"""

    __slots__ = ("_findings", "_queue", "_serial", "next")

    def __init__(self, findings: Findings) -> None:
        """Nothing is due."""
        self._findings = findings
        self._queue: list[tuple[int, int, str, Callable[[], str | None]]] = []
        self._serial = 0
        self.next = 2**60
        """The first instant at which something is due."""

    def owe(self, due: int, rule: str, missing: Callable[[], str | None]) -> None:
        """Ask, as soon as an instant is over, what is missing.

        Args:
            due: the instant.
            rule: whose finding it is.
            missing: returns the sentence of the finding, or None.
        """
        self._serial += 1
        heappush(self._queue, (due, self._serial, rule, missing))
        self.next = self._queue[0][0]

    def passed(self, now: int, n: int) -> None:
        """Ask about everything that was due before an instant."""
        while self._queue and self._queue[0][0] < now:
            _, _, rule, missing = heappop(self._queue)
            text = missing()
            self._findings.check(text is None, rule, n, "{}", text)
        self.next = self._queue[0][0] if self._queue else 2**60
