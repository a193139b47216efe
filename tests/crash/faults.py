"""Calls of the operating system that fail on demand."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

CALLS = ("open", "write", "fsync", "close")
"""What a journal's file depends on."""


class FaultyOs:
    """The module `os`, whose k-th call among `CALLS` fails.

    Args:
        k: which call fails, counted from 1; 0 fails none.
        error: number of the error.
        halves: a write that fails has written half of its bytes before.
    """

    def __init__(self, k: int, error: int = errno.ENOSPC, *, halves: bool = False):
        self._k, self._error, self._halves = k, error, halves
        self.made: list[str] = []
        self.after: list[str] = []
        """Writes that were made after the failure: there may be none."""

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        return self._counted(name, real) if name in CALLS else real

    def _counted(self, name: str, real: Any) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            self.made.append(name)
            if len(self.made) == self._k:
                if name == "close":
                    real(*args)  # the handle is gone even so
                if name == "write" and self._halves:
                    real(args[0], args[1][: len(args[1]) // 2])
                raise OSError(self._error, os.strerror(self._error))
            if name == "write" and 0 < self._k < len(self.made):
                self.after.append(name)
            return real(*args, **options)

        return call


@contextmanager
def failing(
    k: int, error: int = errno.ENOSPC, *, halves: bool = False, buffer: int = 1024
) -> Iterator[FaultyOs]:
    """Let the k-th call that writes a journal fail, and write often."""
    faulty = FaultyOs(k, error, halves=halves)
    with (
        mock.patch("test_time_gym.atomic_file.os", faulty),
        mock.patch("test_time_gym.journal.disk.os", faulty),
        mock.patch("test_time_gym.journal.sink.os", faulty),
        mock.patch("test_time_gym.journal.sink._BUFFER", buffer),
    ):
        yield faulty
