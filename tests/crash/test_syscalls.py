"""No call of the operating system fails in silence."""

import errno
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from tests.crash.faults import failing

from test_time_gym import run
from test_time_gym.journal import FileSink, read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.replay import verify

ROOT = Path(__file__).parents[2]
DURABILITIES = ["none", "turn", "end"]
META = {"platform", "python", "versions", "written_at"}
META_CALLS = ["open", "fsync", "open", "fsync", "close"]
"""What is told beside a journal is forced onto the disk, and so is its folder."""


def play(path: Path, durability: str) -> None:
    run(
        "flights/sfo-mad",
        "cheapest",
        seed=7,
        journal=path,
        durability=durability,
        regret=False,
    )


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("sound") / "j.jsonl"
    play(path, "end")
    return path.read_bytes()


def calls_of(path: Path, durability: str) -> list[str]:
    with failing(0) as faulty:
        play(path, durability)
    return faulty.made


@pytest.mark.slow
@pytest.mark.parametrize("durability", DURABILITIES)
@pytest.mark.parametrize(
    ("error", "halves"),
    [(errno.ENOSPC, True), (errno.ENOSPC, False), (errno.EIO, False)],
)
def test_whichever_call_fails_the_run_fails_and_nothing_is_written_after(
    tmp_path, sound, durability, error, halves
):
    calls = calls_of(tmp_path / "whole.jsonl", durability)
    silent, wrong, after = [], [], []

    for k in range(1, len(calls) + 1):
        path = tmp_path / f"{k}.jsonl"
        with failing(k, error, halves=halves) as faulty:
            try:
                play(path, durability)
                silent.append(k)
            except Misuse as failure:
                if os.strerror(error) not in str(failure):
                    wrong.append(k)
        after += faulty.after
        data = path.read_bytes() if path.exists() else b""
        # Once the seal is written only forcing it onto the disk can fail.
        late = calls[k - 1] != "write" and "write" not in calls[k:]
        complete = path.exists() and verify(path).status == "complete"
        if not sound.startswith(data) or complete != (late and k > 1):
            wrong.append(k)

    assert calls.count("write") >= 5
    assert (silent, wrong, after) == ([], [], [])


@pytest.mark.parametrize("durability", DURABILITIES)
def test_every_durability_writes_the_same_bytes(tmp_path, sound, durability):
    play(tmp_path / "j.jsonl", durability)

    assert (tmp_path / "j.jsonl").read_bytes() == sound


@pytest.mark.parametrize(
    ("durability", "syncs"), [("none", 0), ("end", 2), ("turn", 2)]
)
def test_a_durability_forces_what_it_promises(tmp_path, durability, syncs):
    path = tmp_path / "j.jsonl"

    calls = calls_of(path, durability)

    turns = sum(record.kind == "act" for record in read_journal(path).records())
    assert turns > 5
    meta = META_CALLS if syncs else META_CALLS[:1]
    journal, beside = calls[: -len(meta)], calls[-len(meta) :]
    assert beside == meta
    assert journal.count("fsync") == syncs + turns * (durability == "turn")
    if durability != "none":
        # The file, then the folder that holds its name.
        assert journal[-5:] == ["fsync", "open", "fsync", "close", "close"]


def test_after_a_turn_its_records_are_in_the_file(tmp_path):
    path = tmp_path / "j.jsonl"
    sink = FileSink(path, durability="turn")

    sink.write(b"a record\n")
    before = path.read_bytes()
    sink.end_turn()

    assert (before, path.read_bytes()) == (b"", b"a record\n")
    sink.close()


def test_an_unknown_durability_is_refused_before_anything_is_played(tmp_path):
    with pytest.raises(Misuse, match="durability is one of none, turn, end"):
        play(tmp_path / "j.jsonl", "often")

    assert list(tmp_path.iterdir()) == []


def test_every_refusal_after_a_failure_is_the_same(tmp_path):
    said = []
    with failing(2) as faulty:
        sink = FileSink(tmp_path / "j.jsonl")
        sink.write(b"one\n")
        for call in (
            sink.flush,
            sink.flush,
            lambda: sink.write(b"two\n"),
            sink.close,
        ):
            with pytest.raises(Misuse) as refusal:
                call()
            said.append(str(refusal.value))

    assert faulty.after == []
    first = f"{tmp_path}/j.jsonl cannot be written: No space left on device; "
    first += "the journal is not to be relied on from here on"
    assert said == [first] * 4
    assert sink.close() is None


def test_a_write_that_is_interrupted_is_made_again(tmp_path):
    path = tmp_path / "j.jsonl"

    with failing(2, errno.EINTR):
        sink = FileSink(path)
        sink.write(b"whole\n")
        sink.close()

    assert path.read_bytes() == b"whole\n"


def test_a_write_that_ctrl_c_ends_is_never_repeated(tmp_path, monkeypatch):
    path, real = tmp_path / "j.jsonl", os.write

    def struck(handle, data):
        real(handle, data[:3])
        raise KeyboardInterrupt

    sink = FileSink(path)
    sink.write(b"whole\n")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", struck)
        with pytest.raises(KeyboardInterrupt):
            sink.flush()
    with pytest.raises(Misuse, match="interrupted"):
        sink.close()

    assert path.read_bytes() == b"who"


def test_a_disk_that_takes_no_byte_is_an_error(tmp_path, monkeypatch):
    sink = FileSink(tmp_path / "j.jsonl")
    sink.write(b"one\n")
    monkeypatch.setattr(os, "write", lambda _handle, _data: 0)

    with pytest.raises(Misuse, match="Input/output error"):
        sink.flush()


FULL_DISK = """
import resource, signal, sys
from test_time_gym.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.exit(main(["run", "flights/rush", "--journal", sys.argv[2], "--no-regret"]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("room", [0, 100, 10_000, 40_000])
def test_a_full_disk_ends_the_command_with_a_readable_prefix(tmp_path, room):
    path = tmp_path / "j.jsonl"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}

    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(room), str(path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    found = verify(path, reexecute=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert path.stat().st_size <= room
    assert (found.status in ("torn", "incomplete"), found.exit_code) == (True, 3)
    assert found.replay == ("equal" if found.records else "skipped")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_two_writers_never_share_a_file(tmp_path):
    path = tmp_path / "j.jsonl"
    first = FileSink(path)

    for overwrite in (False, True):
        with pytest.raises(Misuse, match=r"exists|is being written by another run"):
            FileSink(path, overwrite=overwrite)
    first.write(b"first\n")
    first.close()
    second = FileSink(path, overwrite=True)
    second.write(b"second\n")
    second.close()

    assert path.read_bytes() == b"second\n"


def test_a_writer_whose_file_was_replaced_says_so(tmp_path):
    path = tmp_path / "j.jsonl"
    sink = FileSink(path)
    sink.write(b"mine\n")
    path.unlink()
    path.write_bytes(b"another's\n")

    with pytest.raises(Misuse, match="another file has taken its place"):
        sink.close()

    assert path.read_bytes() == b"another's\n"


def test_a_record_that_no_reader_would_take_is_not_written(tmp_path):
    path = tmp_path / "j.jsonl"
    sink = FileSink(path)
    sink.write(b"sound\n")

    with pytest.raises(Misuse, match="too long to be read again"):
        sink.write(b"x" * (4 * 1024 * 1024) + b"\n")
    with pytest.raises(Misuse, match="too long to be read again"):
        sink.close()

    assert path.read_bytes() == b"sound\n"


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_cannot_be_written_beside_a_whole_journal_is_told(tmp_path, overwrite):
    path = tmp_path / "j.jsonl"
    sink = FileSink(path, overwrite=overwrite)
    sink.write(b"whole\n")
    path.with_suffix(".meta.json").mkdir()

    why = "is no regular file" if overwrite else "exists: .*"
    with pytest.raises(Misuse, match=f"meta.json {why}; the journal .* is whole"):
        sink.close()

    assert path.read_bytes() == b"whole\n"


@pytest.mark.parametrize("name", ["j.jsonl", "j.jsonl.zst"])
@pytest.mark.parametrize("link", [False, True])
def test_what_stands_beside_a_journal_obeys_the_rule_of_the_journal(
    tmp_path, name, link
):
    precious, meta = tmp_path / "precious", tmp_path / "j.meta.json"
    precious.write_text("precious")
    if link:
        meta.symlink_to(precious)
    else:
        meta.write_text("precious")

    with pytest.raises(Misuse, match=r"j\.meta\.json exists: choose another name"):
        run("flights/sfo-mad", "cheapest", journal=tmp_path / name, regret=False)
    kept = (sorted(one.name for one in tmp_path.iterdir()), meta.read_text())
    run("flights/sfo-mad", journal=tmp_path / name, overwrite=True, regret=False)

    assert kept == (["j.meta.json", "precious"], "precious")
    assert (precious.read_text(), meta.is_symlink()) == ("precious", False)
    assert set(json.loads(meta.read_text())) == META
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(
        [name, "j.meta.json", "precious"]
    )


@pytest.mark.parametrize("error", [errno.EINVAL, errno.ENOTSUP, errno.EACCES])
@pytest.mark.parametrize(
    ("call", "before_last"),
    [
        *(("open", 8), ("fsync", 7), ("close", 6)),  # after the journal
        *(("open", 2), ("fsync", 1), ("close", 0)),  # after what is told beside it
    ],
)
def test_a_folder_that_cannot_be_forced_is_no_failure(
    tmp_path, sound, error, call, before_last
):
    calls = len(calls_of(tmp_path / "whole.jsonl", "end"))
    path = tmp_path / "j.jsonl"

    with failing(calls - before_last, error) as faulty:
        play(path, "end")

    assert faulty.made[calls - before_last - 1] == call
    assert path.read_bytes() == sound
    assert set(json.loads(path.with_suffix(".meta.json").read_text())) == META
