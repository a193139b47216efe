"""Searching a journal: records by kind, agent, order, number or text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from test_time_gym.market.errors import Misuse
from test_time_gym.market.events import KINDS
from test_time_gym.market.journal import PREFIX

from .reader import JournalFile, Record, read_journal
from .record import decoded

__all__ = ["Search", "grep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What records are looked for: they meet all conditions; empty ones are none."""

    kinds: tuple[str, ...] = ()
    """Any of them will do."""
    agents: tuple[str, ...] = ()
    """Who acted or is concerned: any of them; ``""`` is the market itself."""
    order: str | None = None
    """Id of an order that the record belongs to."""
    text: str | None = None
    """Stands in the record, as it is spelled there."""
    first: int = 0
    last: int | None = None

    def verify(self, journal: JournalFile) -> None:
        """Raise why nothing like this can ever be in a journal.

        Raises:
            Misuse: there is no such kind or seat, or the first number is none.
        """
        if type(self.first) is not int or self.first < 0:
            raise Misuse(f"records are numbered from 0, not {self.first!r:.40}")
        if self.last is not None and self.last < self.first - 1:
            msg = f"the last record, {self.last}, comes before the first, {self.first}"
            raise Misuse(msg)
        for kind in self.kinds:
            _verify_known("kind of record", kind, list(KINDS))
        if self.agents and journal.lines:
            names = [seat["name"] for seat in _listed(journal.header.get("seats"))]
            for agent in filter(None, self.agents):
                _verify_known("seat", agent, names)

    def of(self, journal: JournalFile) -> Iterator[Record]:
        """Return what is found in a journal in memory, one by one.

        Raises:
            Misuse: as `verify`.
        """
        self.verify(journal)
        return self._found(journal)

    def _found(self, journal: JournalFile) -> Iterator[Record]:
        numbers = None if self.order is None else _of_order(journal, self.order)
        needle = (self.text or "").encode(errors="surrogateescape")
        end = None if self.last is None else self.last + 1
        for n, line in enumerate(journal.lines[self.first : end], self.first):
            if needle in line[PREFIX:] and (numbers is None or n in numbers):
                record = decoded(line)
                if self._fits(record):
                    yield record

    def _fits(self, record: Record) -> bool:
        return (not self.kinds or record.kind in self.kinds) and (
            not self.agents or record.actor in self.agents
        )


def grep(
    path: str | Path,
    *,
    kind: str | Iterable[str] = (),
    agent: str | Iterable[str] = (),
    order: str | None = None,
    text: str | None = None,
    first: int = 0,
    last: int | None = None,
) -> Iterator[Record]:
    """Yield the records of a journal's valid prefix that meet all conditions.

    Nothing is executed.

    Args:
        path: of the journal.
        kind: one or several; a record of any of them will do.
        agent: who acted or is concerned, one or several; ``""`` is the market itself.
        order: an order's id.  Its records are those that name it, its hold or a
            payment for that hold, and the actions that caused them.
        text: stands in the record, as it is spelled there.
        first: number of the first record to look at.
        last: number of the last one; None: as far as it goes.

    Raises:
        Misuse: there is no such kind or seat, or the file cannot be read at all.
    """
    search = Search(
        kinds=(kind,) if isinstance(kind, str) else tuple(kind),
        agents=(agent,) if isinstance(agent, str) else tuple(agent),
        order=order,
        text=text,
        first=first,
        last=last,
    )
    return search.of(read_journal(path))


def _verify_known(what: str, name: str, known: list[str]) -> None:
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise Misuse(f"there is no {what} {name!r:.40}{hint}")


def _listed(seats: Any) -> list[dict[str, str]]:
    """Return the seats of a header, if that is what they are."""
    rows = seats if isinstance(seats, list) else []
    return [row for row in rows if isinstance(row, dict) and "name" in row]


def _of_order(journal: JournalFile, order: str) -> dict[int, None]:
    """Return the numbers of all records that belong to an order."""
    records = list(journal.records())
    # Lists, because a forger may put anything in the place of an id.
    holds = [
        record.data.get("hold")
        for record in records
        if record.kind == "ticket_issued" and record.data.get("order") == order
    ]
    payments = [
        record.data.get("payment")
        for record in records
        if record.kind == "payment_started" and record.data.get("hold") in holds
    ]
    found: dict[int, None] = {}
    for record in records:
        data = record.data
        args = data.get("args") if record.kind == "act" else None
        named = data.get("order") == order or (
            isinstance(args, dict) and args.get("order_id") == order
        )
        paid = "payment" in data and data["payment"] in payments
        if named or paid or ("hold" in data and data["hold"] in holds):
            found[record.n] = None
            cause = record.cause
            # What caused it may itself have a cause: the action stands at the root.
            while cause and records[cause].kind != "act":
                cause = records[cause].cause
            if cause:
                found[cause] = None
    return found
