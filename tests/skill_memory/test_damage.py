"""Damaged memories: each is read right or told of, and nothing is left beside it."""

import sqlite3
from hashlib import blake2b

import pytest
from tests.support.skill_episodes import everything, live

from test_time_gym.agents.skill_memory import Memory, StoreError


def read(path):
    """Return all that a memory holds."""
    with Memory(path, read_only=True) as memory:
        return [everything(memory.learner(key)) for key in memory.learners()]


def write(path):
    with Memory(path) as memory:
        learner = memory.learner("a")
        live(learner, learner.episode + 1, learner.episode + 1)


def small(path):
    with Memory(path) as memory:
        live(memory.learner("a"), 1, 3)
    return path.read_bytes()


def meets(path, data, use):
    """Damage a file, use it; return the error's exit code, 0 for none."""
    path.write_bytes(data)
    try:
        use(path)
    except StoreError as error:
        told = error
    else:
        told = None
    assert list(path.parent.iterdir()) == [path]
    if told is None:
        return 0
    assert path.read_bytes() == data
    assert str(told).isprintable()
    return told.exit_code


@pytest.mark.parametrize("use", [read, write])
def test_a_byte_that_flips_is_read_or_told_and_leaves_no_file(use, tmp_path):
    path = tmp_path / "m.db"
    data = small(path)
    codes = []
    for place in [*range(100), *range(100, len(data), 797)]:
        for flip in (0x01, 0x80):
            spoilt = bytearray(data)
            spoilt[place] ^= flip
            codes.append(meets(path, bytes(spoilt), use))

    # Version 3 may be meant, and is not known yet; so may version 129.
    assert set(codes) == {0, 4, 5}
    assert codes.count(5) < 12


@pytest.mark.parametrize("use", [read, write])
def test_a_file_that_was_cut_anywhere_is_told_and_leaves_no_file(use, tmp_path):
    path = tmp_path / "m.db"
    data = small(path)

    sizes = [*range(1, 110, 9), *range(512, len(data), 1024)]
    codes = [meets(path, data[:size], use) for size in sizes]

    assert set(codes) == {4}


@pytest.mark.parametrize("use", [read, write])
def test_pages_of_rubbish_are_told_and_leave_no_file(use, tmp_path):
    path = tmp_path / "m.db"
    data = small(path)
    rubbish = b"".join([blake2b(b"%d" % k).digest() for k in range(64)])

    codes = [
        meets(path, data[:at] + rubbish + data[at + 4096 :], use)
        for at in range(0, len(data), 4096)
    ]

    # Without its first page nothing says what it was.
    assert (codes[0], set(codes[1:])) == (2, {4})


def test_reading_a_sound_memory_leaves_no_file_and_its_bytes(tmp_path):
    path = tmp_path / "m.db"
    data = small(path)

    assert len(read(path)) == 1

    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == data


def test_a_log_that_was_left_behind_is_read_and_stays(tmp_path):
    path, busy = tmp_path / "m.db", tmp_path / "busy.db"
    with Memory(busy, batch=1) as memory:
        live(memory.learner("a"), 1, 5)
        for ending in ("", "-wal"):
            (tmp_path / f"m.db{ending}").write_bytes(
                (tmp_path / f"busy.db{ending}").read_bytes()
            )
        expected = read(busy)
    before = {p.name: p.read_bytes() for p in tmp_path.glob("m.db*")}

    assert read(path) == expected

    assert {p.name: p.read_bytes() for p in tmp_path.glob("m.db*")} == before
    assert sorted(before) == ["m.db", "m.db-wal"]


def test_a_text_that_is_no_utf_8_is_told(tmp_path):
    path = tmp_path / "m.db"
    small(path)
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("UPDATE learner SET key = CAST(x'61ff' AS TEXT)")
    store.close()

    for read_only in (False, True):
        with (
            pytest.raises(StoreError, match=r"m\.db is damaged: "),
            Memory(path, read_only=read_only) as memory,
        ):
            memory.learners()
