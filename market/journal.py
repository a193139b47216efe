"""The journal: one append-only chain of records, written through structlog.

A record is one line, ``{"h":"<32 hex digits>",`` and then the canonical JSON of
``a`` actor, ``c`` cause, ``d`` data, ``k`` kind, ``n`` number, ``t`` time, and a
newline.  ``h`` is BLAKE2b-128 over the previous ``h`` and the bytes of the body,
so that a line can be checked without parsing it.
"""

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, Protocol

import msgspec
import structlog

from .body import Body
from .events import Fact

__all__ = [
    "FORMAT",
    "SCHEMA",
    "SEMANTICS",
    "JournalWriter",
    "Sink",
    "canonical",
    "chain",
    "genesis",
]

FORMAT = "ttg.journal"
SCHEMA = 1
"""Layout of records; a reader refuses what it does not know."""
SEMANTICS = 3
"""Behaviour: grows whenever any outcome of any scenario changes."""

PREFIX = len('{"h":"') + 32 + len('",')
"""Bytes of the frame in front of a record's body."""

_encode = msgspec.json.Encoder(order="deterministic").encode

_NOTHING_HASHED = blake2b(digest_size=16)
"""To be copied: that is quicker than making a new one with its parameters."""


def canonical(value: Any) -> bytes:
    """Return canonical JSON: sorted keys, no spaces, UTF-8, no floats.

    >>> canonical({"b": 1, "a": "ü"}).decode()
    '{"a":"ü","b":1}'
    """
    return _encode(value)


def genesis() -> str:
    """Return what stands for the hash before record 0."""
    return blake2b(b"ttg.journal.v1", digest_size=16).hexdigest()


_GENESIS = genesis().encode()


def chain(before: str, body: bytes) -> str:
    """Return the hash of a record, given the hash before it and its body.

    Args:
        before: 32 hex digits of the record before.
        body: the record's canonical JSON without ``h``, with the leading brace
            and without the newline.
    """
    hasher = _NOTHING_HASHED.copy()
    hasher.update(before.encode() + body)
    return hasher.hexdigest()


class Sink(Protocol):
    """Where the bytes of a journal go."""

    def write(self, line: bytes) -> object:
        """Take one whole record with its newline."""


_OWN: Final = 256
"""Bytes at the end of a header that have all in them that a run has of its own."""


@lru_cache(maxsize=16)
def _begun(beginning: bytes) -> Any:
    """Return a hash of the beginning of a record, to be copied and gone on with."""
    hasher = _NOTHING_HASHED.copy()
    hasher.update(beginning)
    return hasher


class _Chain:
    """Make a record a line: canonical JSON, and a hash over it and the one before."""

    def __init__(self) -> None:
        self.head = _GENESIS

    def __call__(self, _logger: Any, _name: str, record: Body) -> bytes:
        body = _encode(record)
        if record.n:
            hasher = _NOTHING_HASHED.copy()
            hasher.update(self.head + body)
        else:
            # A header carries its scenario, and runs of one begin alike.
            hasher = _begun(self.head + body[:-_OWN]).copy()
            hasher.update(body[-_OWN:])
        self.head = head = hasher.hexdigest().encode()
        return b'{"h":"%b",%b\n' % (head, body[1:])

    def send(self, records: list[Body], write: Callable[[bytes], object]) -> None:
        """Write records as lines, as the call does for one, and empty their list.

        One loop over many records stays in the processor's caches.
        """
        encode, copy = _encode, _NOTHING_HASHED.copy
        while records:
            record = records.pop(0)
            if not record.n:
                write(self(write, "emit", record))
                continue
            body, hasher = encode(record), copy()
            hasher.update(self.head + body)
            self.head = head = hasher.hexdigest().encode()
            write(b'{"h":"%b",%b\n' % (head, body[1:]))


class _RecordLogger(structlog.BoundLoggerBase):
    """A structlog logger that takes whole records instead of keywords.

    The usual keyword interface copies a context for every line; a record is
    already complete, and there are many. It has one processor, which makes a line.
    """

    def __init__(self, sink: Sink, make_line: _Chain) -> None:
        # structlog declares processors of dicts; ours takes whole records.
        steps: list[Any] = [make_line]
        super().__init__(sink, steps, {})
        self._write = sink.write
        self._make_line = make_line

    def emit(self, record: Body) -> None:
        """Send a record through the processor to the sink."""
        self._write(self._make_line(self._write, "emit", record))

    def emit_all(self, records: list[Body]) -> None:
        """Send records one after the other, and empty their list."""
        self._make_line.send(records, self._write)


class JournalWriter:
    """Numbers, encodes and chains facts; silent without a sink.

    Args:
        sink: takes the lines; None records nothing at all.
        block: so many records are encoded, chained and sent together, which takes
            less time; 1 sends each at once.

    Attributes:
        block: the same; may be changed once `flush` has been called.
        count: records so far.
        sealed: whether the last record has been written.
        write: sends a record through the pipeline; None without a sink.  It may be
            replaced where records are sent at once.
    """

    __slots__ = ("_chain", "_logger", "_waiting", "block", "count", "sealed", "write")

    def __init__(self, sink: Sink | None, block: int = 1) -> None:
        """Build the pipeline: record → chained line → sink."""
        self.count = 0
        self.block = block
        self._waiting: list[Body] = []
        """Records that are numbered, and not sent yet."""
        self._logger: _RecordLogger | None = None
        self._chain = _Chain()
        self.sealed = False
        self.write: Callable[[Any], None] | None = None
        if sink is not None:
            # Itself, and not what structlog's `wrap_logger` says of it: that asks
            # structlog's settings, which have no say here, and once more for `bind`.
            self._logger = _RecordLogger(sink, self._chain)
            self.write = self._logger.emit

    @property
    def head(self) -> str:
        """Hash of the last record."""
        self.flush()
        return self._chain.head.decode()

    def emit(self, fact: Fact, time_ms: int, actor: str = "", cause: int = 0) -> int:
        """Append a fact and return its number (0 without a sink).

        Args:
            fact: what happened; nothing in it may change until it has been sent.
            time_ms: when.
            actor: the agent that did it; empty for the market itself.
            cause: number of the record that caused it.
        """
        write = self.write
        if write is None or self.sealed:
            return 0
        number = self.count
        self.count = number + 1
        record = Body(actor, cause, fact, fact.kind, number, time_ms)
        if self.block == 1:
            write(record)
            return number
        waiting = self._waiting
        waiting.append(record)
        if len(waiting) >= self.block:
            self.flush()
        return number

    def flush(self) -> None:
        """Send the records that wait; those before one that fails are sent."""
        if self._logger is not None:
            self._logger.emit_all(self._waiting)
