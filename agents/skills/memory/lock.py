"""The lock of a learner: one process at a time has the right to write it."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from .errors import StoreError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = [
    "Lock",
]


class Lock:
    """A locked file beside the store; the system unlocks it when its process ends.

    Args:
        path: of the file that stands for what is claimed.
        what: its name in the error text.

    Raises:
        StoreError: somebody else has it, or no file can be made there.
    """

    def __init__(self, path: Path, what: str) -> None:
        self._path = path
        try:
            self._handle = self._acquire(what)
        except OSError as error:
            msg = f"cannot claim {what}: {error.strerror}: {path}"
            raise StoreError(msg) from error

    def release(self) -> None:
        """Give the claim back."""
        if sys.platform != "win32":
            # While it is still locked, so that nobody else's file is taken away.
            with suppress(OSError):
                self._path.unlink()
        os.close(self._handle)

    def _acquire(self, what: str) -> int:
        while True:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
            if not _lock(handle):
                owner = _read(handle)
                os.close(handle)
                msg = f"{what} is being written by {owner}: wait until that has "
                msg += "ended, or choose another learner or file"
                raise StoreError(msg)
            if _is_at(handle, self._path):
                os.truncate(handle, 0)
                os.write(handle, b"process %d" % os.getpid())
                return handle
            os.close(handle)  # its owner took it away between opening and locking


if sys.platform == "win32":
    _FAR = 1 << 20  # a locked byte cannot be read, and the text should be

    def _lock(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True

else:

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _read(handle: int) -> str:
    os.lseek(handle, 0, os.SEEK_SET)
    return os.read(handle, 40).decode("ascii", "replace") or "another process"


def _is_at(handle: int, path: Path) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(handle), there)
