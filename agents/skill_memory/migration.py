"""Migrations: how a file of an older layout becomes one of the present."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Final

__all__ = ["APPLICATION", "STEPS", "Step", "migrate", "version_of"]

APPLICATION: Final = 0x54544759
"""``application_id`` of a memory: TTGY in ASCII."""

Step = Callable[[sqlite3.Connection], None]
"""From one version of the layout to the next; it runs inside a transaction."""

_TABLES: Final = (
    """CREATE TABLE learner (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        episode INTEGER NOT NULL DEFAULT 0,
        saves INTEGER NOT NULL DEFAULT 0
    )""",
    """CREATE TABLE skill (
        learner INTEGER NOT NULL REFERENCES learner,
        name TEXT NOT NULL,
        position INTEGER NOT NULL,
        state TEXT NOT NULL,
        support INTEGER NOT NULL,
        born INTEGER NOT NULL,
        used INTEGER NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (learner, name)
    )""",
    """CREATE TABLE state (
        learner INTEGER NOT NULL REFERENCES learner,
        name TEXT NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (learner, name)
    )""",
    """CREATE TABLE episode (
        learner INTEGER NOT NULL REFERENCES learner,
        number INTEGER NOT NULL,
        id TEXT NOT NULL,
        outcome TEXT NOT NULL,
        success INTEGER NOT NULL,
        steps INTEGER NOT NULL,
        paid INTEGER,
        PRIMARY KEY (learner, number)
    ) WITHOUT ROWID""",
    """CREATE TABLE trajectory (
        learner INTEGER NOT NULL,
        success INTEGER NOT NULL,
        episode INTEGER NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (learner, success, episode),
        FOREIGN KEY (learner, episode) REFERENCES episode
    )""",
    """CREATE TABLE choices (
        learner INTEGER NOT NULL,
        episode INTEGER NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (learner, episode),
        FOREIGN KEY (learner, episode) REFERENCES episode
    )""",
    # For people who ask with SQL: a row for each.
    """CREATE VIEW choice AS SELECT learner, episode, one.key AS number,
        json_extract(one.value, '$.step') AS step,
        json_extract(one.value, '$.chosen') AS chosen,
        json_extract(one.value, '$.propensity') AS propensity,
        json_extract(one.value, '$.exploratory') AS exploratory,
        one.value AS data
        FROM choices, json_each(choices.data) AS one""",
    """CREATE TABLE change (
        id INTEGER PRIMARY KEY,
        learner INTEGER NOT NULL REFERENCES learner,
        episode INTEGER NOT NULL,
        skill TEXT NOT NULL,
        what TEXT NOT NULL,
        merged_into TEXT NOT NULL,
        why TEXT NOT NULL
    )""",
    "CREATE INDEX change_of_skill ON change (learner, skill)",
)


def _create(store: sqlite3.Connection) -> None:
    store.execute(f"PRAGMA application_id = {APPLICATION}")
    for table in _TABLES:
        store.execute(table)


STEPS: Final[tuple[Step, ...]] = (_create,)
"""Step i leads from version i to i + 1. A released step never changes."""


def version_of(store: sqlite3.Connection) -> int:
    """Return the version of a file's layout; a new file has 0."""
    return int(store.execute("PRAGMA user_version").fetchone()[0])


def migrate(store: sqlite3.Connection, steps: Sequence[Step] = STEPS) -> None:
    """Bring a file to the last version: all steps that it lacks, or none.

    Args:
        store: a connection that is in no transaction.
        steps: all steps from version 0 on.

    Raises:
        sqlite3.Error: a step failed; the file is as it was.
    """
    if version_of(store) == len(steps):
        return
    store.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another process may have been quicker.
        for number in range(version_of(store), len(steps)):
            steps[number](store)
            store.execute(f"PRAGMA user_version = {number + 1}")
    except BaseException:
        store.execute("ROLLBACK")
        raise
    store.execute("COMMIT")
