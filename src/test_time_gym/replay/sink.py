"""Where journals go: files that are written once, and memory."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, NoReturn

from test_time_gym.market.errors import Misuse

__all__ = ["FileSink", "JournalFiles", "MemorySink", "journal_path"]

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
        if not overwrite:
            self.verify_new(path)
        try:
            if path.exists() and not path.is_file():
                # Opening a pipe would wait for a reader that may never come.
                msg = f"{path} is no regular file"
                raise Misuse(msg)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._handle: int | None = os.open(path, flags, 0o644)
        except (OSError, ValueError) as error:
            if isinstance(error, Misuse):
                raise
            msg = f"{path} cannot be written: {getattr(error, 'strerror', error)}"
            raise Misuse(msg) from error

    @staticmethod
    def verify_new(path: Path) -> None:
        """Raise when a journal of this name could not be new.

        Raises:
            Misuse: something of this name exists, or the name is impossible.
        """
        try:
            taken = os.path.lexists(path)
        except ValueError as error:
            msg = f"{str(path)!r:.80} cannot be a file's name: {error}"
            raise Misuse(msg) from error
        if taken:
            msg = f"{path} exists: choose another name or ask to overwrite it"
            raise Misuse(msg)

    def write(self, line: bytes) -> None:
        """Take one record; it reaches the file with the next full buffer.

        Raises:
            Misuse: the file could not be written, now or before.
        """
        if self._failed is not None:
            self._refuse(self._failed)
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
            self._refuse(self._failed)

    def close(self) -> None:
        """Write out the rest, make it durable, and describe the machine beside it.

        Raises:
            Misuse: the file could not be written, now or before.
        """
        if self._handle is None:
            return
        handle = self._handle
        try:
            self.flush()
            os.fsync(handle)
            _write_meta(self.path.with_suffix(".meta.json"))
        except OSError as error:
            self._failed = error
            self._refuse(error)
        finally:
            self._handle = None
            os.close(handle)

    def _refuse(self, error: OSError) -> NoReturn:
        msg = f"{self.path} cannot be written: {error.strerror}; "
        msg += "the journal is incomplete from here on"
        raise Misuse(msg) from error


def _write_meta(path: Path) -> None:
    """Tell what may differ between machines and so stays out of the chain."""
    versions = {}
    for name in ("test-time-gym", "simpy", "pettingzoo", "gymnasium", "numpy"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    meta = {
        # Beside the chain, for people: no run depends on it.
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251
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


class JournalFiles:
    """Opens the file of each next episode's journal.

    Args:
        path: of the first episode's; the others follow `journal_path`.
        overwrite: replace journals that exist.
    """

    def __init__(self, path: str | Path, *, overwrite: bool = False) -> None:
        """Begin with the first episode."""
        self._path = Path(path)
        self._overwrite = overwrite
        self._episode = 0

    def __call__(self) -> FileSink:
        """Open the next file.

        Raises:
            Misuse: it exists or cannot be written.
        """
        path = journal_path(self._path, self._episode)
        self._episode += 1
        return FileSink(path, overwrite=self._overwrite)
