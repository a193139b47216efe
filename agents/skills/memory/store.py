"""The store: a file of SQLite as it is opened, or why it cannot be."""

import sqlite3
from pathlib import Path
from typing import Final

from .claim import StoreError
from .migration import APPLICATION, STEPS, migrate, version_of

__all__ = ["complaint", "open_store", "resolved", "verify_store"]

_MAGIC: Final = b"SQLite format 3\0"
_TRIES_FOR_WAL: Final = 20
_LOG_PAGES: Final = 4_000
"""Pages of the write-ahead log before the file takes them over: some 16 MB."""
_ADVICE: Final = "nothing was changed; keep a copy and start a new file"
_UNTOUCHED: Final = "nothing was touched"


def resolved(path: Path | str) -> Path:
    """Return the absolute path behind all links.

    Raises:
        StoreError: no file can have this name.
    """
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(f"{path!s:.80} cannot be a file's name: {error}") from error


def open_store(
    path: Path | None, *, read_only: bool, patience_s: float
) -> sqlite3.Connection:
    """Return a connection to a file, whole and of the present version.

    Args:
        path: of the file, absolute; None for one that is only in memory.
        read_only: change nothing.
        patience_s: how long to wait for another process's transaction, in seconds.

    Raises:
        sqlite3.Error: see `complaint`.
    """
    if path is None:
        store = _connect(":memory:", patience_s)
    else:
        mode = "ro" if read_only else "rwc"
        store = _connect(f"{path.as_uri()}?mode={mode}", patience_s)
    try:
        if not read_only:
            _prepare(store)
        verify_whole(store, "quick_check")
    except BaseException:
        store.close()
        raise
    return store


def verify_whole(store: sqlite3.Connection, check: str) -> None:
    """Raise if a file's pages contradict each other.

    Args:
        store: an open connection.
        check: ``quick_check``, or ``integrity_check``, which is slower.

    Raises:
        sqlite3.DatabaseError: what is wrong first.
    """
    (found,) = store.execute(f"PRAGMA {check}(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def complaint(name: str, error: sqlite3.Error) -> str:
    """Say in our words what SQLite complains of."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{name} is busy: another process is writing it; nothing was saved"
    if code == sqlite3.SQLITE_FULL:
        return f"{name}: the disk is full; nothing was saved"
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return f"{name} or its folder cannot be written: {error}"
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or not code:
        return f"{name} is damaged: {error}; {_ADVICE}"
    return f"{name}: {error}; nothing was saved"


def _connect(where: str, patience_s: float) -> sqlite3.Connection:
    return sqlite3.connect(
        where, timeout=patience_s, isolation_level=None, uri=True, cached_statements=64
    )


def verify_store(path: Path, *, read_only: bool) -> None:
    """Raise when this cannot become, or is no file of ours; look, and touch nothing.

    Args:
        path: of the file, absolute.
        read_only: it has to be there.

    Raises:
        StoreError: why not.
    """
    try:
        head = _head(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from error
    if not head and read_only:
        raise StoreError(f"{path} does not exist or is empty: nothing to read")
    if head and head != _MAGIC:
        raise StoreError(f"{path} is no memory: choose another file; {_UNTOUCHED}")
    if head:
        _verify_version(path, read_only=read_only)


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise StoreError(f"{path} is a folder: name a file, as {path / 'memory.db'}")
    if not path.parent.is_dir():
        raise StoreError(f"there is no folder {path.parent}: make it first")
    if not path.exists():
        return b""
    if not path.is_file():
        raise StoreError(f"{path} is no regular file: choose another")
    with path.open("rb") as file:
        return file.read(len(_MAGIC))


def _verify_version(path: Path, *, read_only: bool) -> None:
    try:
        application, version, tables = _marks(path)
    except sqlite3.Error as error:
        raise StoreError(complaint(str(path), error)) from error
    if application != APPLICATION and (application or tables):
        raise StoreError(f"{path} is some other program's database; {_UNTOUCHED}")
    if version > len(STEPS):
        msg = f"{path} is of version {version}, and this program knows {len(STEPS)} "
        raise StoreError(msg + f"at most: install a later one; {_UNTOUCHED}")
    if read_only and version < len(STEPS):
        msg = f"{path} is of the older version {version}: open it once for writing, "
        raise StoreError(msg + "that brings it up to date")


def _marks(path: Path) -> tuple[int, int, int]:
    """Return the application, the version of the layout, the number of tables.

    All three are of one moment: another process may be making this very file, and
    its tables without its application would look like some other program's.
    """
    store = _connect(path.as_uri() + "?mode=ro", 10)
    try:
        store.execute("BEGIN")
        application = store.execute("PRAGMA application_id").fetchone()[0]
        tables = store.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return application, version_of(store), tables
    finally:
        store.close()


def _prepare(store: sqlite3.Connection) -> None:
    """Make the file ready for writing, and bring it to the present version."""
    mode = _write_ahead(store)
    # Without the write-ahead log NORMAL would not outlive a loss of power.
    store.execute(f"PRAGMA synchronous = {'NORMAL' if mode == 'wal' else 'FULL'}")
    store.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
    store.execute("PRAGMA foreign_keys = ON")
    migrate(store)


def _write_ahead(store: sqlite3.Connection) -> str:
    for _ in range(_TRIES_FOR_WAL):
        try:
            return str(store.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError:
            # Two that open a new file at once: SQLite does not wait here, so wait
            # for the other one's transaction instead.
            store.execute("BEGIN IMMEDIATE")
            store.execute("COMMIT")
    return "delete"
