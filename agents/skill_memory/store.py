"""The store: a file of SQLite as it is opened, or why it cannot be."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from .errors import DamagedStore, LaterStore, StoreError, UnfinishedStore
from .migration import APPLICATION, STEPS, migrate, version_of
from .snapshot import snapshot_of

__all__ = ["open_store", "refusal", "resolved", "verify_store", "verify_whole"]

_MAGIC: Final = b"SQLite format 3\0"
_TRIES_FOR_WAL: Final = 20
_LOG_PAGES: Final = 4_000
"""Pages of the write-ahead log before the file takes them over: some 16 MB."""
_HEAD: Final = len(_MAGIC) + 4
"""With the size of pages, and the formats for writing and for reading."""
_SPOILT: Final = 4
"""So many of a memory's first bytes may be wrong, and it is still called one."""
_VERSIONS: Final = 1_000
"""No layout will ever be of a later version."""
_TABLES: Final = (
    "learner",
    "skill",
    "state",
    "episode",
    "trajectory",
    "choices",
    "change",
)
"""Of a memory, from its first version on."""
_DAMAGE: Final = (
    0,
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_SCHEMA,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_FORMAT,
)
"""What SQLite says of a file that contradicts itself, or whose tables are not ours."""
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
        read_only: change nothing. What nobody has open is read into memory, so that
            nothing is left beside the file.
        patience_s: how long to wait for another process's transaction, in seconds.

    Raises:
        StoreError: it is no file of ours, is damaged, or cannot be read.
        sqlite3.Error: see `refusal`.
    """
    snapshot = None if path is None else _look(path, read_only=read_only)
    if snapshot is not None:
        if read_only:
            snapshot.execute("PRAGMA query_only = ON")
            return snapshot
        snapshot.close()
    if path is None:
        store = _connect(":memory:", patience_s)
    else:
        mode = "ro" if read_only else "rwc"
        store = _connect(f"{path.as_uri()}?mode={mode}", patience_s)
    try:
        if not read_only:
            _prepare(store)
        if snapshot is None:
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


def refusal(name: str, error: sqlite3.Error | UnicodeDecodeError) -> StoreError:
    """Say in our words what SQLite complains of."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        msg = f"{name} is busy: another process is writing it; nothing was saved"
        return StoreError(msg)
    if code == sqlite3.SQLITE_FULL:
        return StoreError(f"{name}: the disk is full; nothing was saved")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return StoreError(f"{name} or its folder cannot be written: {error}")
    if code in _DAMAGE:
        # It quotes the file, in as many lines as it likes.
        what = "".join([c if c.isprintable() else " " for c in str(error)])
        what = " ".join(what.split())
        return DamagedStore(f"{name} is damaged: {what:.120}; {_ADVICE}")
    return StoreError(f"{name}: {error}; nothing was saved")


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
    snapshot = _look(path, read_only=read_only)
    if snapshot is not None:
        snapshot.close()


def _look(path: Path, *, read_only: bool) -> sqlite3.Connection | None:
    """Return what a file holds, in memory; None: it is new, or somebody has it open.

    Raises:
        StoreError: as `verify_store`.
    """
    if not _begins_like_ours(path, read_only=read_only):
        return None
    snapshot = None
    try:
        snapshot = snapshot_of(path)
        if snapshot is None:
            with closing(_connect(path.as_uri() + "?mode=ro", 10)) as store:
                _verify_marks(path, store, read_only=read_only)
            return None
        _verify_marks(path, snapshot, read_only=read_only)
        verify_whole(snapshot, "quick_check")
    except BaseException as error:
        if snapshot is not None:
            snapshot.close()
        if isinstance(error, (sqlite3.Error, UnicodeDecodeError)):
            raise refusal(str(path), error) from error
        if isinstance(error, OSError):
            why = error.strerror or str(error)
            raise StoreError(f"{path} cannot be read: {why}") from error
        raise
    return snapshot


def _begins_like_ours(path: Path, *, read_only: bool) -> bool:
    """Return whether there is anything yet, which then is SQLite's."""
    try:
        head = _head(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from error
    if not head and read_only:
        raise StoreError(f"{path} does not exist or is empty: nothing to read")
    magic, formats = head[: len(_MAGIC)], head[len(_MAGIC) + 2 :]
    wrong = sum(one != other for one, other in zip(magic, _MAGIC, strict=False))
    if wrong > _SPOILT:
        raise StoreError(f"{path} is no memory: choose another file; {_UNTOUCHED}")
    if head and (wrong or len(head) < _HEAD or any(f not in (1, 2) for f in formats)):
        raise DamagedStore(f"{path} is damaged: its first bytes are; {_ADVICE}")
    return bool(head)


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
        return file.read(_HEAD)


def _verify_marks(path: Path, store: sqlite3.Connection, *, read_only: bool) -> None:
    """Raise why a file is none of ours, or none that this program can use."""
    application, version, tables = _marks(store)
    ours = [name for name in _TABLES if name in tables]
    if application != APPLICATION and (application or tables):
        if len(ours) == len(_TABLES):
            msg = f"{path} is damaged: it has the tables of a memory, and the mark "
            raise DamagedStore(f"{msg}of another program; {_ADVICE}")
        raise StoreError(f"{path} is some other program's database; {_UNTOUCHED}")
    if not 0 <= version <= _VERSIONS or (not version and ours):
        msg = f"{path} is damaged: its layout cannot be of version {version}; "
        raise DamagedStore(msg + _ADVICE)
    if version > len(STEPS):
        msg = f"{path} is of version {version}, and this program knows {len(STEPS)} "
        raise LaterStore(msg + f"at most: install a later one; {_UNTOUCHED}")
    if version and len(ours) < len(_TABLES):
        missing = ", ".join([name for name in _TABLES if name not in ours])
        raise DamagedStore(f"{path} is damaged: it lacks {missing}; {_ADVICE}")
    if read_only and not version:
        msg = f"{path} holds nothing: a memory was begun here and never finished; "
        raise UnfinishedStore(msg + "it will be made when something is to be kept")
    if read_only and version < len(STEPS):
        msg = f"{path} is of the older version {version}: open it once for writing, "
        raise StoreError(msg + "that brings it up to date")


def _marks(store: sqlite3.Connection) -> tuple[int, int, list[str]]:
    """Return the application, the version of the layout, the names of tables.

    All three are of one moment: another process may be making this very file, and
    its tables without its application would look like some other program's.
    """
    store.execute("BEGIN")
    try:
        application = store.execute("PRAGMA application_id").fetchone()[0]
        names = store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [str(name) for (name,) in names]
        return application, version_of(store), tables
    finally:
        store.execute("ROLLBACK")


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
