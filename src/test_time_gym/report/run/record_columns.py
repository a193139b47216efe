"""Record columns: of every record what lists and filters need, as numbers."""

from array import array
from collections.abc import Iterator
from typing import Any, Final

from test_time_gym.journal.reader import JournalFile, Record
from test_time_gym.market.events import THINKING
from test_time_gym.market.journal import PREFIX

__all__ = ["RecordColumns"]

_CHUNK: Final = 1024
"""Records that are unpacked together."""


class Names:
    """Names by number, numbered as they come."""

    def __init__(self, *known: str) -> None:
        """Begin with those that are known."""
        self._numbers = {name: k for k, name in enumerate(known)}

    def __getitem__(self, name: str) -> int:
        """Return the number of a name."""
        return self._numbers.setdefault(name, len(self._numbers))

    def __iter__(self) -> Iterator[str]:
        """Yield the names in the order of their numbers."""
        return iter(self._numbers)


def _columns(codes: str, *names: str) -> "dict[str, array[Any]]":
    return {name: array(code) for name, code in zip(names, codes, strict=True)}


class RecordColumns:
    """What lists and filters need to know of every record of a journal.

    Args:
        journal: as far as it is sound.
        actors: names that come first; number 0 is the market itself.
    """

    def __init__(self, journal: JournalFile, actors: list[str]) -> None:
        """Begin with no record."""
        self._lines = journal.lines
        self.kinds = Names()
        self.actors = Names("", *actors)
        self.verbs = Names()
        self.statuses = Names("ok")
        self.terms = Names()
        self.records = _columns("IIId", "kind", "actor", "cause", "t")
        self.acts = _columns("IIII", "n", "agent", "verb", "status")
        self.rewards = _columns("IIId", "n", "agent", "term", "milli")
        self.thinking = _columns("IIddd", "n", "agent", "ms", "prompt", "completion")

    def add(self, record: Record, *, known: bool) -> None:
        """Add the next record.

        Args:
            record: of the journal.
            known: it has come out of re-execution, too: its data are those of its kind.
        """
        columns, actor = self.records, self.actors[record.actor]
        columns["kind"].append(self.kinds[record.kind])
        columns["actor"].append(actor)
        # A forged record may say anything here.
        cause = record.cause if 0 <= record.cause < record.n else 0
        columns["cause"].append(cause)
        columns["t"].append(record.t)
        if known:
            self._add_known(record, actor)

    def _add_known(self, record: Record, actor: int) -> None:
        data = record.data
        if record.kind == "act":
            if data["status"] == THINKING:
                args = data["args"]
                row = (args["ms"], args["prompt_tokens"], args["completion_tokens"])
                _append(self.thinking, record.n, actor, *row)
                return
            verb, status = self.verbs[data["verb"]], self.statuses[data["status"]]
            _append(self.acts, record.n, actor, verb, status)
            self._add_terms(record.n, actor, data["reward"])
        elif record.kind in ("reward", "outcome"):
            self._add_terms(record.n, actor, data["terms"])

    def _add_terms(self, n: int, actor: int, terms: dict[str, int]) -> None:
        for name, amount in terms.items():
            _append(self.rewards, n, actor, self.terms[name], amount)

    def chunks(self) -> Iterator[bytes]:
        """Yield the records themselves, `_CHUNK` lines at a time, without hashes."""
        for at in range(0, len(self._lines), _CHUNK):
            yield b"".join(
                b"{" + line[PREFIX:] for line in self._lines[at : at + _CHUNK]
            )


def _append(columns: "dict[str, array[Any]]", *values: float) -> None:
    for column, value in zip(columns.values(), values, strict=True):
        column.append(value)
