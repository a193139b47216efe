"""Differences between two journals: the first record, its causes, and the state."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from test_time_gym.journal.reader import (
    STATUS_CODES,
    ExitCode,
    JournalFile,
    Structure,
    read_journal,
)
from test_time_gym.journal.record import decoded
from test_time_gym.market.errors import MarketError
from test_time_gym.market.journal import PREFIX

from .causes import Link, chain_of
from .changes import ValueChange, changes
from .checkpoints import Checkpoints, Drawn, checkpoints, drawn
from .divergence import Diverged, record_changes
from .execute import execute_to
from .full_state import full_state

__all__ = ["Difference", "RecordDifference", "StateDifference", "diff"]

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateDifference:
    """How the states of two runs differ, both executed to one point."""

    record: int
    """The state right after the event that wrote it."""
    changes: tuple[ValueChange, ...]
    """Pointers into the full state, the streams' counters left aside."""
    streams: tuple[Drawn, ...]
    """Streams whose counters differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDifference:
    """The first record, beyond the header, that two journals do not have alike."""

    n: int
    changes: tuple[ValueChange, ...]
    """Fields that differ; none where one journal ends before it."""
    causes_a: tuple[Link, ...]
    """The record of the first journal, and its causes."""
    causes_b: tuple[Link, ...]
    """The record of the second journal, and its causes."""
    checkpoints: Checkpoints


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What two journals have in common, and where they part.

    Of incomplete, torn and corrupt journals the valid beginnings are compared.
    """

    a: Structure
    b: Structure
    same: bool
    """Both have the same header and the same records."""
    common: int
    """Records that both have alike, in front; headers that differ do not count."""
    ends_first: str
    """``a`` or ``b``, if that one has no other record than the other one; or empty."""
    header: tuple[ValueChange, ...]
    """What differs in the headers."""
    first: RecordDifference | None
    """None if no record differs beyond the header."""
    states: tuple[StateDifference, ...] = ()
    """At the last point before the first difference, and right after that."""
    states_reason: str = ""
    """Why there are no states, or not both."""

    @property
    def exit_code(self) -> int:
        """What the command line exits with."""
        codes = [STATUS_CODES[side.status] for side in (self.a, self.b)]
        return max(*codes, ExitCode.OK if self.same else ExitCode.FINDING)


def diff(
    a: str | Path,
    b: str | Path,
    *,
    execute: bool = True,
    progress: Progress | None = None,
) -> Difference:
    """Find the first record in which two journals differ, and what led to it.

    Args:
        a: path of a journal.
        b: path of another one.
        execute: also run both again, to compare the states before the difference
            and after it.  Without, it is safe on files from strangers.
        progress: called with ``a`` or ``b`` and the number of every input that is
            executed.

    Raises:
        Misuse: a file cannot be read at all.
    """
    one, two = read_journal(a), read_journal(b)
    n, alike = _first_difference(one.lines, two.lines)
    whole = n == len(one.lines) == len(two.lines)
    header = _header_changes(one, two)
    found = None if whole else _record_difference(one.lines, two.lines, n)
    states: tuple[StateDifference, ...] = ()
    if found is None:
        reason = "no record differs"
    elif not execute:
        reason = "nothing was executed"
    else:
        states, reason = _states((one, two), n, progress)
    return Difference(
        a=one.structure,
        b=two.structure,
        same=whole and alike,
        common=n if alike else max(0, n - 1),
        ends_first=_ends_first(one, two, n),
        header=header,
        first=found,
        states=states,
        states_reason=reason,
    )


def _first_difference(one: list[bytes], two: list[bytes]) -> tuple[int, bool]:
    """Return the number of the first record that differs, and if headers are alike.

    Headers are not looked at where they differ, and the search begins behind them.
    """
    shorter = min(len(one), len(two))
    if not shorter or one[0] == two[0]:
        # A hash stands for all that is before it: where it is equal, all is.
        n = bisect_left(range(shorter), 1, key=lambda k: int(one[k] != two[k]))
        return n, True
    bodies = range(1, shorter)
    n = next((k for k in bodies if one[k][PREFIX:] != two[k][PREFIX:]), shorter)
    return n, False


def _header_changes(one: JournalFile, two: JournalFile) -> tuple[ValueChange, ...]:
    if not one.lines or not two.lines:
        return ()
    return record_changes(one.record(0), two.record(0))


def _ends_first(one: JournalFile, two: JournalFile, n: int) -> str:
    if len(one.lines) == n < len(two.lines):
        return "a"
    return "b" if len(two.lines) == n < len(one.lines) else ""


def _record_difference(one: list[bytes], two: list[bytes], n: int) -> RecordDifference:
    records = [decoded(lines[n]) if n < len(lines) else None for lines in (one, two)]
    a, b = records
    return RecordDifference(
        n=n,
        changes=record_changes(a, b) if a and b else (),
        causes_a=chain_of(a, one) if a else (),
        causes_b=chain_of(b, two) if b else (),
        checkpoints=checkpoints(one[:n], one[n:], two[n:]),
    )


def _states(
    journals: tuple[JournalFile, JournalFile], n: int, progress: Progress | None
) -> tuple[tuple[StateDifference, ...], str]:
    """Execute both journals to the last point before record ``n``, and after it."""
    runs = [
        _Run(name, journal, progress)
        for name, journal in zip("ab", journals, strict=True)
    ]
    after = [run.state_at(n) for run in runs]
    # One event may write several records: states are compared between events.
    shared = [count for count in runs[0].counts if count in runs[1].counts]
    common = max((count for count in shared if count <= n), default=0)
    points = [(n, after)]
    if common:
        before = [run.state_at(common - 1) for run in runs]
        points.insert(0, (common - 1, before))
    states = tuple(
        StateDifference(
            record=record,
            streams=drawn(one.pop("streams"), two.pop("streams")),
            changes=tuple(changes(one, two)),
        )
        for record, (one, two) in points
        if one is not None and two is not None
    )
    return states, "; ".join(run.reason for run in runs if run.reason)


class _Run:
    """One of two journals, executed to several of its records."""

    def __init__(
        self, name: str, journal: JournalFile, progress: Progress | None
    ) -> None:
        self._name = name
        self._journal = journal
        self._progress = progress
        self.counts: list[int] = []
        """How many records there were after every event so far."""
        self.reason = ""
        """Why there was no state, when there was none."""

    def state_at(self, n: int) -> dict[str, Any] | None:
        """Return the state after the event that wrote record ``n``, if there is one."""
        last = len(self._journal.lines) - 1
        if last < 0:
            self.reason = f"{self._name} has no records"
            return None
        counts: list[int] = []
        try:
            turns = execute_to(self._journal, min(n, last), self._tell, counts)
        except Diverged as error:
            where = error.divergence.n
            self.reason = f"in {self._name}, record {where} comes out differently"
        except MarketError as error:
            self.reason = f"{self._name} cannot be executed: {error}"
        else:
            if n <= last:
                return full_state(turns)
            self.reason = f"{self._name} ends before record {n}"
        finally:
            self.counts = self.counts or counts
        return None

    def _tell(self, n: int) -> None:
        if self._progress is not None:
            self._progress(self._name, n)
