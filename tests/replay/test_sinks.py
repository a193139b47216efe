"""Sinks: a journal with a hole is never sealed."""

import errno
import os

import pytest

from test_time_gym import run
from test_time_gym.journal import FileSink, MemorySink
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World
from test_time_gym.replay import verify
from test_time_gym.scenarios import load_scenario


def turns_into(sink) -> Turns:
    scenario = load_scenario("flights/sfo-mad")
    return Turns(scenario, World.of(scenario.market), 7, ["buyer_0"], sink=sink)


def test_memory_and_file_take_the_same_bytes(tmp_path):
    memory, path = MemorySink(), tmp_path / "j.jsonl"
    file = FileSink(path)

    for sink in (memory, file):
        turns_into(sink).seal("aborted")
        sink.close()

    assert path.read_bytes() == b"".join(memory.lines)


def test_a_failed_write_poisons_the_journal(tmp_path, monkeypatch):
    path = tmp_path / "j.jsonl"
    sink = FileSink(path)
    sink.write(b"one\n")
    sink.flush()

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        sink.write(b"two\n")
        with pytest.raises(Misuse, match="No space left"):
            sink.flush()

    with pytest.raises(Misuse, match="not to be relied on"):
        sink.write(b"three\n")
    with pytest.raises(Misuse, match="not to be relied on"):
        sink.close()
    assert path.read_bytes() == b"one\n"


def full(_handle, _data):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_run_onto_a_full_disk_is_never_sealed(tmp_path, monkeypatch):
    path, writes = tmp_path / "j.jsonl", []
    real = os.write

    def third_fails(handle, data):
        writes.append(len(data))
        return full(handle, data) if len(writes) == 3 else real(handle, data)

    monkeypatch.setattr("test_time_gym.journal.sink._BUFFER", 4096)
    monkeypatch.setattr(os, "write", third_fails)

    with pytest.raises(Misuse, match="No space left"):
        run("flights/sfo-mad", "patient", journal=path, regret=False)

    assert len(writes) == 3
    assert verify(path, reexecute=True).status == "incomplete"


def test_short_writes_are_carried_on(tmp_path, monkeypatch):
    path, real = tmp_path / "j.jsonl", os.write
    sink = FileSink(path)

    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:1]))
    sink.write(b"whole\n")
    sink.close()

    assert path.read_bytes() == b"whole\n"


def test_a_failed_sync_is_told(tmp_path, monkeypatch):
    sink = FileSink(tmp_path / "j.jsonl")
    monkeypatch.setattr(os, "fsync", lambda handle: full(handle, b""))

    with pytest.raises(Misuse, match="cannot be written"):
        sink.close()


@pytest.mark.parametrize("what", ["a folder", "a pipe", "no name", "a device"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_journal_goes_to_a_regular_file_only(no_file, what, overwrite):
    with pytest.raises(Misuse):
        FileSink(no_file(what), overwrite=overwrite)


def test_an_existing_journal_is_replaced_only_on_demand(tmp_path):
    path = tmp_path / "j.jsonl"
    path.write_bytes(b"precious\n")

    with pytest.raises(Misuse, match="exists"):
        FileSink(path)
    kept = path.read_bytes()
    FileSink(path, overwrite=True).close()

    assert (kept, path.read_bytes()) == (b"precious\n", b"")
