"""`ttgym repair`: what it says, what it changes, and how it refuses."""

import json

import pytest

import test_time_gym as ttg


@pytest.fixture
def journal(folder):
    path = folder / "j.jsonl"
    ttg.run("flights/sfo-mad", "cheapest", journal=path, regret=False, max_turns=3)
    return path


def test_a_torn_journal_is_repaired_and_verified(ttgym, journal):
    journal.write_bytes(journal.read_bytes()[:-2])

    answer = ttgym("repair", "j.jsonl")

    lines = answer.out.splitlines()
    records = journal.read_bytes().count(b"\n")
    assert (answer.code, answer.err) == (0, "")
    assert lines[0] == f"j.jsonl: incomplete, {records} records"
    assert lines[2] == "  copy      j.jsonl.broken"
    assert ttgym("verify", "j.jsonl").code == 3


def test_a_journal_that_lost_only_its_last_newline_is_whole_again(ttgym, journal):
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-1])

    torn = ttgym("verify", "j.jsonl")
    answer = ttgym("repair", "j.jsonl")

    assert (torn.code, "lacks nothing else: ttgym repair adds it" in torn.out) == (3, 1)
    assert (answer.code, answer.out.splitlines()) == (
        0,
        [
            f"j.jsonl: complete, {len(whole.splitlines())} records",
            "  added     the line end of the last record, which was whole",
            "  copy      j.jsonl.broken",
        ],
    )
    assert journal.read_bytes() == whole
    assert ttgym("verify", "j.jsonl").code == 0


def test_a_repair_as_json(ttgym, journal):
    damaged = journal.read_bytes()[:-2]
    journal.write_bytes(damaged)

    answer = ttgym("repair", "j.jsonl", "--json")

    assert answer.code == 0
    assert json.loads(answer.out) == {
        "file": "j.jsonl",
        "backup": "j.jsonl.broken",
        "status": "incomplete",
        "records": damaged.count(b"\n"),
        "cut_bytes": len(damaged) - damaged.rindex(b"\n") - 1,
        "added_bytes": 0,
    }


@pytest.mark.parametrize(
    ("damage", "code", "why"),
    [
        (lambda data: data, 2, "it is complete: there is nothing to repair"),
        (lambda data: data + b"\n", 4, "it is corrupt, and cutting it would hide that"),
        (lambda data: data[: data[:-1].rindex(b"\n") + 1], 3, "nothing to cut off"),
    ],
)
def test_a_refusal_is_one_sentence_with_the_exit_code(
    ttgym, journal, damage, code, why
):
    journal.write_bytes(damage(journal.read_bytes()))

    answer = ttgym("repair", "j.jsonl", "--json")

    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith("error: j.jsonl is not repaired: ")
    assert why in answer.err


def test_a_file_that_is_not_there_is_told(ttgym):
    answer = ttgym("repair", "nothing.jsonl")

    assert (answer.code, answer.out) == (2, "")
    assert (
        answer.err == "error: nothing.jsonl cannot be read: No such file or directory\n"
    )
