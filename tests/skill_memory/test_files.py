"""Files that are no memory, or none any more: a clear error, and nothing lost."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.support.skill_episodes import everything, live, record, skill

from test_time_gym.agents.skill_memory import Memory, StoreError
from test_time_gym.agents.skill_memory.migration import APPLICATION, STEPS, migrate
from test_time_gym.market.errors import Misuse


def connect(path):
    return sqlite3.connect(path, isolation_level=None)


def sqlite(path, *statements):
    store = connect(path)
    for statement in statements:
        store.execute(statement)
    store.close()
    return path


def memory_at(path):
    with Memory(path) as memory:
        live(memory.learner("a"), 1, 40)
    return path


def text(path):
    path.write_text("episode,outcome\n1,success\n" * 9)
    return path


def folder(path):
    path.mkdir()
    return path


def orphan(path):
    return path / "m.db"


def pipe(path):
    os.mkfifo(path)
    return path


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (text, "is no memory: choose another file; nothing was touched"),
        (folder, "is a folder: name a file"),
        (orphan, "there is no folder"),
        (pipe, "is no regular file"),
        (lambda p: sqlite(p, "CREATE TABLE t (x)"), "some other program's database"),
        (lambda p: sqlite(p, "PRAGMA application_id = 7"), "some other program's"),
        (
            lambda p: sqlite(memory_at(p), "PRAGMA user_version = 99"),
            "is of version 99, and this program knows 1 at most: install a later",
        ),
    ],
)
def test_what_is_no_memory_of_ours_is_refused_untouched(make, why, tmp_path):
    path = make(tmp_path / "m.db")
    before = path.read_bytes() if path.is_file() else None

    for read_only in (False, True):
        with pytest.raises(StoreError, match=re.escape(why)) as caught:
            Memory(path, read_only=read_only)

    assert isinstance(caught.value, Misuse)
    assert (path.read_bytes() if path.is_file() else None) == before


LOCKED_OUT = """
import os, sys
from test_time_gym.agents.skill_memory import Memory, StoreError
os.chdir(sys.argv[1])
if os.geteuid() == 0:  # root may write anywhere
    os.setuid(65534)
try:
    Memory("m.db")
except StoreError as error:
    print(error)
"""


def test_a_folder_that_cannot_be_written_is_told():
    with TemporaryDirectory() as made:  # pytest's own folders are closed to others
        folder = Path(made).resolve()
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", LOCKED_OUT, folder],
            capture_output=True,
            text=True,
            check=False,
        )
        folder.chmod(0o755)

    why = "or its folder cannot be written: unable to open database file"
    assert (done.stdout, done.stderr) == (f"m.db {why}\n", "")


def test_an_impossible_name_is_told(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    for name in ("a\0b", tmp_path / "loop" / "m.db", tmp_path / ("x" * 999)):
        with pytest.raises(StoreError, match=r"cannot be|no folder"):
            Memory(name)


def test_nothing_is_read_where_nothing_is(tmp_path):
    with pytest.raises(StoreError, match="does not exist or is empty"):
        Memory(tmp_path / "m.db", read_only=True)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("read_only", [False, True])
def test_a_torn_page_is_told_and_left_as_it_is(read_only, tmp_path):
    path = memory_at(tmp_path / "m.db")
    data = path.read_bytes()
    pages = len(data) // 4096
    for page in range(1, pages):
        torn = bytearray(data)
        torn[page * 4096 : page * 4096 + 512] = b"\xa5" * 512
        path.write_bytes(torn)

        with pytest.raises(StoreError, match=r"m\.db is damaged"):
            Memory(path, read_only=read_only)

        assert path.read_bytes() == torn


def test_a_file_that_lacks_its_end_is_told(tmp_path):
    path = memory_at(tmp_path / "m.db")
    path.write_bytes(path.read_bytes()[:-4096])

    with pytest.raises(StoreError, match=r"m\.db is damaged"):
        Memory(path)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("UPDATE skill SET data = '{'", "skill 'pay' is damaged"),
        (
            'UPDATE skill SET data = \'{"schema":9,"skill":{}}\'',
            "skill 'pay' has layout 9, and this program knows 1",
        ),
        ("UPDATE state SET data = ''", "state 'chooser' is damaged"),
        ("UPDATE trajectory SET data = 'x'", "trajectory of episode 40 is damaged"),
        ("UPDATE choices SET data = '[1]'", "log of choices of episode 1 is damaged"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(damage, why, tmp_path):
    path = sqlite(memory_at(tmp_path / "m.db"), damage)

    with Memory(path) as memory, pytest.raises(StoreError, match=why):
        everything(memory.learner("a"))

    with Memory(path) as memory:
        assert memory.learners() == ["a"]


def test_verify_finds_rows_that_belong_to_nothing(tmp_path):
    path = memory_at(tmp_path / "m.db")
    with Memory(path) as memory:
        memory.verify()
    sqlite(path, "DELETE FROM episode WHERE number = 7")

    with Memory(path) as memory, pytest.raises(StoreError, match="belongs to nothing"):
        memory.verify()


def version_0(path):
    """Make a file as it might have been before the first version."""
    return sqlite(
        path,
        f"PRAGMA application_id = {APPLICATION}",
        "CREATE TABLE skill (learner TEXT, name TEXT)",
        "INSERT INTO skill VALUES ('a', 'pay'), ('b', 'search')",
    )


def rename_old(store):
    store.execute("ALTER TABLE skill RENAME TO old")


def add_worth(store):
    store.execute("ALTER TABLE skill ADD COLUMN worth INTEGER NOT NULL DEFAULT 5")


def fail(store):
    store.execute("DELETE FROM learner")
    store.execute("CREATE TABLE learner (id)")


def test_a_file_of_version_0_is_migrated_step_by_step(tmp_path):
    path = version_0(tmp_path / "m.db")
    store = connect(path)

    migrate(store, [rename_old])
    assert store.execute("PRAGMA user_version").fetchone() == (1,)
    migrate(store, [rename_old, STEPS[0], add_worth])
    migrate(store, [rename_old, STEPS[0], add_worth])

    assert store.execute("PRAGMA user_version").fetchone() == (3,)
    assert store.execute("SELECT * FROM old").fetchall() == [
        ("a", "pay"),
        ("b", "search"),
    ]
    assert store.execute("SELECT worth FROM skill").fetchall() == []
    store.close()


def test_a_memory_of_now_will_migrate_with_all_it_holds(tmp_path):
    path = memory_at(tmp_path / "m.db")
    with Memory(path) as memory:
        before = everything(memory.learner("a"))
    store = connect(path)

    migrate(store, [*STEPS, add_worth])

    assert store.execute("SELECT name, worth FROM skill ORDER BY name").fetchall() == [
        ("old-10", 5),
        ("pay", 5),
    ]
    store.execute("PRAGMA user_version = 1")
    store.close()
    with Memory(path) as memory:
        assert everything(memory.learner("a")) == before


def test_a_migration_that_fails_half_way_leaves_the_file_as_it_was(tmp_path):
    path = memory_at(tmp_path / "m.db")
    with Memory(path) as memory:
        before = everything(memory.learner("a"))
    store = connect(path)

    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        migrate(store, [*STEPS, add_worth, fail])

    assert store.execute("PRAGMA user_version").fetchone() == (1,)
    store.close()
    with Memory(path) as memory:
        assert everything(memory.learner("a")) == before


def test_an_empty_file_of_ours_is_brought_up_to_date(tmp_path):
    path = sqlite(tmp_path / "m.db", f"PRAGMA application_id = {APPLICATION}")

    with Memory(path) as memory:
        memory.learner("a").save_episode(record(1), skills=[skill()])

    store = connect(path)
    assert store.execute("PRAGMA user_version").fetchone() == (1,)
    store.close()


HALF_MADE = [
    (f"PRAGMA application_id = {APPLICATION}",),
    ("PRAGMA journal_mode = WAL",),
    ("PRAGMA journal_mode = WAL", f"PRAGMA application_id = {APPLICATION}"),
    ("VACUUM",),
]


@pytest.mark.parametrize("statements", HALF_MADE, ids=lambda made: made[-1])
def test_a_memory_whose_making_was_cut_short_is_told_and_made(statements, tmp_path):
    path = sqlite(tmp_path / "m.db", *statements)
    before = path.read_bytes()

    with pytest.raises(StoreError, match="a memory was begun here and never finished"):
        Memory(path, read_only=True)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    with Memory(path) as memory:
        live(memory.learner("a"), 1, 1)
    with Memory(path, read_only=True) as memory:
        assert memory.learner("a").episode == 1


def test_names_with_all_kinds_of_characters_are_files(tmp_path):
    for name in ("a b.db", "q?mode=ro.db", "50%.db", "é#1.db"):
        path = memory_at(tmp_path / name)
        assert path.is_file()
        with Memory(path, read_only=True) as memory:
            assert memory.learner("a").episode == 40


def test_a_skill_that_called_others_is_left_out_and_the_history_says_so(tmp_path):
    path = tmp_path / "m.db"
    with Memory(path) as memory:
        memory.learner("a").save_skills([skill("search-1"), skill("book-2")])
    calls = '{"schema":1,"skill":{"name":"book-2","before":{},"after":{},'
    calls += '"steps":[{"skill":"search-1"},{"skill":"pay","spare":true}]}}'
    sqlite(path, f"UPDATE skill SET data = '{calls}' WHERE name = 'book-2'")

    with Memory(path, read_only=True) as memory:
        assert memory.learner("a").dropped == ["book-2"]
        assert memory.learner("a").skills() == [skill("search-1")]
    with Memory(path) as memory:
        learner = memory.learner("a")
        live(learner, 1, 1)
        assert learner.dropped == []
        (gone,) = learner.history("book-2")
        assert (gone.what, gone.episode) == ("retired", 0)
        assert gone.why.startswith("it called other skills")
    store = connect(path)
    assert (
        store.execute("SELECT name FROM skill WHERE name = 'book-2'").fetchall() == []
    )
    store.close()
