"""Reading journals: every structural rule is checked, nothing is executed."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import IntEnum
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

from test_time_gym.market.errors import Misuse
from test_time_gym.market.events import KINDS
from test_time_gym.market.journal import (
    FORMAT,
    PREFIX,
    SCHEMA,
    SEMANTICS,
    genesis,
)

from . import limits
from .compression import Damaged, open_journal, open_run
from .disguise import disguised
from .disk import unreadable
from .record import NoRecord, Record, decoded, record_of
from .runs import RunStreams, begins_run

__all__ = [
    "STATUS_CODES",
    "ExitCode",
    "JournalFile",
    "Record",
    "Structure",
    "is_header",
    "last_structure",
    "read_journal",
    "read_run",
    "read_runs",
    "structure_in",
    "structure_of",
]

_ENOUGH: Final = ", and lacks nothing else: ttgym repair adds it"
_NOTHING_HASHED: Final = blake2b(digest_size=16)
"""To be copied: that is quicker than making a new one with its parameters."""
_AFTER_END: Final = "data after the end record"
_BEFORE_ALL: Final = -(2**53)
"""No record is of an earlier time."""


class ExitCode(IntEnum):
    """Exit codes of the command line, by what was found."""

    OK = 0
    FINDING = 1
    USAGE = 2
    INCOMPLETE = 3
    CORRUPT = 4
    UNSUPPORTED = 5
    DIVERGED = 6


STATUS_CODES: Final = {
    "complete": ExitCode.OK,
    "incomplete": ExitCode.INCOMPLETE,
    "torn": ExitCode.INCOMPLETE,
    "corrupt": ExitCode.CORRUPT,
    "unsupported": ExitCode.UNSUPPORTED,
    "diverged": ExitCode.DIVERGED,
}
"""What the command line exits with, by the status of a journal.

Only re-execution can find a journal ``diverged``; its structure has one of the others.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What a structural check found.

    ``status`` is ``complete``; ``incomplete`` (whole records, but no seal);
    ``torn`` (the last line, or the compression, has no end); ``corrupt``; or
    ``unsupported``.
    """

    status: str
    records: int
    sha256: str
    """Of the lines, so that it is the same compressed or not; of a compressed
    journal that is damaged or torn, of what can be read."""
    reason: str = ""
    """What is wrong, and where, when something is."""
    aborted: bool = False
    """Sealed by a run that was cut short."""
    size: int = 0
    """Bytes of the valid prefix."""
    unended: bool = False
    """The last record, which is not counted, lacks nothing but its newline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFile:
    """A whole journal in memory."""

    path: Path
    structure: Structure
    lines: list[bytes]
    """The valid prefix, each with its newline."""

    def record(self, n: int) -> Record:
        """Return record ``n``, decoded."""
        return decoded(self.lines[n])

    def records(self) -> Iterator[Record]:
        """Yield every record, decoded."""
        for line in self.lines:
            yield decoded(line)

    @property
    def header(self) -> dict[str, Any]:
        """The data of record 0.

        Raises:
            Misuse: there is no valid record 0.
        """
        if not self.lines:
            msg = f"{self.path} has no header: {self.structure.reason}"
            raise Misuse(msg)
        return self.record(0).data


class _Corrupt(Exception):
    """A structural rule is broken; the text says which."""


class _Unsupported(Exception):
    """The header is of a format, schema or semantics unknown here."""


def read_journal(path: str | Path) -> JournalFile:
    """Read a journal's valid prefix and say how far it reaches.

    Raises:
        Misuse: the file cannot be read at all.
    """
    lines: list[bytes] = []
    structure = _check(Path(path), lines)
    return JournalFile(path=Path(path), structure=structure, lines=lines)


def read_run(path: Path, number: int) -> JournalFile:
    """Read one run of a file, by its number from 1; it is there.

    Raises:
        Misuse: the file cannot be read at all.
    """
    lines: list[bytes] = []
    with open_run(path, number) as stream:
        structure = _checked(path, stream, lines)
    return JournalFile(path=path, structure=structure, lines=lines)


def read_runs(path: str | Path) -> Iterator[JournalFile]:
    """Yield the journal of each run in a file, as `read_journal` reads one.

    Raises:
        Misuse: the file cannot be read at all.
    """
    with open_journal(Path(path)) as stream:
        runs = RunStreams(stream)
        try:
            for run in runs:
                lines: list[bytes] = []
                found = structure_in(run, lines)
                name = Path(runs.name(path))
                yield JournalFile(path=name, structure=found, lines=lines)
        except OSError as error:
            raise unreadable(Path(path), error) from error


def structure_of(path: str | Path) -> Structure:
    """Check a journal's structure without keeping it.

    Raises:
        Misuse: the file cannot be read at all.
    """
    return _check(Path(path), None)


def last_structure(path: Path) -> Structure:
    """Check the last run of a file; its size is given with the runs before it.

    Raises:
        Misuse: the file cannot be read at all.
    """
    with open_journal(path) as stream:
        runs = RunStreams(stream)
        found = [_checked(path, run, None) for run in runs][-1]
    return replace(found, size=runs.before + found.size)


def is_header(line: bytes) -> bool:
    """Return whether a line is the sound header of a journal that can be read here."""
    return _is_record(line, genesis().encode(), 0, _BEFORE_ALL)


def _check(path: Path, keep: list[bytes] | None) -> Structure:
    with open_journal(path) as stream:
        return _checked(path, stream, keep)


def _checked(path: Path, stream: BinaryIO, keep: list[bytes] | None) -> Structure:
    try:
        return structure_in(stream, keep)
    except OSError as error:
        raise unreadable(path, error) from error


def structure_in(stream: BinaryIO, keep: list[bytes] | None = None) -> Structure:
    """Check the structure of a journal in a stream.

    Args:
        stream: its lines.
        keep: takes the lines of the valid prefix.
    """
    whole = sha256()
    count, head, then, sealed, aborted = (
        0,
        genesis().encode(),
        _BEFORE_ALL,
        False,
        False,
    )
    status, reason = "incomplete", "the journal has no end record"
    left, size, unended, line = limits.FILE_MAX, 0, False, b""
    while True:
        try:
            line = _next_line(stream)
            if not line:
                break
            whole.update(line)
            left -= len(line)
            _verify_size(line, count, left, sealed=sealed)
            if not line.endswith(b"\n"):
                unended = _is_record(line + b"\n", head, count, then)
                status, reason = "torn", f"record {count} has no line end"
                reason += _ENOUGH * unended
                break
            head, record = _line(line, head, count, then)
            if record.kind == "end":
                sealed = _seal(record, count)
                aborted = record.data.get("status") == "aborted"
        except (_Corrupt, _Unsupported, NoRecord, EOFError) as error:
            status, reason = _told(error, count)
            break
        then = record.t
        count += 1
        size += len(line)
        if keep is not None:
            keep.append(line)
        if sealed:
            status, reason = "complete", ""
    if not count and status != "unsupported":
        reason += disguised(line)
    # Nothing is left of a compressed journal that cannot be read on.
    with suppress(EOFError, Damaged):
        while left > 0 and (chunk := stream.read(1 << 20)):
            whole.update(chunk)
            left -= len(chunk)
    return Structure(
        status=status,
        records=count,
        sha256=whole.hexdigest(),
        reason=reason,
        aborted=aborted,
        size=size,
        unended=unended,
    )


def _told(error: Exception, count: int) -> tuple[str, str]:
    """Return the status and the reason that an error makes."""
    if isinstance(error, _Unsupported):
        return "unsupported", str(error)
    status = "torn" if isinstance(error, EOFError) else "corrupt"
    return status, f"record {count}: {error}"


def _next_line(stream: BinaryIO) -> bytes:
    try:
        return stream.readline(limits.LINE_MAX + 1)
    except Damaged as error:
        raise _Corrupt(str(error)) from error


def _verify_size(line: bytes, count: int, left: int, *, sealed: bool) -> None:
    # The file may have been smaller when it was opened, hence `left`.
    if len(line) > limits.LINE_MAX or count >= limits.RECORDS_MAX or left < 0:
        _fail("a limit on the size of journals is exceeded")
    if sealed:
        _fail(_AFTER_END + _told_of(line))


def _told_of(line: bytes) -> str:
    """Return what to add of a line that follows an end."""
    if begins_run(line):
        return ": another run begins; of a file of several name one, as in FILE#1"
    if line.startswith(b'{"h":"') and not line.endswith(b"\n"):
        return ": a record that breaks off, as of a run that was cut short at its start"
    return ""


def _fail(text: str) -> NoReturn:
    raise _Corrupt(text)


def _is_record(line: bytes, head: bytes, n: int, then: int) -> bool:
    """Return whether a line is sound as record ``n``."""
    try:
        _, record = _line(line, head, n, then)
        if record.kind == "end":
            _seal(record, n)
    except (_Corrupt, _Unsupported, NoRecord):
        return False
    return True


def _line(line: bytes, head: bytes, n: int, then: int) -> tuple[bytes, Record]:
    """Check one line against its predecessor; return its hash and record."""
    body = b"{" + line[PREFIX:-1]
    hasher = _NOTHING_HASHED.copy()
    hasher.update(head + body)
    head = hasher.hexdigest().encode()
    if not line.startswith(b'{"h":"%b",' % head):
        if not line.startswith(b'{"h":"') or line[PREFIX - 2 : PREFIX] != b'",':
            _fail("the frame is not that of a record")
        if line.endswith(b"\r\n"):
            _fail("the hash does not match: its line ends with CRLF")
        _fail("the hash does not match")
    record = record_of(body)
    if record.n != n:
        _fail(f"it is numbered {record.n}")
    if record.t < then:
        _fail("time runs backwards")
    if not 0 <= record.cause <= max(n - 1, 0):
        _fail("its cause does not come before it")
    if (record.kind == "header") != (n == 0):
        _fail("a header stands first and nowhere else")
    if n == 0:
        _supported(record.data)
    elif record.kind not in KINDS:
        msg = f"records of the kind {record.kind[:40]!r} are not known here"
        raise _Unsupported(msg)
    return head, record


def _seal(record: Record, count: int) -> bool:
    if record.data.get("count") != count:
        _fail("the end record counts other than the records")
    return True


def _supported(header: dict[str, Any]) -> None:
    for key, known in (
        ("format", FORMAT),
        ("schema", SCHEMA),
        ("semantics", SEMANTICS),
    ):
        found = header.get(key)
        if type(found) is not type(known) or found != known:
            shown = json.dumps(found)[:40]
            msg = f"{key} is {shown}; this version knows {json.dumps(known)}"
            raise _Unsupported(msg)
