"""Writing a file whole: it is there as it should be, or as it was before."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["write_whole"]


def write_whole(path: Path, data: bytes, *, replace: bool) -> None:
    """Write a file beside its place, force it onto the disk, and put it there.

    Args:
        path: the file; folders above it are made.
        data: what it is to hold.
        replace: take the place of a file that is there. A symbolic link is never
            followed and never replaced.

    Raises:
        OSError: nothing has changed; the error names the file, or the folder that
            could not be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        if path.is_symlink():
            raise FileExistsError(None, "is a symbolic link")
        _write(path, data, replace=replace)
    except OSError as error:
        why = error.strerror or str(error)
        raise type(error)(error.errno or 0, why, str(path)) from error


def _write(path: Path, data: bytes, *, replace: bool) -> None:
    file, beside = tempfile.mkstemp(
        prefix=f".{path.name[:80]}.", suffix=".new", dir=path.parent
    )
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).chmod(_mode(path))
        if not replace and os.path.lexists(path):
            raise FileExistsError(None, "exists")  # noqa: TRY301
        Path(beside).replace(path)
        _sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            Path(beside).unlink()
        raise


def _mode(path: Path) -> int:
    """Return the rights of the file that is replaced, or those of a new one."""
    with suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Force the name onto the disk, where a folder can be."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
