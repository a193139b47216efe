"""Repair: whole records stay, a torn line goes, and a copy is made before."""

import errno
import sys

import pytest
from tests.crash.faults import failing

from test_time_gym.journal import (
    FileSink,
    Irreparable,
    Repaired,
    can_repair,
    repair,
    verify_repair,
)
from test_time_gym.market.errors import Misuse
from test_time_gym.replay import verify


def torn(small) -> bytes:
    return small.read_bytes()[:-10]


def test_a_torn_journal_keeps_its_whole_records_and_its_bytes_beside_it(small, written):
    damaged = torn(small)
    whole = damaged[: damaged.rindex(b"\n") + 1]
    path = written(damaged)

    done = repair(path)

    backup = path.with_name("written.jsonl.broken")
    assert done == Repaired(
        file=str(path),
        backup=str(backup),
        status="incomplete",
        records=whole.count(b"\n"),
        cut_bytes=len(damaged) - len(whole),
    )
    assert (path.read_bytes(), backup.read_bytes()) == (whole, damaged)
    assert verify(path, reexecute=True).replay == "equal"


def test_a_whole_record_without_its_newline_is_kept(small, written):
    lines = small.read_bytes().splitlines(keepends=True)
    done = []

    for n in range(1, len(lines) + 1):
        whole = b"".join(lines[:n])
        path = written(whole[:-1])
        found = verify(path)
        done.append(repair(path))
        backup = path.with_name("written.jsonl.broken")
        assert (found.status, found.records) == ("torn", n - 1)
        assert found.reason.endswith("and lacks nothing else: ttgym repair adds it")
        assert (path.read_bytes(), backup.read_bytes()) == (whole, whole[:-1])
        backup.unlink()

    assert [
        (one.status, one.records, one.cut_bytes, one.added_bytes) for one in done
    ] == [
        ("complete" if n == len(lines) else "incomplete", n, 0, 1)
        for n in range(1, len(lines) + 1)
    ]


def test_a_last_line_that_only_looks_whole_is_cut_off(small, written):
    data = small.read_bytes()
    lines = data.splitlines(keepends=True)
    path = written(data[:-1].replace(b'"status":"complete"', b'"status":"aborted"'))

    done = repair(path)

    assert (done.status, done.added_bytes) == ("incomplete", 0)
    assert path.read_bytes() == b"".join(lines[:-1])


DAMAGES = {
    "complete": (lambda data: data, 2, "there is nothing to repair"),
    "incomplete": (
        lambda data: data[: data[:-1].rindex(b"\n") + 1],
        3,
        "there is nothing to cut off",
    ),
    "corrupt": (
        lambda data: data.replace(b'"turn":1', b'"turn":7', 1)[:-5],
        4,
        "it is corrupt, and cutting it would hide that: record 2: the hash",
    ),
    "no record": (lambda data: data[:100], 3, "no record of it is whole"),
    "empty": (lambda _data: b"", 3, "there is nothing to cut off"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_not_torn_is_refused_and_left_alone(small, written, damage):
    change, code, why = DAMAGES[damage]
    data = change(small.read_bytes())
    path = written(data)

    with pytest.raises(Irreparable, match=why) as refusal:
        repair(path)

    assert refusal.value.exit_code == code
    assert not can_repair(path)
    assert [one.read_bytes() for one in path.parent.iterdir()] == [data]


def test_another_semantics_is_refused(forge, small, written):
    path = written(
        forge.altered(small, 0, lambda record: record["d"].update(semantics=999))[:-1]
    )

    with pytest.raises(Irreparable, match="of a kind unknown here") as refusal:
        verify_repair(path)

    assert refusal.value.exit_code == 5


def test_a_copy_that_exists_is_never_replaced(small, written):
    path = written(torn(small))
    backup = path.with_name("written.jsonl.broken")
    backup.write_bytes(b"precious")

    with pytest.raises(
        Misuse, match=r"written.jsonl.broken exists and is not replaced"
    ):
        repair(path)

    assert (path.read_bytes(), backup.read_bytes()) == (torn(small), b"precious")


def test_a_journal_that_is_being_written_is_left_alone(small, tmp_path):
    path = tmp_path / "j.jsonl"
    sink = FileSink(path)
    sink.write(torn(small))
    sink.flush()

    with pytest.raises(Misuse, match="is being written"):
        repair(path)
    sink.close()

    assert path.read_bytes() == torn(small)
    assert can_repair(path)


def test_whichever_call_fails_the_bytes_are_still_there(small, tmp_path, monkeypatch):
    silent, lost = [], []
    for k in range(1, 100):
        path = tmp_path / f"{k}.jsonl"
        backup = path.with_name(f"{k}.jsonl.broken")
        path.write_bytes(torn(small))
        with failing(k, errno.EIO) as faulty, monkeypatch.context() as patch:
            patch.setattr(sys.modules["test_time_gym.journal.repair"], "os", faulty)
            try:
                repair(path)
                silent.append(faulty.made[k - 1 : k])
            except Misuse:
                pass
        if torn(small) not in [p.read_bytes() for p in (path, backup) if p.exists()]:
            lost.append(k)
        if len(faulty.made) < k:
            break

    # Whether a writer has the file is asked without an answer, and that is no failure;
    # the last repair met none.
    assert (silent, lost) == ([["open"], ["close"], []], [])
    assert k > 12
