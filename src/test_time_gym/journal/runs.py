"""Runs: the journals of several runs that stand back to back in one file.

Each is a whole chain, from its header to its end, as it would be in a file of its
own.  ``FILE#2`` names the second one, wherever a journal is read.
"""

import re
from collections.abc import Callable, Iterator
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, Final

from test_time_gym.market.errors import Misuse
from test_time_gym.market.journal import PREFIX, chain, genesis

from . import limits

__all__ = ["RunStreams", "begins_run", "named_run", "stream_of"]

_NAMED: Final = re.compile(r"(.+)#([0-9]{1,9})", re.DOTALL)


def named_run(path: Path) -> tuple[Path, int | None]:
    """Return the file that a path names, and the number of the run in it, if any.

    A file whose own name ends like that is taken for what it is.

    Raises:
        Misuse: runs are counted from 1.

    >>> named_run(Path("runs.jsonl#2")), named_run(Path("j.jsonl"))
    ((PosixPath('runs.jsonl'), 2), (PosixPath('j.jsonl'), None))
    """
    found = _NAMED.fullmatch(path.name)
    if found is None or path.exists():
        return path, None
    number = int(found[2])
    if not number:
        raise Misuse(f"{path} names no run: they are counted from 1")
    return path.with_name(found[1]), number


def begins_run(line: bytes) -> bool:
    """Return whether a run begins with this line, by its kind and its hash."""
    # Quotes inside a string are escaped: few other lines have these bytes.
    if b'"k":"header"' not in line or not line.endswith(b"\n"):
        return False
    head = chain(genesis(), b"{" + line[PREFIX:-1])
    return line.startswith(b'{"h":"%b",' % head.encode())


class RunStreams:
    """The runs of a journal's file, one after the other, each as a stream.

    Args:
        stream: the lines of all of them.

    Attributes:
        number: of the run that is read, from 1.
        before: bytes of the runs in front of it.
    """

    def __init__(self, stream: BinaryIO) -> None:
        """Read nothing yet."""
        self._stream = stream
        self._size = 0
        self._first = b""
        """The line with which the next run begins, once that has been read."""
        self._begun = False
        self.number: int = 0
        self.before: int = 0

    @property
    def more(self) -> bool:
        """Whether another run follows; known when this one has been read to its end."""
        return self.number == 0 or bool(self._first)

    def name(self, path: str | Path) -> str:
        """Return what names the present run, once read to its end, in this file."""
        several = self.number > 1 or self.more
        return f"{path}#{self.number}" if several else str(path)

    def __iter__(self) -> Iterator[BinaryIO]:
        """Yield each run; what nobody has read of it is passed over."""
        while self.more:
            self._begin()
            yield stream_of(self._line)
            try:
                while self._line():
                    pass
            except (EOFError, ValueError):  # what is compressed is damaged
                return

    def only(self, number: int) -> BinaryIO | None:
        """Return one run, if there is such a one; closing it closes the file.

        Raises:
            EOFError, Damaged: what is compressed ends before it.
        """
        while self.more:
            self._begin()
            if self.number == number:
                return stream_of(self._line, self._stream.close)
            while self._line():
                pass
        return None

    def _begin(self) -> None:
        self.number += 1
        self.before = self._size
        self._begun = False

    def _line(self) -> bytes:
        """Return the next line of the present run; nothing at its end."""
        if self._begun and self._first:
            return b""
        line, self._first = self._first, b""
        line = line or self._stream.readline(limits.LINE_MAX + 1)
        if self._begun and begins_run(line):
            self._first = line
            return b""
        self._begun = True
        self._size += len(line)
        return line


def stream_of(
    line: Callable[[], bytes], close: Callable[[], None] | None = None
) -> BinaryIO:
    """Return the lines that a function returns, until it returns none, as a stream.

    Args:
        line: returns the next one.
        close: called when the stream is closed.
    """
    return BufferedReader(_Lines(line, close))


class _Lines(RawIOBase):
    """The bytes of such a stream, a line at a time."""

    def __init__(
        self, line: Callable[[], bytes], close: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        self._line = line
        self._close = close
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = memoryview(self._line())
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        if self._close is not None:
            self._close()
        super().close()
