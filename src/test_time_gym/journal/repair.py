"""Repair: a torn journal is copied, and loses its torn line or gets its newline."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from test_time_gym.atomic_file import AtomicFile
from test_time_gym.market.errors import Misuse

from . import disk
from .compression import is_compressed
from .reader import STATUS_CODES, ExitCode, Structure, last_structure
from .runs import named_run

__all__ = ["Irreparable", "Repaired", "can_repair", "repair", "verify_repair"]

_CHUNK: Final = 1 << 20

_WHY: Final = {
    "complete": "it is complete: there is nothing to repair",
    "incomplete": "it ends with a whole record: there is nothing to cut off",
    "corrupt": "it is corrupt, and cutting it would hide that",
    "unsupported": "it is of a kind unknown here",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What a repair did."""

    file: str
    backup: str
    """The file as it was."""
    status: str
    """Of the file as it is now."""
    records: int
    """Whole records, all of which were kept."""
    cut_bytes: int
    added_bytes: int = 0
    """1 where nothing but the last record's newline was missing."""


class Irreparable(Misuse):
    """A journal that is not torn cannot be repaired."""

    def __init__(self, text: str, exit_code: ExitCode) -> None:
        """Keep why, and what the command line exits with."""
        super().__init__(text)
        self.exit_code = exit_code


def verify_repair(path: str | Path) -> Structure:
    """Raise why a journal cannot be repaired; return its structure if it can.

    Raises:
        Irreparable: it is not torn, or no record of it is whole.
        Misuse: it cannot be read, a run is writing it, or its copy exists.
    """
    path = Path(path)
    if named_run(path)[1] is not None:
        raise Misuse(f"{path} is one run: repair its file, whose last run is mended")
    found = last_structure(path)
    if found.status != "torn":
        why = _WHY[found.status]
        if found.status in ("corrupt", "unsupported"):
            why = f"{why}: {found.reason}"
        code = STATUS_CODES[found.status] or ExitCode.USAGE
        raise Irreparable(f"{path} is not repaired: {why}", code)
    if not (found.records or found.unended):
        why = "no record of it is whole, and nothing would be left"
        raise Irreparable(f"{path} is not repaired: {why}", ExitCode.INCOMPLETE)
    if is_compressed(path):
        why = "cut, it would not be compressed any more. What is whole of it can be "
        why += f"read as it is, and written out: zstd -dc {path.name}"
        raise Irreparable(f"{path} is not repaired: {why}", ExitCode.INCOMPLETE)
    if disk.is_claimed(path):
        raise Misuse(f"{path} is being written: wait for the end of its run")
    if os.path.lexists(_backup(path)):
        msg = f"{_backup(path)} exists and is not replaced: move it elsewhere"
        raise Misuse(msg)
    return found


def can_repair(path: str | Path) -> bool:
    """Return whether `repair` would be accepted."""
    try:
        verify_repair(path)
    except Misuse:
        return False
    return True


def repair(path: str | Path) -> Repaired:
    """Cut the torn line off a journal; a copy with it stays as ``FILE.broken``.

    Of a file with several runs it is the last one that is torn, and repaired.
    A last record that lacks nothing but its newline is whole: it is kept, and gets
    one.  The copy is on the disk before the journal is touched.

    Raises:
        Irreparable: it is not torn, or no record of it is whole.
        Misuse: it cannot be read or written, a run is writing it, or its copy
            exists.
    """
    path = Path(path)
    found = verify_repair(path)
    backup = _backup(path)
    try:
        _copy(path, backup)
        cut_bytes = 0 if found.unended else _cut(path, found.size)
        added_bytes = _end_line(path) if found.unended else 0
    except OSError as error:
        msg = f"{error.filename or path} cannot be written: {error.strerror}"
        raise Misuse(msg) from error
    return Repaired(
        file=str(path),
        backup=str(backup),
        status=last_structure(path).status,
        records=found.records + added_bytes,
        cut_bytes=cut_bytes,
        added_bytes=added_bytes,
    )


def _backup(path: Path) -> Path:
    return path.with_name(f"{path.name}.broken")


def _copy(path: Path, backup: Path) -> None:
    with disk.open_to_read(path) as stream, AtomicFile(backup) as copy:
        while chunk := stream.read(_CHUNK):
            copy.write(chunk)


def _cut(path: Path, size: int) -> int:
    """Shorten the file, make that durable, and return how many bytes are gone."""
    handle = os.open(path, os.O_WRONLY)
    try:
        cut_bytes = os.fstat(handle).st_size - size
        os.ftruncate(handle, size)
        os.fsync(handle)
    finally:
        os.close(handle)
    return cut_bytes


def _end_line(path: Path) -> int:
    """Write the newline that the last record lacks; return how many bytes it has."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        disk.write_whole(handle, b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    return 1
