"""Lines of a journal, their chain, and their canonical JSON."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, NoReturn

__all__ = ["JournalLines", "Line", "RuleBroken", "Unreadable", "canonical"]

FORMAT: Final = "ttg.journal"
SCHEMA: Final = 1
SEMANTICS: Final = 3

LINE_MAX: Final = 4 * 1024 * 1024
DEPTH_MAX: Final = 32
INTEGER_MAX: Final = 2**53 - 1
STRING_MAX: Final = 64 * 1024
"""Bytes of one string as it is spelled, without its quotes."""

_FRAME: Final = re.compile(rb'\{"h":"([0-9a-f]{32})",')
_BODY_AT: Final = 40
_LONG: Final = re.compile(rb"[0-9]{16}")
_KEYS: Final = ("a", "c", "d", "k", "n", "t")
_TYPES: Final = (str, int, dict, str, int, int)


class Unreadable(Exception):
    """The file cannot be read at all."""


class RuleBroken(Exception):
    """A rule of the frame is broken, and with it everything that follows."""

    def __init__(self, rule: str, text: str) -> None:
        """Name the rule."""
        super().__init__(text)
        self.rule = rule


class _Unsupported(Exception):
    """The header is of a format, schema or semantics unknown here."""


class Line(NamedTuple):
    """One record."""

    n: int
    t: int
    kind: str
    actor: str
    cause: int
    data: dict[str, Any]


def _no_float(text: str) -> NoReturn:
    raise ValueError(text)


_decode = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float).raw_decode
_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode


def canonical(value: Any) -> bytes:
    """Return the one spelling of a value.

    >>> canonical({"b": 1, "a": "ü"}).decode()
    '{"a":"ü","b":1}'
    """
    return _encode(value).encode()


@dataclass(slots=True)
class JournalLines:
    """Reads a journal's sound records, and says why it ended where it did."""

    path: Path
    kinds: Collection[str]
    """Kinds of records that are known, besides the header."""
    status: str = "incomplete"
    reason: str = "the journal has no end record"
    records: int = 0
    broken: RuleBroken | None = None
    """The rule that the first unsound line breaks."""
    stream: BinaryIO | None = None
    """What to read instead of the file: its content, if it is compressed."""

    def __iter__(self) -> Iterator[Line]:
        """Yield every record of the sound beginning.

        Raises:
            Unreadable: it is no regular file, or reading fails.
        """
        try:
            if self.stream is not None:
                yield from self._lines(self.stream)
                return
            if self.path.exists() and not self.path.is_file():
                msg = f"{self.path} is not a regular file"
                raise Unreadable(msg)
            with self.path.open("rb") as stream:
                yield from self._lines(stream)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            msg = f"{self.path} cannot be read: {why}"
            raise Unreadable(msg) from error

    def _lines(self, stream: BinaryIO) -> Iterator[Line]:
        head = blake2b(b"ttg.journal.v1", digest_size=16).hexdigest().encode()
        then = -INTEGER_MAX
        while line := self._next_line(stream):
            if line[-1:] != b"\n" and len(line) <= LINE_MAX and self.status != "sealed":
                self.status, self.reason = "torn", f"record {self.records} has no end"
                return
            try:
                head, record = self._record(line, head, then)
            except _Unsupported as error:
                self.status, self.reason = "unsupported", str(error)
                return
            except RuleBroken as error:
                self.status, self.broken = "corrupt", error
                self.reason = f"record {self.records}: {error}"
                return
            then = record.t
            self.records += 1
            yield record
        if self.status == "sealed":
            self.status, self.reason = "complete", ""

    def _next_line(self, stream: BinaryIO) -> bytes:
        try:
            return stream.readline(LINE_MAX + 1)
        except EOFError as error:
            self.status, self.reason = "torn", f"record {self.records}: {error}"
        except ValueError as error:
            self.status, self.broken = "corrupt", RuleBroken("frame", str(error))
            self.reason = f"record {self.records}: {error}"
        return b""

    def _record(self, line: bytes, head: bytes, then: int) -> tuple[bytes, Line]:
        n, body = self.records, b"{" + line[_BODY_AT:-1]
        if self.status == "sealed":
            raise RuleBroken("frame", "something follows the end record")
        head = blake2b(head + body, digest_size=16).hexdigest().encode()
        if line[:_BODY_AT] != b'{"h":"%b",' % head or line[-1:] != b"\n":
            raise _misfit(line, head)
        record = _parsed(body)
        _in_order(record, n, then)
        if n == 0:
            _known(record.data)
        elif record.kind not in self.kinds:
            raise _Unsupported(f"the kind {record.kind!r:.40} is not known here")
        elif record.kind == "end":
            self._seal(record)
        return head, record

    def _seal(self, end: Line) -> None:
        if end.data.get("count") != self.records:
            text = f"the end counts {end.data.get('count')} records before it"
            raise RuleBroken("numbering", text)
        self.status = "sealed"


def _misfit(line: bytes, head: bytes) -> RuleBroken:
    frame = _FRAME.match(line)
    if frame is None or line[-1:] != b"\n":
        return RuleBroken("frame", "the line has not the frame of a record")
    text = f"the hash is {frame[1].decode()}, it should be {head.decode()}"
    return RuleBroken("chain", text)


def _in_order(record: Line, n: int, then: int) -> None:
    if record.n != n:
        raise RuleBroken("numbering", f"it is numbered {record.n}")
    if record.t < then:
        raise RuleBroken("time", f"time falls from {then} to {record.t}")
    if not 0 <= record.cause <= max(n - 1, 0):
        raise RuleBroken("time", f"its cause, {record.cause}, does not come before it")
    if (record.kind == "header") is not (n == 0):
        raise RuleBroken("frame", "a header stands first and nowhere else")


def _parsed(body: bytes) -> Line:
    try:
        # What follows the value is found below: it is not spelled again.
        value, _ = _decode(body.decode())
        spelled = _encode(value).encode()
    except (ValueError, RecursionError) as error:
        text = "it is not JSON of texts and whole numbers"
        raise RuleBroken("canonical", text) from error
    deep = body.count(b"{") + body.count(b"[") > DEPTH_MAX
    large = deep or len(body) > STRING_MAX or _LONG.search(body)
    if spelled != body or (large and not _plain(value)):
        raise RuleBroken("canonical", "it is not canonical JSON")
    if type(value) is not dict or tuple(value) != _KEYS:
        raise RuleBroken("frame", "it has not the fields a, c, d, k, n, t")
    if tuple(map(type, value.values())) != _TYPES:
        raise RuleBroken("frame", "a field has the wrong type")
    actor, cause, data, kind, n, t = value.values()
    return Line(n, t, kind, actor, cause, data)


def _plain(value: object, left: int = DEPTH_MAX) -> bool:
    """Return whether a value keeps the bounds of depth, integers and strings."""
    if type(value) is int:
        return abs(value) <= INTEGER_MAX
    if type(value) is str:
        # Nothing is spelled shorter than it is long.
        return len(value) <= STRING_MAX and len(canonical(value)) <= STRING_MAX + 2
    if type(value) is list:
        return left > 0 and all(_plain(inner, left - 1) for inner in value)
    if type(value) is dict:
        return left > 0 and all(
            _plain(key) and _plain(inner, left - 1) for key, inner in value.items()
        )
    return True


def _known(header: dict[str, Any]) -> None:
    for key, known in (
        ("format", FORMAT),
        ("schema", SCHEMA),
        ("semantics", SEMANTICS),
    ):
        found = header.get(key)
        if type(found) is not type(known) or found != known:
            raise _Unsupported(f"{key} is {found!r:.40}; this audit knows {known!r}")
