"""Where journals go: files that are written once, and memory."""

import errno
import json
import os
import platform
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Literal, NoReturn, get_args

from test_time_gym.atomic_file import (
    sync_folder,
    verify_new,
    verify_writable,
    write_atomically,
)
from test_time_gym.journal import disk, limits
from test_time_gym.market.errors import Misuse

from .compression import SUFFIX, Compression, content_sha256, is_compressed

__all__ = [
    "BLOCK",
    "Durability",
    "FileSink",
    "MemorySink",
    "journal_path",
    "verify_new_journals",
]

_BUFFER: Final = 64 * 1024
BLOCK: Final = 64
"""Records that an environment may hand over together: a buffer keeps them anyway."""

Durability = Literal["none", "turn", "end"]
"""When bytes are forced onto the disk: never, after every turn, or at the seal."""


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

    The first failed call of the operating system poisons it: every later call
    raises the same again and writes nothing, so that a journal with a hole is
    never sealed as if it were whole.

    Args:
        path: of the journal; missing folders are made.  If it ends with ``.zst``
            the journal is compressed.
        overwrite: replace a journal that exists, and what describes its machine.
        durability: ``none`` leaves it to the operating system when bytes reach
            the disk; ``turn`` forces them after every turn, ``end`` when the
            sink is closed, and both of them the file's name as well.

    Raises:
        Misuse: the file or the one beside it exists, is being written or cannot be
            written, or there is no such durability.
        MissingExtra: it is to be compressed, and zstandard is not installed.

    Attributes:
        size: bytes of all lines so far, uncompressed.
    """

    block = BLOCK

    def __init__(
        self, path: Path, *, overwrite: bool = False, durability: Durability = "end"
    ) -> None:
        """Create the file."""
        verify_durability(durability)
        self.path = path
        self._meta = meta_path(path)
        self._overwrite = overwrite
        self._durability = durability
        self._lines: list[bytes] = []
        self._room = _BUFFER
        """Bytes that may come before the buffer is full."""
        self.size: int = 0
        self._failed: OSError | None = None
        self._frame = Compression(path) if is_compressed(path) else None
        verify_writable(self._meta, overwrite=overwrite)
        try:
            self._handle: int | None = disk.create(path, overwrite=overwrite)
        except (OSError, ValueError) as error:
            if isinstance(error, Misuse):
                raise
            msg = f"{path} cannot be written: {getattr(error, 'strerror', error)}"
            raise Misuse(msg) from error

    def write(self, line: bytes) -> None:
        """Take one record; it reaches the file with the next full buffer.

        Raises:
            Misuse: the file could not be written, now or before.
        """
        if self._failed is not None:
            self._refuse(self._failed)
        if len(line) > limits.LINE_MAX:
            # No reader would take it; what stands before it is sound.
            self.flush()
            self._failed = OSError(errno.EFBIG, "a record is too long to be read again")
            self._refuse(self._failed)
        self._lines.append(line)
        self._room -= len(line)
        if self._room <= 0:
            self.flush()

    def flush(self) -> None:
        """Write out what is buffered.

        Raises:
            Misuse: the file could not be written, now or before.
        """
        if self._lines:
            self._write_out(Compression.block)
        elif self._failed is not None:
            self._refuse(self._failed)

    def _write_out(self, part: Callable[[Compression, bytes], bytes]) -> None:
        """Write the lines, compressed as this part of a frame where there is one."""
        if self._failed is None:
            data = b"".join(self._lines)
            self.size += len(data)
            if self._frame is not None:
                data = part(self._frame, data)
            # Whatever ends this early, Ctrl-C too, leaves unknown how much is written.
            self._failed = OSError(errno.EINTR, "writing was interrupted")
            try:
                disk.write_whole(self._open, data)
            except OSError as error:
                self._failed = error
            else:
                self._failed = None
        self._lines, self._room = [], _BUFFER
        if self._failed is not None:
            self._refuse(self._failed)

    def end_turn(self) -> None:
        """Say that a turn is over; with ``durability="turn"`` it is safe now.

        Raises:
            Misuse: the file could not be written, now or before.
        """
        if self._durability == "turn":
            self.flush()
            self._attempt(lambda: os.fsync(self._open))

    def close(self) -> None:
        """Write out the rest, make it durable, and describe the machine beside it.

        Raises:
            Misuse: the file could not be written, now or before.
        """
        if self._handle is None:
            return
        try:
            self._write_out(Compression.end)
            if self._durability != "none":
                self._attempt(lambda: os.fsync(self._open))
                self._attempt(lambda: sync_folder(self.path))
            self._attempt(self._verify_in_place)
        finally:
            # Even a close that fails gives the handle away.
            handle, self._handle = self._handle, None
            self._attempt(lambda: os.close(handle))
        durable = self._durability != "none"
        _write_meta(self._meta, overwrite=self._overwrite, durable=durable)

    def content_sha256(self) -> str:
        """Return the SHA-256 of the journal's lines, once it is closed.

        Raises:
            Misuse: the file cannot be read.
        """
        return content_sha256(self.path)

    @property
    def _open(self) -> int:
        if self._handle is None:
            raise OSError(errno.EBADF, "it is closed")
        return self._handle

    def _verify_in_place(self) -> None:
        if not disk.is_at(self._open, self.path):
            raise OSError(errno.ESTALE, "another file has taken its place")

    def _attempt(self, call: Callable[[], None]) -> None:
        """Make a call whose failure poisons the sink."""
        try:
            call()
        except OSError as error:
            self._failed = self._failed or error
        if self._failed is not None:
            self._refuse(self._failed)

    def _refuse(self, error: OSError) -> NoReturn:
        msg = f"{self.path} cannot be written: {error.strerror}; "
        msg += "the journal is not to be relied on from here on"
        raise Misuse(msg) from error


def verify_durability(durability: str) -> None:
    """Raise when there is no such durability.

    Raises:
        Misuse: it is none of ``none``, ``turn`` and ``end``.
    """
    if durability not in get_args(Durability):
        known = ", ".join(get_args(Durability))
        raise Misuse(f"durability is one of {known}, not {durability!r:.40}")


def _versions() -> dict[str, str]:
    """Return what is installed; asked once, because it takes files to be read."""
    versions = {}
    for name in ("test-time-gym", "simpy", "pettingzoo", "gymnasium", "numpy"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return versions


@cache
def _machine() -> str:
    """Return the lines of a description that are the same for all journals."""
    machine = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "versions": _versions(),
    }
    return json.dumps(machine, indent=2).removeprefix("{\n") + "\n"


def _write_meta(path: Path, *, overwrite: bool, durable: bool) -> None:
    """Tell what may differ between machines and so stays out of the chain."""
    # Beside the chain, for people: no run depends on it.
    now = datetime.now(UTC).isoformat(timespec="seconds")  # noqa: TID251
    text = f'{{\n  "written_at": "{now}",\n{_machine()}'
    try:
        write_atomically(path, text, overwrite=overwrite, durable=durable)
    except Misuse as error:
        raise Misuse(f"{error}; the journal beside it is whole") from error


def verify_new_journals(base: Path, episodes: int = 1) -> None:
    """Raise when a journal of one of these episodes would be refused.

    Before long work: finding out after an hour that the second episode's file exists
    would be late.  The folder is read once, however many episodes there are.

    Args:
        base: of the first one's journal; the others follow `journal_path`.
        episodes: how many.

    Raises:
        Misuse: a file, or the one beside it that describes the machine, exists.
    """
    verify_new(base)
    verify_new(meta_path(base))
    if episodes == 1:
        return
    number = re.compile(re.escape(_plain(base).stem) + r"-([1-9][0-9]*)\b.*")
    taken = []
    with suppress(OSError), os.scandir(base.parent) as entries:
        for entry in entries:
            found = number.fullmatch(entry.name)
            if found is not None and len(found[1]) <= len(str(episodes)):
                path = journal_path(base, int(found[1]) - 1)
                if path != base and entry.name in (path.name, meta_path(path).name):
                    taken.append((int(found[1]), path))
    for k, path in sorted(taken):
        if k <= episodes:
            verify_new(path)
            verify_new(meta_path(path))


def meta_path(path: Path) -> Path:
    """Return the file beside a journal that describes the machine.

    >>> meta_path(Path("a/j.jsonl")).name, meta_path(Path("j.jsonl.zst")).name
    ('j.meta.json', 'j.meta.json')
    """
    return _plain(path).with_suffix(".meta.json")


def journal_path(base: Path, episode: int) -> Path:
    """Return the file of an episode: the given one, then ``-2``, ``-3`` ….

    >>> journal_path(Path("a/j.jsonl"), 0).name, journal_path(Path("j.jsonl"), 1).name
    ('j.jsonl', 'j-2.jsonl')
    >>> journal_path(Path("j.jsonl.zst"), 1).name
    'j-2.jsonl.zst'
    """
    if episode == 0:
        return base
    plain = _plain(base)
    packed = base.name[len(plain.name) :]
    return base.with_name(f"{plain.stem}-{episode + 1}{plain.suffix}{packed}")


def _plain(path: Path) -> Path:
    """Return the name that a journal would have uncompressed."""
    return (
        path.with_name(path.name.removesuffix(SUFFIX)) if is_compressed(path) else path
    )
