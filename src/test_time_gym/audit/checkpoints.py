"""Checkpoints: when a digest is due, and what streams can have drawn by then."""

from collections.abc import Sequence

from .deadlines import LAST
from .lines import Line
from .sellers import AuditedSeller
from .state import AuditState

__all__ = ["DigestRules"]

_OWN = ("lottery/", "task/")
"""What the streams are called of which every draw is known."""


class DigestRules:
    """Digests of the whole state, now and then."""

    def __init__(self, case: AuditState, sellers: Sequence[AuditedSeller]) -> None:
        """Start at record 0."""
        self._state, self._sellers = case, sellers
        self._last = 0
        self._draws: dict[str, int] = {}
        self._act = (-1, 0)
        """When somebody acted last, and the record."""
        self._due: int | None = None

    def acted(self, record: Line) -> None:
        """Let a digest follow at this instant, if enough has been recorded."""
        self._act = (record.t, record.n)
        if record.n + 1 - self._last < self._state.scenario.digest_every or self._due:
            return
        self._due = last = record.n
        self._state.deadlines.at(record.t, LAST, lambda n: self._missed(last, n))

    def _missed(self, due: int, n: int) -> None:
        text = "a digest was due after record {}"
        self._state.check(self._due != due, "digests", n, text, due)
        if self._due == due:
            self._due = None

    def digest(self, record: Line) -> None:
        """Check that a digest is due, and that its streams have drawn what they had."""
        case, n, every = self._state, record.n, self._state.scenario.digest_every
        case.nobody(record)
        text = "a digest comes {} records after the last one"
        due = self._act[0] == record.t and n - self._last >= every
        case.check(due, "digests", n, text, n - self._last)
        self._last, self._due = n, None
        draws = record.data["draws"]
        names = [name for name, _ in draws]
        text = "the streams are {}, not each once and in order"
        case.check(names == sorted(set(names)), "digests", n, text, names)
        for name, count in draws:
            before = self._draws.get(name, 0)
            text = "the stream {} had drawn {} words, now {}"
            case.check(count >= before, "digests", n, text, name, before, count)
            self._draws[name] = count
        text = "of their own streams agents have drawn {}, it should be {}"
        own = {name: count for name, count in draws if name.startswith(_OWN)}
        expected = self._expected()
        case.check(own == expected, "digests", n, text, own, expected)

    def _expected(self) -> dict[str, int]:
        drawn = {}
        for seat in self._state.seats:
            drawn[f"lottery/{seat.index}"] = seat.pages[0].lots
            drawn[f"task/{seat.index}"] = seat.task.drawn
        for seller in self._sellers:
            drawn[f"lottery/{seller.index}"] = seller.lots
        return drawn
