"""Several processes, and processes that are killed."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random
from threading import Event, Thread, Timer
from time import sleep

import pytest
from tests.support.skill_episodes import everything, live

from test_time_gym.agents.skill_memory import Memory, StoreError
from test_time_gym.agents.skill_memory.store import verify_store

SUPPORT = Path(__file__).parents[1] / "support"

WRITER = """
import sys
sys.path.insert(0, {here!r})
from skill_episodes import live
from test_time_gym.agents.skill_memory import Memory
path, key, first, last, batch = sys.argv[1:]
with Memory(path, batch=int(batch)) as memory:
    learner = memory.learner(key)
    print("ready", flush=True)
    for number in range(int(first), int(last) + 1):
        live(learner, number, number)
        print(number, flush=True)
"""


def writer(path, key, first, last, batch=1):
    words = [str(word) for word in (path, key, first, last, batch)]
    code = WRITER.format(here=str(SUPPORT))
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def expected(last):
    with Memory(":memory:") as memory:
        learner = memory.learner("a")
        live(learner, 1, last)
        return everything(learner)


@pytest.mark.slow
def test_processes_that_write_different_learners_lose_nothing(tmp_path):
    path = tmp_path / "m.db"
    writers = [writer(path, f"learner {n}", 1, 150, batch=n) for n in (1, 2, 3)]
    ends = [one.communicate() for one in writers]

    assert [one.returncode for one in writers] == [0, 0, 0], ends
    with Memory(path) as memory:
        memory.verify()
        assert memory.learners() == ["learner 1", "learner 2", "learner 3"]
        for key in memory.learners():
            assert everything(memory.learner(key)) == expected(150)
    assert [one.name for one in tmp_path.iterdir()] == ["m.db"]


def test_a_second_writer_of_a_learner_is_refused_and_readers_are_not(tmp_path):
    path = tmp_path / "m.db"
    first = writer(path, "a", 1, 10**9)
    for _ in range(4):
        first.stdout.readline()

    with Memory(path) as memory:
        why = rf"learner 'a' of .* is being written by process {first.pid}: wait"
        with pytest.raises(StoreError, match=why):
            memory.learner("a")
        live(memory.learner("b"), 1, 3)
        assert memory.learners() == ["a", "b"]
    with Memory(path, read_only=True) as reader:
        assert reader.learner("a").episode >= 3

    first.kill()
    first.communicate()
    with Memory(path) as memory, Memory(path) as other:
        assert memory.learner("a").episode >= 3
        with pytest.raises(StoreError, match=f"by process {os.getpid()}: wait"):
            other.learner("a")


def test_who_opens_a_new_file_waits_for_another_who_does(tmp_path):
    path = tmp_path / "m.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    done = Timer(0.5, other.execute, ["COMMIT"])
    done.start()

    with Memory(path) as memory:
        assert memory._store.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    done.join()
    other.close()


def test_a_file_that_another_one_is_making_is_never_taken_for_a_strangers(tmp_path):
    """Seen in every third round while the marks were read one by one."""
    for number in range(25):
        path, made, complaints = tmp_path / f"{number}.db", Event(), []

        def look(path=path, made=made, complaints=complaints):
            while not made.is_set():
                try:
                    verify_store(path, read_only=False)
                except StoreError as error:
                    complaints.append(str(error))

        lookers = [Thread(target=look) for _ in range(2)]
        for looker in lookers:
            looker.start()
        Memory(path).close()
        made.set()
        for looker in lookers:
            looker.join()

        assert complaints == []


def test_a_learner_is_used_once_in_a_process(tmp_path):
    with Memory(tmp_path / "m.db") as memory:
        learner = memory.learner("a")
        with pytest.raises(StoreError, match="already in use here"):
            memory.learner("a")
        with Memory(tmp_path / "m.db") as other:
            with pytest.raises(StoreError, match="is being written by process"):
                other.learner("a")
            learner.close()
            live(other.learner("a"), 1, 1)


def test_where_claims_fail_the_one_who_comes_too_late_saves_nothing(tmp_path):
    path = tmp_path / "m.db"
    with Memory(path, batch=1) as memory:
        learner = memory.learner("a")
        live(learner, 1, 2)
        next(tmp_path.glob("m.db-claim-*")).unlink()  # as if there were no claims
        with Memory(path, batch=1) as other:
            live(other.learner("a"), 3, 4)
        with pytest.raises(StoreError, match="another process has written learner 'a'"):
            live(learner, 3, 3)
        with pytest.raises(StoreError, match="another process has written learner 'a'"):
            memory.close()

    with Memory(path) as memory:
        assert everything(memory.learner("a")) == expected(4)


def test_a_fork_may_not_use_its_parents_memory(tmp_path):
    with Memory(tmp_path / "m.db") as memory:
        learner = memory.learner("a")
        child = os.fork()
        if child == 0:
            try:
                live(learner, 1, 8)
            except StoreError as error:
                os._exit(7 if "open it again here" in str(error) else 1)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        live(learner, 1, 8)


@pytest.mark.slow
@pytest.mark.parametrize("batch", [1, 5])
def test_a_killed_learner_loses_at_most_what_waits_and_continues(batch, tmp_path):
    path, dice, done = tmp_path / "m.db", Random(batch), 0
    for _ in range(5):
        process = writer(path, "a", done + 1, 10**9, batch)
        assert process.stdout.readline() == "ready\n"
        sleep(dice.random() * 0.15)
        process.send_signal(signal.SIGKILL)
        told = process.communicate()[0].split()
        saved = int(told[-1]) if told else done

        with Memory(path, batch=batch) as memory:
            memory.verify()
            learner = memory.learner("a")
            now = learner.episode
            # It may have saved one more than it could tell.
            assert saved - batch < now <= saved + 1
            assert everything(learner) == expected(now)
            episodes = {one.episode for one in learner.choices()}
            assert episodes == set(range(1, now + 1))
            live(learner, now + 1, now + 1)
            done = now + 1


def test_reading_goes_on_while_another_process_writes(tmp_path):
    path = tmp_path / "m.db"
    process = writer(path, "a", 1, 300)
    process.stdout.readline()
    process.stdout.readline()
    seen = []
    while process.poll() is None:
        with Memory(path, read_only=True) as memory:
            learner = memory.learner("a")
            numbers = [one.episode for one in learner.experience()]
            assert numbers == list(range(len(numbers), 0, -1))
            seen.append(len(numbers))
        process.stdout.readline()
    process.communicate()

    assert process.returncode == 0
    assert seen == sorted(seen)
