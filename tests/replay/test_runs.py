"""Files of several runs: each is read, checked, re-executed and mended by itself."""

import pytest

from test_time_gym import run
from test_time_gym.journal import (
    JournalFile,
    grep,
    limits,
    read_journal,
    read_runs,
    repair,
    structure_of,
)
from test_time_gym.journal.repair import Irreparable
from test_time_gym.market.errors import Misuse
from test_time_gym.market.world import World
from test_time_gym.replay import audit, diff, fork, state_at, verify, verify_runs

TORN = 40
"""Bytes that are cut off: some of the last record."""


@pytest.fixture
def runs(small, busy, written):
    """A file of three runs: a small, a busy, and the small one again."""
    return written(small.read_bytes() + busy.read_bytes() + small.read_bytes())


def verdicts(path, *, reexecute=True):
    return list(verify_runs(path, reexecute=reexecute))


def test_every_run_is_checked_as_in_a_file_of_its_own(runs, small, busy):
    alone = [verify(path, reexecute=True) for path in (small, busy, small)]

    assert verdicts(runs) == [
        (f"{runs}#{number}", verdict) for number, verdict in enumerate(alone, 1)
    ]
    assert [verdict.status for _, verdict in verdicts(runs, reexecute=False)] == [
        "complete"
    ] * 3


def test_a_single_run_has_the_name_of_its_file(small):
    assert verdicts(small) == [(str(small), verify(small, reexecute=True))]
    assert [journal.path for journal in read_runs(small)] == [small]


def test_runs_are_read_one_after_the_other_and_by_number(runs, small, busy):
    lines = [read_journal(path).lines for path in (small, busy, small)]

    assert [journal.lines for journal in read_runs(runs)] == lines
    assert [read_journal(f"{runs}#{n}").lines for n in (1, 2, 3)] == lines
    assert all(isinstance(journal, JournalFile) for journal in read_runs(runs))


def test_whatever_reads_journals_reads_a_run(runs, busy):
    second = f"{runs}#2"

    assert structure_of(second) == structure_of(busy)
    assert state_at(second, 300) == state_at(busy, 300)
    assert diff(second, busy).same
    assert audit(second) == audit(busy)
    assert list(grep(second, kind="outcome")) == list(grep(busy, kind="outcome"))
    forks = [fork(path, 20, {"buyer_0": "dummy"}) for path in (second, busy)]
    assert forks[0].h == forks[1].h
    assert forks[0].parent == second


def test_a_file_of_several_read_as_one_says_how_to_name_one(runs):
    found = verify(runs, reexecute=True)

    assert (found.status, found.replay) == ("corrupt", "skipped")
    assert found.reason.endswith("of a file of several name one, as in FILE#1")


@pytest.mark.parametrize(
    ("number", "told"),
    [("4", "the file holds 3 runs"), ("0", "they are counted from 1")],
)
def test_a_run_that_is_not_there_is_refused(runs, number, told):
    with pytest.raises(Misuse, match=told):
        read_journal(f"{runs}#{number}")


def test_the_second_run_of_a_single_one_is_refused(small):
    with pytest.raises(Misuse, match="#2 cannot be read: the file holds one run"):
        verify(f"{small}#2")


def test_a_file_whose_own_name_ends_like_a_number_is_read_itself(small, tmp_path):
    path = tmp_path / "j.jsonl#2"
    path.write_bytes(small.read_bytes())

    assert read_journal(path).lines == read_journal(small).lines


def test_damage_in_one_run_leaves_the_others_whole(runs, small, busy):
    data = bytearray(runs.read_bytes())
    data[len(small.read_bytes()) + len(busy.read_bytes()) // 2] ^= 1
    runs.write_bytes(data)

    found = [(verdict.status, verdict.replay) for _, verdict in verdicts(runs)]

    assert found == [
        ("complete", "equal"),
        ("corrupt", "skipped"),
        ("complete", "equal"),
    ]


def test_a_run_without_an_end_is_incomplete_and_the_next_one_whole(small, written):
    data = small.read_bytes()
    cut = data[: data[:-1].rindex(b"\n") + 1]

    found = verdicts(written(cut + data))

    assert [verdict.status for _, verdict in found] == ["incomplete", "complete"]
    assert {verdict.replay for _, verdict in found} == {"equal"}


def test_a_torn_tail_belongs_to_the_last_run(runs):
    runs.write_bytes(runs.read_bytes()[:-TORN])

    found = [(verdict.status, verdict.replay) for _, verdict in verdicts(runs)]

    assert found == [("complete", "equal")] * 2 + [("torn", "equal")]


def test_the_torn_last_run_is_repaired_in_its_file(runs, small):
    whole = runs.read_bytes()
    kept = whole[: whole[:-1].rindex(b"\n") + 1]
    runs.write_bytes(whole[:-TORN])

    done = repair(runs)

    left = structure_of(small).records - 1
    assert (done.status, done.records) == ("incomplete", left)
    assert runs.read_bytes() == kept
    assert [verdict.status for _, verdict in verdicts(runs)] == [
        "complete",
        "complete",
        "incomplete",
    ]


def test_the_missing_newline_of_the_last_run_is_added(runs):
    whole = runs.read_bytes()
    runs.write_bytes(whole[:-1])

    assert repair(runs).status == "complete"
    assert runs.read_bytes() == whole


def test_one_run_of_a_file_is_not_repaired_by_itself(runs):
    with pytest.raises(Misuse, match="is one run: repair its file"):
        repair(f"{runs}#3")
    with pytest.raises(Irreparable, match="there is nothing to repair"):
        repair(runs)


def test_a_run_that_was_cut_short_at_its_start_says_so(small, written):
    data = small.read_bytes()

    found = verify(written(data + data[:300]))

    assert found.status == "corrupt"
    assert found.reason.endswith("of a run that was cut short at its start")


def test_a_line_that_is_too_long_ends_its_run(small, written):
    data = small.read_bytes()
    path = written(data + data[:-1] + b"x" * (limits.LINE_MAX + 1) + b"\n" + data)

    assert [verdict.status for _, verdict in verdicts(path)] == [
        "complete",
        "corrupt",
        "complete",
    ]


def test_a_run_that_is_named_is_checked_alone(runs, busy, written):
    second = f"{runs}#2"
    alone = verify(busy, reexecute=True)

    assert verdicts(second) == [(second, alone)]

    data = busy.read_bytes()
    written(data + data[:-1] + b"x" * (limits.LINE_MAX + 1) + b"\n")
    assert verdicts(second) == [(second, verify(second))]
    assert verify(second).status == "corrupt"


def test_runs_of_one_scenario_share_its_world(runs, monkeypatch):
    compiled, real = [], World.of
    monkeypatch.setattr(
        World, "of", lambda config: (compiled.append(config), real(config))[1]
    )

    assert {verdict.replay for _, verdict in verdicts(runs)} == {"equal"}
    assert len(compiled) == 1


def test_runs_of_several_scenarios_have_a_world_each(small, written, tmp_path):
    other = tmp_path / "other.jsonl"
    run("flights/rush", "cheapest", seed=7, journal=other, regret=False)
    data = small.read_bytes() + other.read_bytes() + small.read_bytes()

    assert {verdict.replay for _, verdict in verdicts(written(data))} == {"equal"}


def test_an_empty_file_is_one_run_without_records(written):
    assert [verdict.records for _, verdict in verdicts(written(b""))] == [0]


def test_runs_in_a_compressed_file(runs, small, tmp_path):
    zstandard = pytest.importorskip("zstandard")
    path = tmp_path / "runs.jsonl.zst"
    whole = zstandard.ZstdCompressor(write_checksum=True).compress(runs.read_bytes())
    path.write_bytes(whole)
    found = verdicts(path)

    assert [name for name, _ in found] == [f"{path}#{n}" for n in (1, 2, 3)]
    assert {verdict.replay for _, verdict in found} == {"equal"}
    assert read_journal(f"{path}#3").lines == read_journal(small).lines

    path.write_bytes(whole[:-8])
    assert verdicts(path)[-1][1].status == "torn"
    assert verdicts(path, reexecute=False)[-1][1].status == "torn"
    with pytest.raises(Misuse, match="cannot be read"):
        read_journal(f"{path}#9")
