"""A snapshot: what a store holds at one moment, read without touching its folder.

SQLite leaves a log and an index beside a file that it has only read, and more when the
file is damaged.  So whatever nobody has open is copied, and the copy is looked at.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

__all__ = ["snapshot_of"]

_LOG: Final = "-wal"
_INDEX: Final = "-shm"
_PARTS: Final = ("", _LOG, "-journal")
"""Endings of the files that make a store together; the index is made of the log."""
_TRIES: Final = 50


def snapshot_of(path: Path) -> sqlite3.Connection | None:
    """Return a store's whole content in memory.

    Args:
        path: of the file, absolute.

    Returns:
        A connection to close; None if somebody has the file open, or writes it all
        the time: then it is to be read where it is, which makes no file either.

    Raises:
        sqlite3.Error: the file is damaged.
        OSError: a file cannot be read, or there is no room for its copy.
    """
    for _ in range(_TRIES):
        if _part(path, _LOG).exists() and _part(path, _INDEX).exists():
            return None
        before = _stamps(path)
        with TemporaryDirectory() as folder:
            copy = Path(folder) / "store"
            for ending in _PARTS:
                if before[ending] is not None:
                    _copy(_part(path, ending), _part(copy, ending))
            if _stamps(path) == before:
                return _in_memory(copy)
    return None


def _part(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _stamps(path: Path) -> dict[str, tuple[int, int, int] | None]:
    """Return what tells whether any of the files has changed."""
    found: dict[str, tuple[int, int, int] | None] = {}
    for ending in _PARTS:
        try:
            stat = _part(path, ending).stat()
        except FileNotFoundError:
            found[ending] = None
        else:
            found[ending] = stat.st_ino, stat.st_size, stat.st_mtime_ns
    return found


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        return  # gone since it was seen: the stamps will tell


def _in_memory(copy: Path) -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", isolation_level=None, cached_statements=64)
    try:
        with closing(sqlite3.connect(copy)) as disk:
            disk.backup(memory)
    except BaseException:
        memory.close()
        raise
    return memory
