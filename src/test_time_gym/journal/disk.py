"""The disk: each call of the operating system that a journal depends on."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from test_time_gym.atomic_file import verify_writable
from test_time_gym.market.errors import Misuse

from .limits import FILE_MAX

try:
    import fcntl
except ImportError:  # Windows lets nobody replace a file that is open
    fcntl = None  # type: ignore[assignment]

__all__ = [
    "create",
    "is_at",
    "is_claimed",
    "open_to_read",
    "sync",
    "unreadable",
    "write_whole",
]

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
_CREATE: Final = _NEW | getattr(os, "O_BINARY", 0)
# A pipe would make us wait for its other end, and a journal is bytes, not text.
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def create(path: Path, *, overwrite: bool) -> int:
    """Create a file that nobody else has, and return its handle.

    Args:
        path: of the file; missing folders are made.
        overwrite: take away the file or link that has this name.

    Raises:
        Misuse: the name is taken, is no regular file's, or is being written.
        OSError: the operating system refuses.
        ValueError: no file can have this name.
    """
    try:
        # Where nothing is in the way, nothing has to be asked.
        handle = os.open(path, _CREATE, 0o644)
    except (FileExistsError, FileNotFoundError, NotADirectoryError, ValueError):
        _make_room(path, overwrite=overwrite)
        handle = os.open(path, _CREATE, 0o644)
    if fcntl is not None:
        # The claim ends with the handle; not every file system knows claims,
        # and then O_EXCL alone keeps writers apart.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def _make_room(path: Path, *, overwrite: bool) -> None:
    """Make the folder of a new file, and take away what has its name if asked to."""
    verify_writable(path, overwrite=overwrite)
    if path.exists() and not path.is_file():
        raise Misuse(f"{path} is no regular file")
    path.parent.mkdir(parents=True, exist_ok=True)
    if overwrite and os.path.lexists(path):
        if is_claimed(path):
            raise Misuse(f"{path} is being written by another run: choose another name")
        path.unlink()


def is_claimed(path: Path) -> bool:
    """Return whether a writer has this file open, as far as can be known."""
    if fcntl is None:
        return False
    try:
        handle = os.open(path, _READ)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        with suppress(OSError):
            os.close(handle)
    return False


def is_at(handle: int, path: Path) -> bool:
    """Return whether a name still leads to the file that was opened by it."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def write_whole(handle: int, data: bytes) -> None:
    """Write all of the bytes, in as many calls as it takes.

    Raises:
        OSError: not all of them could be written.
    """
    rest = memoryview(data)
    while rest:
        try:
            written = os.write(handle, rest)
        except InterruptedError:
            continue
        if written <= 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        rest = rest[written:]


def sync(path: Path) -> None:
    """Force a file that was written before onto the disk.

    Raises:
        OSError: the operating system refuses.
    """
    # Windows forces only what is open for writing.
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_to_read(path: Path) -> BinaryIO:
    """Open a regular file; a link is followed, what it leads to must be one.

    Raises:
        Misuse: it is no regular file, too large, or cannot be opened.
    """
    try:
        # Opening alone may do something, as rewinding a tape: ask before. What
        # has been opened may be another thing than what was asked for: ask after.
        _verify_regular(path, path.stat())
        handle = os.open(path, _READ)
        try:
            _verify_regular(path, os.fstat(handle))
        except Misuse:
            os.close(handle)
            raise
        return os.fdopen(handle, "rb")
    except (OSError, ValueError) as error:
        if isinstance(error, Misuse):
            raise
        raise unreadable(path, error) from error


def _verify_regular(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Misuse(f"{path} is not a regular file")
    if found.st_size > FILE_MAX:
        msg = f"{path} has {found.st_size} bytes; no more than {FILE_MAX} are read"
        raise Misuse(msg)


def unreadable(path: Path, error: Exception) -> Misuse:
    """Return what to raise when a file cannot be read."""
    return Misuse(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}")
