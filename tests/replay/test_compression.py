"""Compression: the same journal in fewer bytes, and no bomb goes off."""

import gzip
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard

from test_time_gym import market_v0, run
from test_time_gym.envs import FlightBookingEnv
from test_time_gym.extras import MissingExtra
from test_time_gym.journal import (
    FileSink,
    Irreparable,
    can_repair,
    content_sha256,
    journal_path,
    limits,
    read_journal,
    repair,
)
from test_time_gym.market.errors import Misuse
from test_time_gym.replay import audit, state_at, verify

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def packed(tmp_path_factory) -> Path:
    """The small journal, compressed: several blocks in one frame."""
    path = tmp_path_factory.mktemp("packed") / "j.jsonl.zst"
    run(
        "flights/sfo-mad",
        "cheapest",
        seed=7,
        journal=path,
        durability="turn",
        regret=False,
    )
    return path


@pytest.fixture
def frames(tmp_path):
    """Write bytes to a compressed journal and return its path."""

    def write(data: bytes) -> Path:
        path = tmp_path / "written.jsonl.zst"
        path.write_bytes(data)
        return path

    return write


def compressed(data: bytes, **options: object) -> bytes:
    return zstandard.ZstdCompressor(**options).compress(data)


# -- the same journal ---------------------------------------------------------------


def test_the_content_is_the_same_bytes_and_has_the_same_verdict(small, packed):
    with packed.open("rb") as file:
        content = zstandard.ZstdDecompressor().stream_reader(file).read()

    assert content == small.read_bytes()
    assert packed.stat().st_size < len(content) / 2
    assert verify(packed, reexecute=True) == verify(small, reexecute=True)
    assert verify(packed).sha256 == sha256(content).hexdigest()
    assert content_sha256(packed) == content_sha256(small) == verify(small).sha256
    assert audit(packed) == audit(small)
    assert audit(packed).status == "complete"
    assert state_at(packed, 9) == state_at(small, 9)
    assert read_journal(packed).lines == read_journal(small).lines


def test_a_run_tells_the_sha256_of_the_lines(small, tmp_path):
    done = run(
        "flights/sfo-mad",
        "cheapest",
        seed=7,
        journal=tmp_path / "j.jsonl.zst",
        regret=False,
    )

    assert done.episodes[0].sha256 == verify(small).sha256


def test_equal_runs_of_one_library_give_equal_files(tmp_path):
    paths = [tmp_path / f"{k}.jsonl.zst" for k in range(2)]
    for path in paths:
        run("flights/rush", "patient", seed=3, journal=path, regret=False)

    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_doors_write_compressed_journals_of_several_episodes(tmp_path):
    for name, env in (
        ("aec", lambda path: market_v0.env("flights/sfo-mad", journal=path)),
        ("single", lambda path: FlightBookingEnv(journal=path)),
    ):
        opened = env(tmp_path / f"{name}.jsonl.zst")
        opened.reset(seed=1)
        opened.reset(seed=2)
        opened.close()

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "aec-2.jsonl.zst",
        "aec-2.meta.json",
        "aec.jsonl.zst",
        "aec.meta.json",
        "single-2.jsonl.zst",
        "single-2.meta.json",
        "single.jsonl.zst",
        "single.meta.json",
    ]
    for path in tmp_path.glob("*.zst"):
        assert (verify(path, reexecute=True).status, audit(path).status) == (
            "complete",
            "complete",
        )


def test_episodes_are_numbered_before_both_endings():
    named = [journal_path(Path("a.b/j.x.jsonl.zst"), k).as_posix() for k in (0, 2)]

    assert named == ["a.b/j.x.jsonl.zst", "a.b/j.x-3.jsonl.zst"]


@pytest.mark.parametrize(
    "options",
    [{}, {"write_checksum": True}, {"level": 19}, {"write_content_size": False}],
    ids=str,
)
def test_what_another_program_has_compressed_is_read(small, frames, options):
    path = frames(compressed(small.read_bytes(), **options))

    assert verify(path) == verify(small)


# -- writing ------------------------------------------------------------------------


def test_what_has_been_flushed_can_be_read_while_the_rest_is_written(small, tmp_path):
    path = tmp_path / "j.jsonl.zst"
    lines = small.read_bytes().splitlines(keepends=True)
    sink = FileSink(path, durability="turn")
    for line in lines[:3]:
        sink.write(line)
    sink.end_turn()
    sink.write(lines[3])

    found = read_journal(path)

    assert found.lines == lines[:3]
    assert (found.structure.status, found.structure.reason) == (
        "torn",
        "record 3: the compressed journal breaks off",
    )
    sink.close()
    assert read_journal(path).structure.status == "incomplete"


def test_without_the_library_nothing_is_written_or_read(packed, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    path = tmp_path / "j.jsonl.zst"

    for call in (
        lambda: run("flights/sfo-mad", "cheapest", journal=path),
        lambda: verify(packed),
        lambda: audit(packed),
    ):
        with pytest.raises(
            MissingExtra, match=r"needs more: pip install 'test-time-gym\[zstd\]'"
        ):
            call()

    assert list(tmp_path.iterdir()) == []


# -- damage -------------------------------------------------------------------------

DAMAGES = {
    "plain text": (
        lambda data: b'{"h":"' + data,
        "it is not compressed by zstandard: take .zst",
    ),
    "gzip": (
        gzip.compress,
        "it is not compressed by zstandard: it is compressed by gzip",
    ),
    "trailing data": (
        lambda data: data + b"\n",
        "something follows the compressed journal",
    ),
    "a second frame": (lambda data: data * 2, "something follows the compressed"),
    "an empty second frame": (
        lambda data: data + compressed(b""),
        "something follows the compressed journal",
    ),
    "a frame to skip": (
        lambda data: b"\x50\x2a\x4d\x18\x00\x00\x00\x00" + data,
        "it is not compressed by zstandard",
    ),
    "a wrong checksum": (
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        "it cannot be decompressed: ",
    ),
    "a dictionary": (
        lambda data: data[:4] + bytes([data[4] | 1]) + data[5:],
        "its compression needs what is not known here",
    ),
    "a block of no type": (
        lambda data: data[:6] + bytes([data[6] | 6]) + data[7:],
        "it cannot be decompressed: this is no block",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_corrupt_to_the_reader_and_to_the_audit(packed, frames, damage):
    change, why = DAMAGES[damage]
    path = frames(change(packed.read_bytes()))

    found, audited = verify(path), audit(path)

    assert (found.status, found.exit_code) == ("corrupt", 4)
    assert found.reason.startswith(f"record {found.records}: {why}")
    assert (audited.status, audited.records, audited.reason) == (
        "corrupt",
        found.records,
        found.reason,
    )
    assert audited.findings[-1].rule == "frame"


def test_garbage_inside_of_a_sound_frame_is_found_where_it_is(small, frames):
    changed = small.read_bytes().replace(b'"turn":2', b'"turn":3', 1)

    found = verify(frames(compressed(changed)))

    assert (found.status, found.reason) == (
        "corrupt",
        f"record {found.records}: the hash does not match",
    )


def test_a_line_without_an_end_is_torn_in_a_sound_frame(small, frames):
    found = verify(frames(compressed(small.read_bytes()[:-3])))

    assert found.status == "torn"
    assert found.reason.endswith("has no line end")


def test_all_records_without_the_end_of_the_frame_are_torn(small, packed, frames):
    path = frames(packed.read_bytes()[:-1])

    found, audited = verify(path, reexecute=True), audit(path)

    assert found.records == verify(small).records
    assert (found.status, found.replay, audited.status) == ("torn", "equal", "torn")


def test_a_torn_compressed_journal_is_not_repaired_and_says_what_to_do(packed, frames):
    data = packed.read_bytes()[:-400]
    path = frames(data)

    with pytest.raises(Irreparable, match=r"zstd -dc written\.jsonl\.zst") as refusal:
        repair(path)

    assert refusal.value.exit_code == 3
    assert not can_repair(path)
    assert [one.read_bytes() for one in path.parent.iterdir()] == [data]


# -- limits -------------------------------------------------------------------------

BLOCK = 128 * 1024


def bomb(size: int, byte: bytes = b"\0", window: int = 0x58) -> bytes:
    """Return a frame of one byte, again and again: four bytes for 128 KiB."""
    block = (BLOCK << 3 | 2).to_bytes(3, "little") + byte
    last = (3).to_bytes(3, "little") + byte
    start = b"\x28\xb5\x2f\xfd\x00" + bytes([window])
    return start + block * (size // BLOCK) + last


MEASURE = """
import resource, sys
from test_time_gym.cli import main
main(["verify", "--structure", {small!r}])
main(["audit", {small!r}])
pages = int(open("/proc/self/statm").read().split()[0])
most = pages * resource.getpagesize() + 48 * 1024**2
resource.setrlimit(resource.RLIMIT_AS, (most, most))
sys.exit([main([*words, {bomb!r}]) for words in (["verify"], ["audit"], ["replay"])])
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks Linux")
@pytest.mark.parametrize("byte", [b"\0", b"\n", b"{"])
def test_a_bomb_of_gigabytes_is_corrupt_and_takes_little_memory(packed, frames, byte):
    path = frames(bomb(8 * 1024**3, byte))
    program = MEASURE.format(small=str(packed), bomb=str(path))

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert path.stat().st_size < 300_000
    assert done.stderr.splitlines()[-1] == "[4, 4, 4]", done.stderr
    assert "corrupt" in done.stdout
    assert "MemoryError" not in done.stderr


def test_a_compressed_journal_may_grow_a_hundredfold_and_no_more(
    small, frames, monkeypatch
):
    path = frames(compressed(small.read_bytes()))
    monkeypatch.setattr(limits, "GROWTH_FREE", 0)
    factor = -(-small.stat().st_size // path.stat().st_size)

    monkeypatch.setattr(limits, "GROWTH_MAX", factor)
    fits = verify(path).status
    monkeypatch.setattr(limits, "GROWTH_MAX", factor - 1)
    found = verify(path)

    assert fits == "complete"
    assert (found.status, found.reason) == (
        "corrupt",
        f"record 0: it grows more than {factor - 1}-fold when decompressed",
    )


def test_what_is_decompressed_is_limited_whatever_it_grew_from(
    small, frames, monkeypatch
):
    path = frames(compressed(small.read_bytes()))
    monkeypatch.setattr(limits, "FILE_MAX", small.stat().st_size - 1)

    found = verify(path)

    assert found.status == "corrupt"
    assert "a limit on the size of journals is exceeded" in found.reason


def test_a_window_beyond_the_limit_is_refused(frames):
    """0x68 says 8 MiB, 0x70 16 MiB."""
    fits, beyond = (verify(frames(bomb(0, window=w))) for w in (0x68, 0x70))

    assert (fits.status, fits.reason) == ("incomplete", "the journal has no end record")
    assert beyond.status == "corrupt"
    assert "it cannot be decompressed: " in beyond.reason


def test_a_compressed_folder_or_pipe_is_refused_as_any_other(tmp_path):
    (tmp_path / "j.jsonl.zst").mkdir()

    with pytest.raises(Misuse, match="is not a regular file"):
        verify(tmp_path / "j.jsonl.zst")
