"""Writing the scenario: whole, or not at all."""

import errno
import os

import pytest

from test_time_gym.scenarios.importing.output import write_whole


def everything(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_file_is_written_with_the_folders_above_it(tmp_path):
    path = tmp_path / "a" / "b.toml"

    write_whole(path, b"new", replace=False)

    assert everything(path.parent) == {"b.toml": b"new"}
    assert path.stat().st_mode & 0o777 == 0o666 & ~os.umask(os.umask(0o022))


def test_a_file_that_is_there_is_replaced_only_on_demand_and_keeps_its_rights(tmp_path):
    path = tmp_path / "b.toml"
    path.write_bytes(b"old")
    path.chmod(0o640)

    with pytest.raises(FileExistsError) as caught:
        write_whole(path, b"new", replace=False)
    refused = everything(tmp_path)
    write_whole(path, b"new", replace=True)

    assert caught.value.filename == str(path)
    assert refused == {"b.toml": b"old"}
    assert everything(tmp_path) == {"b.toml": b"new"}
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("replace", [True, False])
def test_a_symbolic_link_is_neither_followed_nor_replaced(tmp_path, replace):
    (tmp_path / "precious").write_bytes(b"old")
    link = tmp_path / "b.toml"
    link.symlink_to("precious")

    with pytest.raises(FileExistsError, match="is a symbolic link"):
        write_whole(link, b"new", replace=replace)

    assert everything(tmp_path) == {"precious": b"old", "b.toml": b"old"}


@pytest.mark.parametrize("replace", [True, False])
@pytest.mark.parametrize("call", ["fsync", "fdopen"])
def test_a_full_disk_leaves_what_was_there_and_names_the_file(
    tmp_path, monkeypatch, replace, call
):
    path = tmp_path / "b.toml"
    if replace:
        path.write_bytes(b"old")
    before = everything(tmp_path)

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_whole(path, b"new", replace=replace)

    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(path))
    assert everything(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"old")

    with pytest.raises(OSError, match="File exists") as caught:
        write_whole(tmp_path / "file" / "b.toml", b"new", replace=False)

    assert caught.value.filename == str(tmp_path / "file")
