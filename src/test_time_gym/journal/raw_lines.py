"""Raw lines: those of a journal that nobody has checked yet.

A record that re-execution writes again, byte for byte, is sound whatever else is to
be checked of it: what writes it makes the chain, the numbers and the spelling.  Who
re-executes a journal anyhow therefore checks one by one only what cannot be seen by
the block, and all of it when a record comes out differently.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from test_time_gym.market.journal import PREFIX

from . import limits
from .compression import Damaged
from .reader import JournalFile, Structure, is_header, structure_in
from .record import NoRecord, Record, record_of
from .runs import stream_of

__all__ = ["RawLines"]

_BLOCK: Final = 1 << 20
_STARTS: Final = bytes.maketrans(b"123456789[,-", b"000000000:::")
"""Makes all digits, and all that a number in canonical JSON follows, the same."""
_LONG_NUMBER: Final = b":" + b"0" * limits.DIGITS_MAX


@dataclass(frozen=True, kw_only=True)
class RawLines:
    """The lines of a journal as they stand in a stream."""

    lines: list[bytes]
    """Each with its newline, but for a last one that has none."""
    sha256: str
    """Of the lines."""
    short: bool
    """Nothing in them can be longer than may be read."""

    @classmethod
    def of(cls, stream: BinaryIO) -> "RawLines | None":
        """Read all lines of a stream; None: it cannot be read to its end.

        `structure_in` says what is wrong then.
        """
        lines: list[bytes] = []
        whole, size, short = sha256(), 0, True
        try:
            for block in _blocks(stream):
                whole.update(block)
                size += len(block)
                found = BytesIO(block).readlines()
                short = short and _are_short(block, found, first=not lines)
                lines += found
                if len(lines) > limits.RECORDS_MAX or size > limits.FILE_MAX:
                    return None
        except (OSError, EOFError, Damaged, limits.TooMuch):
            return None
        return cls(lines=lines, sha256=whole.hexdigest(), short=short)

    @cached_property
    def seal(self) -> Record | None:
        """The end of what may be a complete journal; None: a closer look is needed.

        It has a sound header, and the last line is spelled like an end.  No hash but
        the header's has been looked at.
        """
        lines = self.lines
        if not (self.short and lines and lines[-1].endswith(b"\n")):
            return None
        if len(lines[0]) > limits.LINE_MAX or not is_header(lines[0]):
            return None
        try:
            last = record_of(b"{" + lines[-1][PREFIX:-1])
        except NoRecord:
            return None
        return last if last.kind == "end" else None

    @cached_property
    def structure(self) -> Structure:
        """What a structural check finds; it is made when somebody asks."""
        return self.checked(Path()).structure

    def checked(self, path: Path) -> JournalFile:
        """Return the valid prefix, checked as `read_journal` checks it."""
        left, lines = iter(self.lines), list[bytes]()
        structure = structure_in(stream_of(lambda: next(left, b"")), lines)
        return JournalFile(path=path, structure=structure, lines=lines)


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a stream in blocks of whole lines, and what has no end.

    Raises:
        TooMuch: a line is too long.
    """
    rest = b""
    while data := stream.read(_BLOCK):
        cut = data.rfind(b"\n") + 1
        if cut:
            yield rest + data[:cut]
            rest = data[cut:]
        else:
            rest += data
        if len(rest) > limits.LINE_MAX:
            raise limits.TooMuch("a line is too long")
    if rest:
        yield rest


def _are_short(block: bytes, lines: list[bytes], *, first: bool) -> bool:
    """Return whether no line of a block needs to be measured by itself.

    Only the header of a large world is as long as what may be too long in a line;
    it is checked like any record.
    """
    lengths = map(len, lines[1:] if first else lines)
    return max(
        lengths, default=0
    ) <= limits.STRING_MAX and _LONG_NUMBER not in block.translate(_STARTS)
