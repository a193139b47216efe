"""`ttgym verify` and `ttgym replay`: what a journal is worth, and what is in it."""

import json
import os
from hashlib import blake2b, sha256

import pytest

import test_time_gym as ttg

SFO = "flights/sfo-mad"


@pytest.fixture(scope="session")
def journal_bytes(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("verify") / "j.jsonl"
    ttg.run(SFO, ["cheapest", "dummy"], seed=7, journal=path, max_turns=12)
    return path.read_bytes()


@pytest.fixture
def journal(folder, journal_bytes):
    path = folder / "j.jsonl"
    path.write_bytes(journal_bytes)
    return path


def chained(lines: list[bytes]) -> bytes:
    """Return the lines with a chain that fits whatever they say."""
    head, out = blake2b(b"ttg.journal.v1", digest_size=16).hexdigest(), []
    for line in lines:
        body = b"{" + line[40:]
        head = blake2b(head.encode() + body, digest_size=16).hexdigest()
        out.append(b'{"h":"' + head.encode() + b'",' + body[1:] + b"\n")
    return b"".join(out)


DAMAGES = {
    "complete": (0, lambda data: data),
    "incomplete": (3, lambda data: data[: data[:-1].rindex(b"\n") + 1]),
    "torn": (3, lambda data: data[:-1]),
    "corrupt": (4, lambda data: data.replace(b'"a":"buyer_0"', b'"a":"buyer_1"', 1)),
    "unsupported": (
        5,
        lambda data: chained(
            data.replace(b'"semantics":', b'"semantics":9', 1).splitlines()
        ),
    ),
    "diverged": (
        6,
        lambda data: chained(
            data.replace(
                b'"reward":{"time":-10}', b'"reward":{"time":-11}', 1
            ).splitlines()
        ),
    ),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_every_status_has_its_exit_code(ttgym, journal, what):
    code, damage = DAMAGES[what]
    journal.write_bytes(damage(journal.read_bytes()))

    answer = ttgym("verify", journal)

    first = answer.out.splitlines()[0]
    shown = "complete" if what == "diverged" else what
    assert (answer.code, answer.err) == (code, "")
    assert first.startswith(f"{journal}: {shown}, ")
    assert ("DIVERGED" in answer.out) == (what == "diverged")


def test_a_verdict_as_json(ttgym, journal, journal_bytes):
    answer = ttgym("verify", journal, "--json")

    assert answer.code == 0
    assert json.loads(answer.out) == {
        "file": str(journal),
        "status": "complete",
        "records": journal_bytes.count(b"\n"),
        "sha256": sha256(journal_bytes).hexdigest(),
        "replay": "equal",
        "first_divergence": None,
        "reason": "",
        "aborted": False,
    }


def test_a_divergence_as_json_names_the_record(ttgym, journal):
    journal.write_bytes(DAMAGES["diverged"][1](journal.read_bytes()))

    answer = ttgym("verify", journal, "--json")

    found = json.loads(answer.out)
    where = found.pop("first_divergence")
    assert (answer.code, found["replay"]) == (6, "diverged")
    assert where["n"] == 2
    assert '"time":-11' in where["expected"]
    assert '"time":-10' in where["found"]


def test_structure_alone_executes_nothing(ttgym, journal):
    journal.write_bytes(DAMAGES["diverged"][1](journal.read_bytes()))

    answer = ttgym("verify", journal, "--structure", "--json")

    found = json.loads(answer.out)
    assert (answer.code, found["status"], found["replay"]) == (0, "complete", "skipped")


def test_of_several_files_the_worst_counts(ttgym, journal, folder):
    torn = folder / "torn.jsonl"
    torn.write_bytes(journal.read_bytes()[:-1])

    answer = ttgym("verify", torn, journal, folder / "absent.jsonl", "--json")

    assert answer.code == 3
    found = json.loads(answer.out)["journals"]
    assert [one["status"] for one in found] == ["torn", "complete"]
    assert answer.err.startswith(f"error: {folder / 'absent.jsonl'} cannot be read: ")


def test_what_a_journal_says_cannot_steer_the_terminal(ttgym, journal):
    data = journal.read_bytes()
    forged = data.replace(b'"k":"act"', '"k":"\\u001b[2J\u202e"'.encode(), 1)
    journal.write_bytes(chained(forged.splitlines()))

    for command in (("verify", journal), ("replay", journal)):
        answer = ttgym(*command)
        assert (answer.code, "\x1b" in answer.out + answer.err) == (5, False)
        assert "\u202e" not in answer.out + answer.err


# -- replay ------------------------------------------------------------------------


def test_the_state_as_json_is_that_of_the_library_with_its_record(ttgym, journal):
    answer = ttgym("replay", journal, "--to", "5", "--json")

    record = json.loads(journal.read_bytes().splitlines()[5])
    assert answer.code == 0
    assert json.loads(answer.out) == {
        **ttg.replay.state_at(journal, 5),
        "actor": record["a"],
        "cause": record["c"],
        "data": record["d"],
        "records": journal.read_bytes().count(b"\n"),
        "status": "complete",
    }


def test_the_state_at_the_end_is_shown_in_tables(ttgym, journal):
    last = journal.read_bytes().count(b"\n") - 1
    end = json.loads(journal.read_bytes().splitlines()[last])

    answer = ttgym("replay", journal)

    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert lines[0] == f"record   {last} (of 0 to {last}): end"
    assert lines[3] == f"digest   {end['d']['state']}"
    heads = [line.split()[0] for line in lines[4:] if line][:1]
    assert heads == ["flight"]
    assert any(line.startswith("buyer_0") for line in lines)
    assert any(line.startswith("merchant") for line in lines)


@pytest.mark.parametrize("to", ["-1", "1_0", "x", "1e1", "", "\u0661", "99999"])
def test_a_record_that_is_none_is_refused(ttgym, journal, to):
    answer = ttgym("replay", journal, "--to", to)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")


@pytest.mark.parametrize("what", ["incomplete", "torn", "corrupt"])
def test_a_damaged_journal_is_shown_as_far_as_it_is_sound(ttgym, journal, what):
    code, damage = DAMAGES[what]
    journal.write_bytes(damage(journal.read_bytes()))

    answer = ttgym("replay", journal, "--to", "0")

    assert answer.code == code
    assert answer.err.startswith(f"{journal} is {what}: ")
    assert answer.out.startswith("record   0 ")


@pytest.mark.parametrize("what", ["unsupported", "diverged"])
def test_a_journal_that_cannot_be_executed_shows_no_state(ttgym, journal, what):
    code, damage = DAMAGES[what]
    journal.write_bytes(damage(journal.read_bytes()))

    answer = ttgym("replay", journal)

    assert (answer.code, answer.out) == (code, "")
    assert answer.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
@pytest.mark.parametrize("command", ["verify", "replay"])
def test_what_is_no_file_is_a_usage_error(ttgym, folder, command):
    os.mkfifo(folder / "pipe")

    for path in (folder, folder / "pipe", folder / "absent", "-", ""):
        answer = ttgym(command, path)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith("error: ")
        assert answer.err.count("\n") == 1
