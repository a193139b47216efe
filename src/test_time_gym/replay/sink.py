"""Where journals go: files that are written once, and memory."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from test_time_gym.market.errors import Misuse

__all__ = ["FileSink", "MemorySink", "journal_path"]

_BUFFER: Final = 64 * 1024


class MemorySink:
    """Keeps the lines in memory."""

    def __init__(self) -> None:
        """Start empty."""
        self.lines: list[bytes] = []

    def write(self, line: bytes) -> None:
        """Keep one record."""
        self.lines.append(line)

    def close(self) -> None:
        """Nothing to let go of."""


class FileSink:
    """Appends whole lines to a file that did not exist before.

    The first failed write poisons it: every later call raises again, so that a
    journal with a hole is never sealed as if it were whole.

    Args:
        path: of the journal; missing folders are made.
        overwrite: replace a journal that exists.

    Raises:
        Misuse: the file exists or cannot be written.
    """

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        """Create the file."""
        self.path = path
        self._lines: list[bytes] = []
        self._size = 0
        self._failed: OSError | None = None
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        flags |= os.O_TRUNC if overwrite else os.O_EXCL
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._handle: int | None = os.open(path, flags, 0o644)
        except FileExistsError as error:
            msg = f"{path} exists: choose another name or ask to overwrite it"
            raise Misuse(msg) from error
        except (OSError, ValueError) as error:
            msg = f"{path} cannot be written: {getattr(error, 'strerror', error)}"
            raise Misuse(msg) from error

    def write(self, line: bytes) -> None:
        """Take one record; it reaches the file with the next full buffer.

        Raises:
            Misuse: the file could not be written, now or before.
        """
        self._lines.append(line)
        self._size += len(line)
        if self._size >= _BUFFER:
            self.flush()

    def flush(self) -> None:
        """Write out what is buffered.

        Raises:
            Misuse: the file could not be written, now or before.
        """
        if self._failed is None and self._handle is not None:
            data = memoryview(b"".join(self._lines))
            try:
                while data:
                    data = data[os.write(self._handle, data) :]
            except OSError as error:
                self._failed = error
        self._lines, self._size = [], 0
        if self._failed is not None:
            msg = f"{self.path} cannot be written: {self._failed.strerror}; "
            msg += "the journal is incomplete from here on"
            raise Misuse(msg) from self._failed

    def close(self) -> None:
        """Write out the rest, make it durable, and describe the machine beside it."""
        if self._handle is None:
            return
        try:
            self.flush()
            os.fsync(self._handle)
        finally:
            os.close(self._handle)
            self._handle = None
        _write_meta(self.path.with_suffix(".meta.json"))


def _write_meta(path: Path) -> None:
    """Tell what may differ between machines and so stays out of the chain."""
    versions = {}
    for name in ("test-time-gym", "simpy", "pettingzoo", "gymnasium", "numpy"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    meta = {
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "versions": versions,
    }
    path.write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")


def journal_path(base: Path, episode: int) -> Path:
    """Return the file of an episode: the given one, then ``-2``, ``-3`` ….

    >>> journal_path(Path("a/j.jsonl"), 0).name, journal_path(Path("j.jsonl"), 1).name
    ('j.jsonl', 'j-2.jsonl')
    """
    if episode == 0:
        return base
    return base.with_name(f"{base.stem}-{episode + 1}{base.suffix}")
