"""Reading journals: every structural rule is checked, nothing is executed."""

import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from test_time_gym.market.errors import Misuse
from test_time_gym.market.events import KINDS
from test_time_gym.market.journal import (
    FORMAT,
    PREFIX,
    SCHEMA,
    SEMANTICS,
    canonical,
    genesis,
)

__all__ = [
    "STATUS_CODES",
    "ExitCode",
    "Journal",
    "Record",
    "Structure",
    "read_journal",
    "structure_of",
]

LINE_MAX: Final = 4 * 1024 * 1024
"""Bytes of one record."""
RECORDS_MAX: Final = 50_000_000

_FRAME: Final = re.compile(rb'\{"h":"([0-9a-f]{32})",')
_SUSPECT: Final = re.compile(rb"[0-9][.eE]|[0-9]{16}")
"""What a float or a number beyond 2**53 would look like."""
_KEYS: Final = ["a", "c", "d", "k", "n", "t"]
_DEPTH_MAX: Final = 32


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
}
"""What the command line exits with, by the status of a journal's structure."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a journal."""

    n: int
    t: int
    kind: str
    actor: str
    cause: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What a structural check found.

    ``status`` is ``complete``; ``incomplete`` (whole records, but no seal);
    ``torn`` (the last line has no end); ``corrupt``; or ``unsupported``.
    """

    status: str
    records: int
    sha256: str
    reason: str = ""
    """What is wrong, and where, when something is."""
    aborted: bool = False
    """Sealed by a run that was cut short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """A whole journal in memory."""

    path: Path
    structure: Structure
    lines: list[bytes]
    """The valid prefix, each with its newline."""

    def record(self, n: int) -> Record:
        """Return record ``n``, decoded."""
        return _record(self.lines[n])

    def records(self) -> Iterator[Record]:
        """Yield every record, decoded."""
        for line in self.lines:
            yield _record(line)

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


def read_journal(path: str | Path) -> Journal:
    """Read a journal's valid prefix and say how far it reaches.

    Raises:
        Misuse: the file cannot be read at all.
    """
    lines: list[bytes] = []
    structure = _check(Path(path), lines)
    return Journal(path=Path(path), structure=structure, lines=lines)


def structure_of(path: str | Path) -> Structure:
    """Check a journal's structure without keeping it.

    Raises:
        Misuse: the file cannot be read at all.
    """
    return _check(Path(path), None)


def _check(path: Path, keep: list[bytes] | None) -> Structure:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            msg = f"{path} is not a regular file"
            raise Misuse(msg)
        with path.open("rb") as stream:
            return _scan(stream, keep)
    except (OSError, ValueError) as error:
        if isinstance(error, Misuse):
            raise
        msg = f"{path} cannot be read: {getattr(error, 'strerror', None) or error}"
        raise Misuse(msg) from error


def _scan(stream: BinaryIO, keep: list[bytes] | None) -> Structure:
    whole = sha256()
    count, head, then, sealed, aborted = 0, genesis(), -(2**53), False, False
    status, reason = "incomplete", "the journal has no end record"
    while line := stream.readline(LINE_MAX + 1):
        whole.update(line)
        if not line.endswith(b"\n") and len(line) <= LINE_MAX and not sealed:
            status, reason = "torn", f"record {count} has no line end"
            break
        try:
            if sealed:
                _fail("data after the end record")
            head, record = _line(line, head, count, then)
            if record.kind == "end":
                sealed = _seal(record, count)
                aborted = record.data.get("status") == "aborted"
        except _Unsupported as error:
            status, reason = "unsupported", str(error)
            break
        except _Corrupt as error:
            status, reason = "corrupt", f"record {count}: {error}"
            break
        then = record.t
        count += 1
        if keep is not None:
            keep.append(line)
        if sealed:
            status, reason = "complete", ""
    while chunk := stream.read(1 << 20):
        whole.update(chunk)
    return Structure(
        status=status,
        records=count,
        sha256=whole.hexdigest(),
        reason=reason,
        aborted=aborted,
    )


def _fail(text: str) -> None:
    raise _Corrupt(text)


def _line(line: bytes, head: str, n: int, then: int) -> tuple[str, Record]:
    """Check one line against its predecessor; return its hash and record."""
    if len(line) > LINE_MAX or n >= RECORDS_MAX:
        _fail("a limit on the size of journals is exceeded")
    frame = _FRAME.match(line)
    if frame is None:
        _fail("the frame is not that of a record")
    body = b"{" + line[PREFIX:-1]
    expected = blake2b(head.encode() + body, digest_size=16).hexdigest()
    if line[6:38] != expected.encode():
        _fail("the hash does not match")
    record = _body(body)
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
    return expected, record


def _body(body: bytes) -> Record:
    if body.count(b"[") + body.count(b"{") > _DEPTH_MAX and _depth(body) > _DEPTH_MAX:
        _fail("it is nested too deeply")
    try:
        value = msgspec.json.decode(body)
        if canonical(value) != body or (_SUSPECT.search(body) and _odd(value)):
            _fail("it is not canonical JSON")
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        msg = "it is not valid JSON"
        raise _Corrupt(msg) from error
    if type(value) is not dict or list(value) != _KEYS:
        _fail("it does not have the fields a, c, d, k, n, t")
    kinds = (str, int, dict, str, int, int)
    if any(type(value[k]) is not kind for k, kind in zip(_KEYS, kinds, strict=True)):
        _fail("a field has the wrong type")
    return Record(
        value["n"], value["t"], value["k"], value["a"], value["c"], value["d"]
    )


def _record(line: bytes) -> Record:
    value = msgspec.json.decode(b"{" + line[PREFIX:-1])
    return Record(
        value["n"], value["t"], value["k"], value["a"], value["c"], value["d"]
    )


def _depth(body: bytes) -> int:
    """Return the deepest nesting, without recursion and outside of strings."""
    deepest = depth = 0
    # A string without an end reaches to the end of the line: were it no match,
    # every quote in it would start another search, and time grow quadratically.
    for token in re.finditer(rb'"(?:[^"\\]+|\\.)*+"?|[\[{]|[\]}]', body):
        mark = token.group()[:1]
        if mark in (b"[", b"{"):
            depth += 1
            deepest = max(deepest, depth)
        elif mark in (b"]", b"}"):
            depth -= 1
    return deepest


def _odd(value: object) -> bool:
    """Return whether a float or an integer beyond 2**53 - 1 stands in a value."""
    if type(value) is float:
        return True
    if type(value) is int:
        return abs(value) >= 2**53
    if type(value) is list:
        return any(map(_odd, value))
    return type(value) is dict and any(map(_odd, value.values()))


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
