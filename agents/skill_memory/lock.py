"""The lock of a learner: one process at a time has the right to write it."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from .errors import StoreError

__all__ = ["Lock"]

_OWNER: Final = "process"
_PATIENCE_S: Final = 0.2
"""A file may be taken away between opening and locking it: then another look helps."""


class Lock:
    """A locked file beside the store; the system unlocks it when its process ends.

    Args:
        path: of the file that stands for what is locked.
        what: its name in the error text.

    Raises:
        StoreError: somebody else has it, or no file can be made there.
    """

    def __init__(self, path: Path, what: str) -> None:
        self._path = path
        self._lock = FileLock(path, timeout=_PATIENCE_S, thread_local=False)
        owner = _read(path)  # before asking: a loser may empty the file
        try:
            self._lock.acquire()
        except Timeout as error:
            msg = f"{what} is being written by {owner}: wait until that has "
            raise StoreError(
                msg + "ended, or choose another learner or file"
            ) from error
        except OSError as error:
            msg = f"cannot claim {what}: {error.strerror}: {path}"
            raise StoreError(msg) from error
        if _read(path).startswith(_OWNER):  # else it is a mark of the library's own
            _write(path, f"{_OWNER} {os.getpid()}")

    def release(self) -> None:
        """Give the right back."""
        if sys.platform != "win32":
            # While it is still locked, so that nobody else's file is taken away.
            with suppress(OSError):
                self._path.unlink()
        self._lock.release()


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")[:40] or f"{_OWNER} that is unknown"
    except OSError:
        return f"{_OWNER} that is unknown"


def _write(path: Path, text: str) -> None:
    with suppress(OSError):  # Windows locks what it would be written to
        handle = os.open(path, os.O_WRONLY | os.O_TRUNC)
        try:
            os.write(handle, text.encode())
        finally:
            os.close(handle)
