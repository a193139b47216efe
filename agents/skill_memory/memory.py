"""The memory: one SQLite file that several learners may share."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from .errors import DamagedStore, StoreError
from .eviction import Limits
from .learner import LearnerMemory
from .lock import Lock
from .row import typed
from .store import open_store, refusal, resolved, verify_whole

__all__ = ["Memory"]


class Memory:
    """An open memory; use it in a ``with`` statement, or close it.

    Args:
        path: of the file, which is made if need be; ``":memory:"`` keeps nothing.
        batch: how many episodes may wait to be written together. If the process
            is killed those that wait are lost, never more.
        read_only: only look. Another process may be writing meanwhile; if none is,
            what the file holds now is all that is seen.
        limits: how much is kept of each learner.
        patience_s: how long to wait for another process's transaction, in seconds.

    Raises:
        StoreError: the file cannot be opened, is none of ours, is damaged, or is of
            a later version.

    >>> with Memory(":memory:") as memory:
    ...     memory.learner("flights/rush/mined").episode
    0
    """

    def __init__(
        self,
        path: Path | str,
        *,
        batch: int = 8,
        read_only: bool = False,
        limits: Limits | None = None,
        patience_s: float = 10,
    ) -> None:
        if batch < 1:
            raise StoreError(f"batch: {batch}, and at least 1 episode is needed")
        self.batch: Final = batch
        self.read_only: Final = read_only
        self.limits: Final = Limits() if limits is None else limits
        self._name = str(path)
        self._path = None if self._name == ":memory:" else resolved(path)
        self._process = os.getpid()
        self._learners: dict[str, LearnerMemory] = {}
        self._waiting = 0
        self._closed = False
        with self._told():
            self._store = open_store(
                self._path, read_only=read_only, patience_s=patience_s
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def learner(self, key: str) -> LearnerMemory:
        """Return what one learner keeps, and lock the right to write it.

        Args:
            key: any name, such as ``"flights/sites/seed 3/mined"``.

        Raises:
            StoreError: another process, or another user of this memory, writes it;
                or it is not there and may only be read.
        """
        if self.read_only:
            return LearnerMemory(self, key, self._known(key), None)
        if key in self._learners:
            msg = f"learner {key!r:.60} is already in use here: give each its own key"
            raise StoreError(msg)
        with self.transaction() as store:
            store.execute("INSERT OR IGNORE INTO learner (key) VALUES (?)", [key])
        number = self._known(key)
        lock = None
        if self._path is not None:
            beside = self._path.with_name(f"{self._path.name}-claim-{number}")
            lock = Lock(beside, f"learner {key!r:.60} of {self._name}")
        try:
            learner = LearnerMemory(self, key, number, lock)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        self._learners[key] = learner
        return learner

    def learners(self) -> list[str]:
        """Return the keys of all learners, sorted."""
        found = self.rows("SELECT key FROM learner ORDER BY key")
        return [typed(row, tuple[str], "list of learners")[0] for row in found]

    def flush(self) -> None:
        """Write what waits, of all learners, in one transaction.

        Raises:
            StoreError: it could not be written. It still waits; ask again.
        """
        if not self._waiting:
            return
        with self.transaction() as store:
            for learner in self._learners.values():
                learner.write(store)
        self._waiting = 0
        for learner in self._learners.values():
            learner.forget_written()

    def close(self) -> None:
        """Write what waits, let go of all locks and close the file."""
        if self._closed:
            return
        try:
            self.flush()
        finally:
            self._closed = True
            for learner in self._learners.values():
                learner.release()
            self._learners.clear()
            if self._process == os.getpid():
                self._store.close()

    def verify(self) -> None:
        """Raise if anything in the file is damaged; slow on a large one.

        Raises:
            StoreError: what is damaged.
        """
        self.flush()
        with self._told():
            verify_whole(self._store, "integrity_check")
        for table, *_ in self.rows("PRAGMA foreign_key_check"):
            msg = f"{self._name} is damaged: a row of {table} belongs to nothing; "
            raise DamagedStore(msg + "nothing was changed")

    # For LearnerMemory.

    def await_flush(self) -> None:
        """Count one more episode that waits, and write if it is time."""
        self._waiting += 1
        if self._waiting >= self.batch:
            self.flush()

    def leave(self, key: str) -> None:
        """Forget a learner that has been closed."""
        self._learners.pop(key, None)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query, after what waits has been written."""
        self.flush()
        with self._told():
            return self._store.execute(query, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run statements as a whole: all of them are written, or none."""
        if self.read_only:
            raise StoreError(f"{self._name} was opened to be read only")
        with self._told():
            self._store.execute("BEGIN IMMEDIATE")
            try:
                yield self._store
                self._store.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._store.execute("ROLLBACK")
                raise

    def _known(self, key: str) -> int:
        found = self.rows("SELECT id FROM learner WHERE key = ?", [key])
        if found:
            return int(typed(found[0], tuple[int], "list of learners")[0])
        near = get_close_matches(key, self.learners(), n=1)
        hint = f"did you mean {near[0]!r:.60}?" if near else self._those_known()
        raise StoreError(f"no learner {key!r:.60} in {self._name}; {hint}")

    def _those_known(self) -> str:
        keys = self.learners()
        return f"there are {', '.join(keys[:5])}" if keys else "it has none yet"

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in our words what SQLite complains of."""
        if self._process != os.getpid():
            msg = f"{self._name} was opened by the process that started this one: "
            raise StoreError(msg + "open it again here")
        if self._closed:
            raise StoreError(f"{self._name} has been closed")
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise refusal(self._name, error) from error
