"""No damage to a compressed journal changes a record unnoticed."""

from io import BufferedReader, BytesIO
from pathlib import Path

import pytest
from tests.crash.faults import failing

from test_time_gym import run
from test_time_gym.journal.compression import Decompression
from test_time_gym.journal.reader import Structure, structure_in
from test_time_gym.market.errors import Misuse


def judged(data: bytes) -> tuple[Structure, bytes]:
    """Return what the reader says of these bytes, and the lines that it keeps."""
    lines: list[bytes] = []
    content = BufferedReader(Decompression(BytesIO(data), Path("j.jsonl.zst")))
    return structure_in(content, lines), b"".join(lines)


def written(folder: Path, name: str, **options: object) -> bytes:
    run(
        "flights/sfo-mad",
        "cheapest",
        seed=7,
        journal=folder / name,
        max_turns=3,
        regret=False,
        **options,
    )
    return (folder / name).read_bytes()


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> bytes:
    return written(tmp_path_factory.mktemp("plain"), "j.jsonl")


@pytest.mark.slow
def test_every_flipped_bit_is_found_or_changes_no_byte_of_the_journal(tmp_path, plain):
    """Some bits say how to compress what is the same either way."""
    tiny = written(tmp_path, "tiny.jsonl.zst")
    said, changed = {}, []
    for at in range(len(tiny)):
        for bit in range(8):
            flipped = bytearray(tiny)
            flipped[at] ^= 1 << bit
            found, lines = judged(bytes(flipped))
            said[found.status] = said.get(found.status, 0) + 1
            same = lines == plain if found.status == "complete" else True
            if not same or not plain.startswith(lines):
                changed.append((at, bit))

    assert changed == []
    assert sorted(said) == ["complete", "corrupt", "torn"]
    assert said["complete"] < len(tiny) * 8 // 200
    assert judged(tiny)[0].status == "complete"


@pytest.mark.slow
@pytest.mark.parametrize("durability", ["turn", "end"])
def test_every_truncation_is_torn_and_keeps_the_blocks_before_it(
    tmp_path, plain, durability
):
    tiny = written(tmp_path, "tiny.jsonl.zst", durability=durability)
    kept = []
    for cut in range(len(tiny)):
        found, lines = judged(tiny[:cut])
        kept.append(lines.count(b"\n"))

        assert found.status == "torn"
        assert plain.startswith(lines)

    assert kept == sorted(kept)
    # A flush after every turn makes a block of it; without, all is in the last one.
    turns = [0, 3, 4, 7, 8] if durability == "turn" else [0, 8]
    assert sorted(set(kept)) == turns


@pytest.mark.slow
@pytest.mark.parametrize("durability", ["none", "turn", "end"])
def test_whichever_call_fails_what_is_left_is_a_prefix(tmp_path, plain, durability):
    with failing(0) as faulty:
        written(tmp_path, "whole.jsonl.zst", durability=durability)
    calls, silent, wrong = faulty.made, [], []

    for k in range(1, len(calls) + 1):
        path = tmp_path / f"{k}.jsonl.zst"
        with failing(k, halves=True) as faulty:
            try:
                written(tmp_path, path.name, durability=durability)
                silent.append(k)
            except Misuse:
                pass
        found, lines = judged(path.read_bytes() if path.exists() else b"")
        # Once the frame has its end only forcing it onto the disk can fail.
        late = calls[k - 1] != "write" and "write" not in calls[k:]
        if faulty.after or not plain.startswith(lines):
            wrong.append(k)
        if (found.status == "complete") != (late and k > 1):
            wrong.append(k)

    assert calls.count("write") == {"none": 3, "turn": 5, "end": 3}[durability]
    assert (silent, wrong) == ([], [])
