"""Auditing: the audit of a journal, compressed or not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from test_time_gym import audit as independent
from test_time_gym.journal.compression import is_compressed, open_journal
from test_time_gym.journal.disguise import disguised
from test_time_gym.journal.disk import open_to_read
from test_time_gym.journal.runs import named_run
from test_time_gym.market.errors import Misuse

__all__ = ["audit"]

_LOOK: Final = 1 << 20
"""Bytes of a first line that are looked at."""


def audit(
    path: str | Path, *, progress: Callable[[int], object] | None = None
) -> independent.Audit:
    """Check a journal from its records alone, without executing anything.

    As `test_time_gym.audit.audit`, which reads plain files only: a compressed
    journal is decompressed for it, and ``FILE#2`` is the second run of a file.

    Args:
        path: the journal's file.
        progress: called now and then with the number of records read.

    Raises:
        Unreadable: it is no regular file, or reading fails.
        Misuse: a compressed one cannot be opened.
    """
    file, run = named_run(Path(path))
    if run is None and not is_compressed(file):
        found = independent.audit(path, progress=progress)
        told = "" if found.records else _disguise(Path(path))
        return replace(found, reason=f"{found.reason}{told}")
    with open_journal(Path(path)) as stream:
        return independent.audit(path, stream=stream, progress=progress)


def _disguise(path: Path) -> str:
    """Return what a file without one sound record is, as far as it can be told."""
    try:
        with open_to_read(path) as stream:
            return disguised(stream.readline(_LOOK))
    except Misuse:
        return ""
