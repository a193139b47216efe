"""Auditing: the audit of a journal, compressed or not."""

from collections.abc import Callable
from pathlib import Path

from test_time_gym import audit as independent

from .compression import is_compressed, open_journal

__all__ = ["audit"]


def audit(
    path: str | Path, *, progress: Callable[[int], object] | None = None
) -> independent.Audit:
    """Check a journal from its records alone, without executing anything.

    As `test_time_gym.audit.audit`, which shares nothing with the market and so
    reads plain files only: a compressed journal is decompressed for it.

    Args:
        path: the journal's file.
        progress: called now and then with the number of records read.

    Raises:
        Unreadable: it is no regular file, or reading fails.
        Misuse: a compressed one cannot be opened.
    """
    if not is_compressed(Path(path)):
        return independent.audit(path, progress=progress)
    with open_journal(Path(path)) as stream:
        return independent.audit(path, stream=stream, progress=progress)
