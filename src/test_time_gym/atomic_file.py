"""An atomic file: it appears whole under its name, or not at all."""

import errno
import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, Self

from test_time_gym.market.errors import Misuse

__all__ = [
    "AtomicFile",
    "remove_leftovers",
    "sync_folder",
    "verify_new",
    "verify_place",
    "verify_writable",
    "write_atomically",
]

_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_NOT_FOR_FOLDERS: Final = (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM)
_NO_LINKS: Final = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)
"""What file systems without hard links answer."""
_LEFTOVER: Final = re.compile(r"\..*\.([0-9]{1,10})-[0-9]+\.part", re.DOTALL)
"""Names of the files beside; `_beside` gives them."""
_NAME_SHOWN: Final = 40
"""Characters of the name that the file beside carries: names have an end."""


class AtomicFile:
    """A file that is written beside its place, forced onto the disk, and moved there.

    A reader of the place sees the old file or the new one, whole.  A link in the
    place is replaced itself; what it leads to is not touched.  What fails, Ctrl-C
    too, leaves the old file as it was and nothing beside it.

    Used as a block, it is moved at the end, unless something was raised.

    Args:
        path: of the file; missing folders are made.
        overwrite: replace a file or link of this name.
        durable: force it onto the disk; else the system decides when it gets there,
            and after a power cut it may be empty.

    Attributes:
        file: to be written, as bytes.

    Raises:
        Misuse: the name is taken or is no regular file's, or the system refuses.
    """

    file: BinaryIO

    def __init__(
        self, path: str | Path, *, overwrite: bool = False, durable: bool = True
    ) -> None:
        """Begin the file beside."""
        self.path: Path = Path(path)
        self._overwrite = overwrite
        self._durable = durable
        self._synced = False
        verify_writable(self.path, overwrite=overwrite)
        try:
            try:
                self._part, handle = _beside(self.path)
            except (FileNotFoundError, NotADirectoryError):
                _make_folder(self.path)
                self._part, handle = _beside(self.path)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self.file = os.fdopen(handle, "w+b")

    def __enter__(self) -> Self:
        """Return the file itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        """Move the file to its place, or take it away.

        Raises:
            Misuse: the name was taken meanwhile, or the system refuses.
        """
        if kind is None:
            self.commit()
        else:
            self.discard()

    def write(self, data: bytes) -> None:
        """Write the next bytes; whatever takes a file may also write to `file`.

        Raises:
            Misuse: the system refuses.
        """
        try:
            self.file.write(data)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def sync(self) -> None:
        """Force what was written onto the disk; `commit` then can hardly fail.

        Raises:
            Misuse: the system refuses; there is nothing to commit any more.
        """
        try:
            self.file.flush()
            if self._overwrite:
                _keep_permissions(self.path, self._part)
            if self._durable:
                os.fsync(self.file.fileno())
            self.file.close()
        except OSError as error:
            self.discard()
            raise _unwritable(self.path, error) from error
        except BaseException:
            self.discard()
            raise
        self._synced = True

    def commit(self) -> None:
        """Move the file to its place.

        Raises:
            Misuse: the name was taken meanwhile, or the system refuses.
        """
        if not self._synced:
            self.sync()
        try:
            verify_writable(self.path, overwrite=self._overwrite)
            if self._overwrite:
                self._part.replace(self.path)
            else:
                _move_to_free_name(self._part, self.path)
            if self._durable:
                sync_folder(self.path)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        finally:
            self.discard()

    def discard(self) -> None:
        """Take away what stands beside; after `commit` that is nothing."""
        with suppress(OSError):
            self.file.close()
        with suppress(OSError):
            self._part.unlink()


def write_atomically(
    path: str | Path,
    data: bytes | str,
    *,
    overwrite: bool = False,
    durable: bool = True,
) -> None:
    """Write a whole file, or leave everything as it was; see `AtomicFile`.

    Args:
        path: of the file; missing folders are made.
        data: all of its bytes; a text is written in UTF-8, its line ends as they are.
        overwrite: replace a file or link of this name.
        durable: force it onto the disk.

    Raises:
        Misuse: the name is taken or is no regular file's, or the system refuses.
    """
    with AtomicFile(path, overwrite=overwrite, durable=durable) as whole:
        whole.write(data.encode() if isinstance(data, str) else data)


def verify_writable(path: Path, *, overwrite: bool) -> None:
    """Raise when a file of this name would be refused; before long work, say.

    Raises:
        Misuse: the name is impossible, taken, or of something that is no file.
    """
    try:
        # A link is looked at itself: it is what would be replaced.
        taken = path.lstat().st_mode
    except OSError:
        return
    except ValueError as error:
        raise _no_name(path, error) from error
    if not overwrite:
        raise _taken(path)
    if not (stat.S_ISREG(taken) or stat.S_ISLNK(taken)):
        raise Misuse(f"{path} is no regular file")


def verify_new(path: Path) -> None:
    """Raise when a file of this name could not be new.

    Raises:
        Misuse: something of this name exists, or the name is impossible.
    """
    try:
        taken = os.path.lexists(path)
    except ValueError as error:
        raise _no_name(path, error) from error
    if taken:
        raise _taken(path)


def verify_place(path: Path) -> None:
    """Raise when the system would refuse a file there; nothing stays behind.

    A file is begun in the nearest folder that is there, and taken away.  What is in
    the place itself is not looked at: see `verify_writable`.

    Raises:
        Misuse: a folder is missing that cannot be made, or may not be written to.
    """
    try:
        with suppress(FileNotFoundError):
            path.lstat()  # the system says here what it thinks of the name
        near = path
        while not os.path.lexists(near.parent):
            near = near.parent
        if not near.parent.is_dir():
            raise Misuse(f"{path} cannot be written: {near.parent} is no folder")
        part, handle = _beside(near)
        os.close(handle)
        part.unlink()
    except NotADirectoryError as error:
        msg = f"{path} cannot be written: something in its way is no folder"
        raise Misuse(msg) from error
    except OSError as error:
        raise _unwritable(path, error) from error


def remove_leftovers(folder: Path) -> None:
    """Take away what processes that were killed have left beside their files.

    Those that are still written, by a process that lives, stay.

    Args:
        folder: where; one that is not there holds none.
    """
    for path in sorted(folder.glob(".*.part")):
        found = _LEFTOVER.fullmatch(path.name)
        if found is not None and not _lives(int(found[1])):
            with suppress(OSError):
                path.unlink()


def _lives(process: int) -> bool:
    if os.name == "nt":
        return False  # there it is the system that keeps files which are open
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # of another user
    return True


def sync_folder(path: Path) -> None:
    """Make the name of a new file as durable as its bytes, where that can be asked.

    Raises:
        OSError: the operating system tried, and failed.
    """
    if os.name == "nt":
        return  # folders cannot be opened there
    try:
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        # Some network drives know no such call, and a folder that may be written
        # need not be readable: files in it are as durable as they can be.
        if error.errno not in _NOT_FOR_FOLDERS:
            raise


def _make_folder(path: Path) -> None:
    """Make the folder of a file.

    Raises:
        Misuse: something in its way is no folder.
        OSError: the system refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        msg = f"{path} cannot be written: {error.filename} is no folder"
        raise Misuse(msg) from error


def _beside(path: Path) -> tuple[Path, int]:
    """Make a file that nobody else has, in the same folder; return it, opened."""
    k = 0
    while True:
        # Hidden, and named for the file it becomes: anyone who finds it after a power
        # cut knows what it was to be.
        part = path.with_name(f".{path.name[:_NAME_SHOWN]}.{os.getpid()}-{k}.part")
        try:
            return part, os.open(part, _NEW, 0o666)
        except FileExistsError:
            k += 1


def _keep_permissions(old: Path, new: Path) -> None:
    """Let nobody read or write the new file who could not the old one."""
    with suppress(OSError):
        found = old.lstat()
        if stat.S_ISREG(found.st_mode):
            new.chmod(stat.S_IMODE(found.st_mode))


def _move_to_free_name(part: Path, path: Path) -> None:
    """Move a file to a name that nobody has taken, not even a moment ago."""
    try:
        os.link(part, path)
    except FileExistsError:
        verify_new(path)
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        part.replace(path)


def _taken(path: Path) -> Misuse:
    return Misuse(f"{path} exists: choose another name or ask to overwrite it")


def _no_name(path: Path, error: ValueError) -> Misuse:
    return Misuse(f"{str(path)!r:.80} cannot be a file's name: {error}")


def _unwritable(path: Path, error: OSError) -> Misuse:
    return Misuse(f"{path} cannot be written: {error.strerror or error}")
