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
from .compression import Damaged, open_journal
from .reader import Structure, is_header, structure_in
from .record import NoRecord, Record, record_of

__all__ = ["RawLines", "raw_lines"]

_BLOCK: Final = 1 << 20
_STARTS: Final = bytes.maketrans(b"123456789[,-", b"000000000:::")
"""Makes all digits, and all that a number in canonical JSON follows, the same."""
_LONG_NUMBER: Final = b":" + b"0" * limits.DIGITS_MAX


@dataclass(frozen=True, kw_only=True)
class RawLines:
    """The lines of a file that may be a complete journal.

    It has a sound header, its last line is spelled like an end, and nothing in it
    is longer than may be read.  No hash but the header's has been looked at.
    """

    lines: list[bytes]
    """All of them, each with its newline."""
    sha256: str
    """Of the lines."""
    size: int
    """Bytes of the lines."""
    aborted: bool
    """By what the last line says."""

    @cached_property
    def structure(self) -> Structure:
        """What a structural check finds; it is made when somebody asks."""
        return structure_in(BytesIO(b"".join(self.lines)))


def raw_lines(path: str | Path) -> RawLines | None:
    """Read the lines of a file that may be a complete journal.

    Returns:
        None where they are not, or where only a closer look can tell: `read_journal`
        says what is wrong, if anything is.

    Raises:
        Misuse: the file cannot be opened.
    """
    lines: list[bytes] = []
    whole, size = sha256(), 0
    with open_journal(Path(path)) as stream:
        try:
            for block in _blocks(stream):
                whole.update(block)
                size += len(block)
                found = block.splitlines(keepends=True)
                _verify_short(block, found, first=not lines)
                lines += found
                if len(lines) > limits.RECORDS_MAX or size > limits.FILE_MAX:
                    return None
            _verify_header(lines)
            end = _end_in(lines[-1])
        except (OSError, EOFError, Damaged, NoRecord, limits.TooMuch):
            return None
    aborted = end.data.get("status") == "aborted"
    return RawLines(lines=lines, sha256=whole.hexdigest(), size=size, aborted=aborted)


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a stream in blocks of whole lines.

    Raises:
        TooMuch: a line is too long, or the last one has no newline.
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
        raise limits.TooMuch("the last line has no end")


def _verify_short(block: bytes, lines: list[bytes], *, first: bool) -> None:
    """Raise when a line of a block needs to be measured by itself.

    Only the header of a large world is as long as what may be too long in a line;
    it is checked like any record.  Where a carriage return stands, the lines were
    split at other places than `readline` does.

    Raises:
        TooMuch: it may exceed a limit.
    """
    lengths = map(len, lines[1:] if first else lines)
    if (
        max(lengths, default=0) > limits.STRING_MAX
        or _LONG_NUMBER in block.translate(_STARTS)
        or b"\r" in block
    ):
        raise limits.TooMuch("a line has to be measured by itself")


def _verify_header(lines: list[bytes]) -> None:
    if not lines or len(lines[0]) > limits.LINE_MAX or not is_header(lines[0]):
        raise NoRecord("it has no header")


def _end_in(line: bytes) -> Record:
    record = record_of(b"{" + line[PREFIX:-1])
    if record.kind != "end":
        raise NoRecord("it is no end")
    return record
