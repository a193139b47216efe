"""A whole file is there as it was or as it is to be, whatever happens meanwhile."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from test_time_gym.atomic_file import (
    AtomicFile,
    remove_leftovers,
    verify_writable,
    write_atomically,
)
from test_time_gym.market.errors import Misuse

ROOT = Path(__file__).parents[2]


def held(folder: Path) -> dict[str, str]:
    """Return everything in a folder, hidden files too."""
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("data", [b"new\r\n", "new\r\n"])
def test_a_new_file_holds_the_bytes_and_nothing_lies_beside_it(tmp_path, data):
    path = tmp_path / "made" / "so" / "a.txt"

    write_atomically(path, data)

    assert path.read_bytes() == b"new\r\n"
    assert [one.name for one in path.parent.iterdir()] == ["a.txt"]


def test_a_file_that_exists_is_kept_unless_it_may_be_replaced(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    with pytest.raises(Misuse) as refusal:
        write_atomically(path, "new")
    kept = held(tmp_path)
    write_atomically(path, "new", overwrite=True)

    said = f"{path} exists: choose another name or ask to overwrite it"
    assert (str(refusal.value), kept) == (said, {"a.txt": "old"})
    assert held(tmp_path) == {"a.txt": "new"}


def test_a_name_that_is_taken_meanwhile_is_not_overwritten(tmp_path):
    path = tmp_path / "a.txt"
    whole = AtomicFile(path)
    whole.file.write(b"mine")
    path.write_text("another's")

    with pytest.raises(Misuse, match=r"a\.txt exists"):
        whole.commit()

    assert held(tmp_path) == {"a.txt": "another's"}


def test_two_who_want_one_new_name_never_both_get_it(tmp_path):
    first, second = AtomicFile(tmp_path / "a"), AtomicFile(tmp_path / "a")
    for whole, text in ((first, b"first"), (second, b"second")):
        whole.file.write(text)

    first.commit()
    with pytest.raises(Misuse, match="a exists"):
        second.commit()

    assert held(tmp_path) == {"a": "first"}


@pytest.mark.parametrize("leads_to", ["precious", "nowhere", "folder"])
def test_a_link_is_replaced_itself_and_never_followed(tmp_path, leads_to):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "folder").mkdir()
    path = tmp_path / "out"
    path.symlink_to(tmp_path / leads_to)

    with pytest.raises(Misuse, match="out exists"):
        write_atomically(path, "new")
    write_atomically(path, "new", overwrite=True)

    assert (path.is_symlink(), path.read_text()) == (False, "new")
    assert (tmp_path / "precious").read_text() == "precious"
    assert list((tmp_path / "folder").iterdir()) == []
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_not_replaced_by_one(tmp_path, make):
    path = tmp_path / "a"
    make(path)

    with pytest.raises(Misuse, match="a is no regular file"):
        write_atomically(path, "new", overwrite=True)

    assert not path.is_file()


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", ["a\0b", "\udcff" + "\ud800"])
def test_a_name_that_no_file_can_have_is_said_to_be_none(tmp_path, name, overwrite):
    with pytest.raises(Misuse, match="cannot be a file's name"):
        write_atomically(tmp_path / name, "new", overwrite=overwrite)

    assert held(tmp_path) == {}


def test_a_folder_that_is_a_file_is_an_error_that_names_the_file(tmp_path):
    (tmp_path / "a").write_text("old")

    with pytest.raises(Misuse) as refusal:
        write_atomically(tmp_path / "a" / "b" / "c", "new")

    assert str(refusal.value).startswith(f"{tmp_path}/a/b/c cannot be written: ")
    assert held(tmp_path) == {"a": "old"}


def test_a_name_as_long_as_names_may_be_can_be_written(tmp_path):
    name = "ä" * 127

    write_atomically(tmp_path / name, "new")

    assert held(tmp_path) == {name: "new"}


@pytest.mark.parametrize("raised", [ValueError, KeyboardInterrupt])
def test_what_is_raised_while_writing_leaves_the_old_file(tmp_path, raised):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def half() -> None:
        with AtomicFile(path, overwrite=True) as whole:
            whole.file.write(b"half of i")
            raise raised

    with pytest.raises(raised):
        half()

    assert held(tmp_path) == {"a.txt": "old"}


@pytest.mark.parametrize("call", ["open", "fsync", "replace", "link"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_call_that_fails_leaves_everything_as_it_was(
    tmp_path, monkeypatch, call, overwrite
):
    path = tmp_path / "a.txt"
    if overwrite:
        path.write_text("old")
    before = held(tmp_path)

    def failing(*_args, **_options):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, call, failing)
    if call == "replace":
        monkeypatch.setattr(Path, call, failing)
    unused = {"replace": not overwrite, "link": overwrite}.get(call, False)
    if unused:
        write_atomically(path, "new", overwrite=overwrite)
        return
    with pytest.raises(Misuse) as refusal:
        write_atomically(path, "new", overwrite=overwrite)

    said = f"{path} cannot be written: {os.strerror(errno.EIO)}"
    assert (str(refusal.value), held(tmp_path)) == (said, before)


def test_without_hard_links_a_new_file_can_be_written_all_the_same(
    tmp_path, monkeypatch
):
    def refused(*_args):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refused)

    write_atomically(tmp_path / "a.txt", "new")

    assert held(tmp_path) == {"a.txt": "new"}


FULL_DISK = """
import resource, signal, sys
from test_time_gym.atomic_file import write_atomically
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
write_atomically(sys.argv[1], "x" * int(sys.argv[2]), overwrite=True)
"""


@pytest.mark.parametrize("size", [2_000, 2_000_000])
def test_a_full_disk_keeps_the_old_file(tmp_path, size):
    path = tmp_path / "a.txt"
    path.write_text("old")

    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, path, str(size)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert f"Misuse: {path} cannot be written: File too large" in done.stderr
    assert held(tmp_path) == {"a.txt": "old"}


def test_permissions_are_those_of_the_file_that_is_replaced(tmp_path):
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o600)

    write_atomically(path, "new", overwrite=True)
    write_atomically(tmp_path / "other", "new")

    modes = [stat.S_IMODE(one.stat().st_mode) for one in (path, tmp_path / "other")]
    os.umask(masked := os.umask(0))
    assert modes == [0o600, 0o666 & ~masked]


def test_it_can_be_asked_beforehand_whether_a_file_would_be_refused(tmp_path):
    (tmp_path / "taken").write_text("old")

    verify_writable(tmp_path / "free", overwrite=False)
    verify_writable(tmp_path / "taken", overwrite=True)
    with pytest.raises(Misuse, match="taken exists"):
        verify_writable(tmp_path / "taken", overwrite=False)


def test_leftovers_of_the_dead_go_and_nothing_else(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    kept = [
        f".a.json.{os.getpid()}-0.part",
        ".a.json.1-0.part",
        "a.json.part",
        ".mine.part",
        f"{dead.pid}-0.part",
    ]
    left = [f".a.json.{dead.pid}-0.part", f".b.{dead.pid}-12.part"]
    for name in (*kept, *left):
        (tmp_path / name).write_text("")

    remove_leftovers(tmp_path)
    remove_leftovers(tmp_path / "nowhere")

    assert sorted(held(tmp_path)) == sorted(kept)


def test_what_a_killed_writer_leaves_is_a_leftover(tmp_path):
    code = "import os, sys; from test_time_gym.atomic_file import AtomicFile; "
    code += "AtomicFile(sys.argv[1]).file.write(b'half'); os._exit(9)"

    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "a.txt"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        check=False,
    )
    left = [one.name for one in tmp_path.iterdir()]
    remove_leftovers(tmp_path)

    assert (done.returncode, len(left), held(tmp_path)) == (9, 1, {})
