"""`ttgym fork`: a recorded run is played on with other agents."""

import json
import shutil
from hashlib import sha256

import pytest
from tests.golden.record import REPLAYS

from test_time_gym.journal import read_journal

RUSH = REPLAYS / "flights-rush.jsonl"
LAST = RUSH.read_bytes().count(b"\n") - 1

CUTTING = {
    "corrupt": (4, lambda data: data.replace(b'"a":"buyer_0"', b'"a":"buyer_1"', 1)),
    "no journal": (4, lambda _: b"nonsense\n"),
    "empty": (3, lambda _: b""),
}


@pytest.fixture
def parent(folder):
    shutil.copy(RUSH, folder / "p.jsonl")
    return folder / "p.jsonl"


def forked(ttgym, *more):
    return ttgym("fork", "p.jsonl", "--at", "40", "--out", "f.jsonl", *more)


@pytest.mark.usefixtures("parent")
def test_a_fork_is_shown_like_a_run_with_what_it_comes_from(ttgym, folder):
    answer = forked(ttgym, "--agent", "buyer_1=cheapest")

    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert lines[0] == "fork of p.jsonl after record 42"
    assert lines[1] == "taken over  buyer_1"
    assert lines[2].startswith("plays on    buyer_0, buyer_2, ")
    assert lines[4] == "flights/rush, seed 1"
    assert any(line.split()[:2] == ["buyer_1", "cheapest"] for line in lines)
    assert lines[-1].startswith("replay   equal: ")
    assert ttgym("verify", "f.jsonl").code == ttgym("audit", "f.jsonl").code == 0
    assert (folder / "f.meta.json").exists()


def test_a_fork_as_json_is_a_run_with_its_parent(ttgym, folder, parent, shape):
    answer = forked(ttgym, "--agent", "buyer_1=patient", "--json")

    found = json.loads(answer.out)
    line = parent.read_bytes().splitlines()[found["n"]]
    digest = sha256((folder / "f.jsonl").read_bytes()).hexdigest()
    assert found["episodes"][0]["sha256"] == digest
    assert found["h"].encode() == line[6:38]
    assert found["episodes"][0]["verdict"]["replay"] == "equal"
    (episode,) = found.pop("episodes")
    assert sorted(episode) == [
        "agents",
        "journal",
        "market",
        "seed",
        "sha256",
        "verdict",
    ]
    assert found.pop("seats") == {
        f"buyer_{k}": "taken over" if k == 1 else "plays on" for k in range(8)
    }
    assert shape(found) == {
        "scenario": "str",
        "seed": "int",
        "currency": "str",
        "units": "str",
        "parent": "str",
        "status": "str",
        "n": "int",
        "h": "str",
        "differs": {},
    }


@pytest.mark.usefixtures("parent")
def test_an_agent_of_ones_own_can_take_over(ttgym, folder):
    (folder / "mine.py").write_text(
        "def act(page):\n    return {'verb': 'abort'}\n", encoding="utf-8"
    )

    answer = forked(ttgym, "--agent", "buyer_1=mine.py:act", "--no-verify")

    row = next(ln.split() for ln in answer.out.splitlines() if "mine.py:act" in ln)
    seats = read_journal(folder / "f.jsonl").header["seats"]
    assert (answer.code, row[:3]) == (0, ["buyer_1", "mine.py:act", "aborted"])
    assert (seats[1]["policy"], "replay " in answer.out) == ("external", False)


@pytest.mark.usefixtures("parent")
def test_others_can_repeat_what_they_did(ttgym):
    answer = forked(ttgym, "--others", "repeat", "--no-regret")

    assert answer.code == 0
    assert answer.out.splitlines()[1].startswith("repeats     buyer_0, buyer_1, ")


def test_a_killed_run_is_forked_and_standard_error_says_so(ttgym, parent):
    lines = parent.read_bytes().splitlines(keepends=True)
    parent.write_bytes(b"".join(lines[:60]))

    answer = forked(ttgym, "--no-regret")

    assert answer.code == 0
    assert answer.err == "p.jsonl is incomplete: it is forked as far as it is sound\n"


@pytest.mark.parametrize("what", CUTTING)
def test_a_journal_that_is_not_sound_is_refused_with_its_code(
    ttgym, parent, folder, what
):
    code, damage = CUTTING[what]
    parent.write_bytes(damage(RUSH.read_bytes()))

    answer = forked(ttgym)

    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith("error: p.jsonl is ")
    assert not (folder / "f.jsonl").exists()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"semantics":', b'"semantics":9', 5),
        (b'"reward":{"time":-10}', b'"reward":{"time":-11}', 6),
    ],
    ids=["unsupported", "diverged"],
)
def test_a_past_that_cannot_be_executed_is_refused(
    ttgym, parent, folder, chained, old, new, code
):
    parent.write_bytes(chained(RUSH.read_bytes().replace(old, new, 1).splitlines()))

    answer = forked(ttgym)

    assert (answer.code, answer.out) == (code, "")
    assert answer.err.count("\n") == 1
    assert not (folder / "f.jsonl").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--at", "40"),
        ("--out", "f.jsonl"),
        ("--at", "-1", "--out", "f.jsonl"),
        ("--at", "99999", "--out", "f.jsonl"),
        ("--at", str(LAST), "--out", "f.jsonl"),
        ("--at", "40", "--out", "p.jsonl"),
        ("--at", "40", "--out", "p.jsonl", "--overwrite"),
        ("--at", "40", "--out", "f.jsonl", "--agent", "buyer_1"),
        ("--at", "40", "--out", "f.jsonl", "--agent", "byer_1=patient"),
        ("--at", "40", "--out", "f.jsonl", "--agent", "buyer_1=patent"),
        ("--at", "40", "--out", "f.jsonl", "--agent", "buyer_1=nobody:knows"),
        ("--at", "40", "--out", "f.jsonl", *("--agent", "buyer_1=random") * 2),
        ("--at", "40", "--out", "f.jsonl", "--others", "rest"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_one_message_and_writes_nothing(ttgym, folder, parent, arguments):
    answer = ttgym("fork", "p.jsonl", *arguments)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert "Traceback" not in answer.err
    assert [path.name for path in folder.iterdir()] == ["p.jsonl"]
    assert parent.read_bytes() == RUSH.read_bytes()


@pytest.mark.usefixtures("parent")
def test_a_fork_that_exists_is_replaced_only_on_demand(ttgym, folder):
    (folder / "f.jsonl").write_text("precious", encoding="utf-8")

    refused = forked(ttgym, "--no-regret")
    kept = (folder / "f.jsonl").read_text(encoding="utf-8")
    forced = forked(ttgym, "--no-regret", "--overwrite")

    assert (refused.code, kept, forced.code) == (2, "precious", 0)
