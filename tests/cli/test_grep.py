"""`ttgym grep`, and `ttgym replay --follow`: records are found, and walked through."""

import io
import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from tests.golden.record import REPLAYS

from test_time_gym.journal import grep, read_journal

RUSH = REPLAYS / "flights-rush.jsonl"
RECORDS = list(read_journal(RUSH).records())
LAST = RECORDS[-1].n


def numbers(out):
    return [int(line.split()[0]) for line in out.splitlines()]


# -- grep --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "conditions"),
    [
        ((), {}),
        (("--kind", "ticket_issued"), {"kind": "ticket_issued"}),
        (("--kind", "act", "--kind", "outcome"), {"kind": ["act", "outcome"]}),
        (("--agent", "buyer_1"), {"agent": "buyer_1"}),
        (("--agent", ""), {"agent": ""}),
        (("--order", "order-0-1"), {"order": "order-0-1"}),
        (("--text", "add_to_cart"), {"text": "add_to_cart"}),
        (("--from", "20", "--to", "90"), {"first": 20, "last": 90}),
    ],
    ids=str,
)
def test_a_line_and_an_object_are_printed_for_each_record(ttgym, arguments, conditions):
    expected = list(grep(RUSH, **conditions))

    lines = ttgym("grep", RUSH, *arguments)
    data = json.loads(ttgym("grep", RUSH, *arguments, "--json").out)
    count = ttgym("grep", RUSH, *arguments, "--count")
    counted = json.loads(ttgym("grep", RUSH, *arguments, "--count", "--json").out)

    assert expected
    assert (lines.code, lines.err) == (0, "")
    assert numbers(lines.out) == [record.n for record in expected]
    assert count.out == f"{len(expected)}\n"
    assert counted == {"file": str(RUSH), "status": "complete", "count": len(expected)}
    assert data == counted | {
        "records": [
            {
                "n": r.n,
                "t": r.t,
                "kind": r.kind,
                "actor": r.actor,
                "cause": r.cause,
                "data": r.data,
            }
            for r in expected
        ]
    }


def test_a_line_tells_number_clock_agent_kind_and_what_matters(ttgym):
    sold = next(r for r in RECORDS if r.kind == "seat_sold")
    act = next(r for r in RECORDS if r.kind == "act" and r.data["args"])

    lines = ttgym("grep", RUSH).out.splitlines()

    assert lines[0].startswith(
        "  0  2026-07-31 08:00:00.000  -          header              "
        'scenario=flights/rush seed=1 seats=[{"name":"buyer_0",'
    )
    told = [word for word in lines[sold.n].split(" ") if word]
    assert told[3:5] == ["-", "seat_sold"]
    assert told[5:] == [f"{key}={value}" for key, value in sold.data.items()]
    assert act.actor in lines[act.n]
    spelled = json.dumps(act.data["args"], separators=(",", ":"))
    assert lines[act.n].endswith(f"  {act.data['verb']} {spelled}")


@pytest.mark.parametrize("more", [(), ("--json",), ("--count",)])
def test_nothing_found_is_exit_code_one(ttgym, more):
    answer = ttgym("grep", RUSH, "--text", "no such text", *more)

    assert (answer.code, answer.err) == (1, "")
    if more == ("--count",):
        assert answer.out == "0\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--kind", "tiket_issued"), "did you mean ticket_issued?"),
        (("--agent", "byer_1"), "did you mean buyer_1?"),
        (("--from", "x"), "not a whole number"),
        (("--to", "-1"), "not a whole number"),
    ],
)
def test_what_no_journal_can_hold_is_a_mistake(ttgym, arguments, message):
    answer = ttgym("grep", RUSH, *arguments)

    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


@pytest.mark.parametrize("count", [0, 1, 40])
@pytest.mark.parametrize(("tail", "code"), [(b"", 3), (b"{", 3), (b"nonsense\n", 4)])
def test_a_damaged_journal_is_searched_and_its_status_is_the_code(
    ttgym, folder, count, tail, code
):
    lines = RUSH.read_bytes().splitlines(keepends=True)
    (folder / "j.jsonl").write_bytes(b"".join(lines[:count]) + tail)

    answer = ttgym("grep", "j.jsonl")
    nothing = ttgym("grep", "j.jsonl", "--text", "no such text")

    assert (answer.code, nothing.code) == (code, code)
    assert answer.err.startswith("j.jsonl is ")
    assert len(answer.out.splitlines()) == count


def test_what_a_forger_wrote_cannot_steer_the_terminal(ttgym, folder, chained):
    data = RUSH.read_bytes()
    forged = data.replace(b'"verb":"search_flights"', b'"verb":"\\u001b[2J"', 1)
    forged = forged.replace(b'"opens":"2026-07-31T08:00"', b'"opens":"soon"', 1)
    (folder / "j.jsonl").write_bytes(chained(forged.splitlines()))

    for command in ("grep", "j.jsonl"), ("replay", "j.jsonl", "--follow"):
        answer = ttgym(*command)
        assert (answer.code, "\x1b" in answer.out) == (0, False)
        assert " \\x1b[2J" in answer.out
        assert "  0 ms  " in answer.out


# -- replay --follow ----------------------------------------------------------------


def followed(monkeypatch, ttgym, typed, *arguments):
    """Follow a journal at a terminal at which this is typed."""

    class Keyboard(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Keyboard(typed))
    return ttgym("replay", RUSH, "--follow", *arguments)


def test_without_a_terminal_all_records_are_printed(process):
    done = process("replay", RUSH, "--follow")
    part = process("replay", RUSH, "--follow", "--from", "20", "--to", "25")

    assert (done.code, done.err, numbers(done.out)) == (0, "", list(range(LAST + 1)))
    assert numbers(part.out) == list(range(20, 26))


def test_enter_a_number_and_a_kind_lead_on_and_q_ends(monkeypatch, ttgym):
    tickets = [r.n for r in RECORDS if r.kind == "ticket_issued"]

    answer = followed(monkeypatch, ttgym, "\n\n40\n/ticket_issued\n3\nq\n")

    assert answer.code == 0
    assert numbers(answer.out) == [0, 1, 2, 40, min(n for n in tickets if n > 40), 3]


def test_the_end_of_the_input_and_of_the_journal_end_it(monkeypatch, ttgym):
    early = followed(monkeypatch, ttgym, "\n")
    late = followed(monkeypatch, ttgym, "\n" * 9, "--from", str(LAST - 1))
    limited = followed(monkeypatch, ttgym, "\n" * 9, "--to", "2")

    assert [numbers(one.out) for one in (early, late, limited)] == [
        [0, 1],
        [LAST - 1, LAST],
        [0, 1, 2],
    ]
    assert early.code == late.code == limited.code == 0


def test_the_state_is_that_of_replay_to(monkeypatch, ttgym):
    state = ttgym("replay", RUSH, "--to", "30").out

    answer = followed(monkeypatch, ttgym, "s\nq\n", "--from", "30")

    line, rest = answer.out.split("\n", 1)
    assert (line.split()[0], rest) == ("30", state)


def test_what_leads_nowhere_is_told_and_asked_again(monkeypatch, ttgym):
    typed = f"x\n{LAST + 1}\n/tiket_issued\n/header\n/\n\u0664\nq\n"

    answer = followed(monkeypatch, ttgym, typed)

    assert (answer.code, numbers(answer.out)) == (0, [0])
    told = Counter(line.removeprefix("> ") for line in answer.err.splitlines())
    usage = (
        "Enter: next record; a number: that record; /kind: next record of a kind; "
        "s: state; q: quit"
    )
    assert told == {
        usage: 3,
        f"there are records 0 to {LAST}": 1,
        "there is no kind of record 'tiket_issued'; did you mean ticket_issued?": 1,
        "no record of the kind header follows": 1,
        "there is no kind of record ''; did you mean ticket_issued?": 1,
        "": 1,
    }


def test_at_a_real_terminal_it_waits_for_a_key_and_ctrl_c_ends_it(
    command, environment, folder
):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [*command, "replay", str(RUSH), "--follow"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=folder,
        start_new_session=True,
    )
    os.close(theirs)
    first = child.stdout.readline()
    os.write(ours, b"\n")
    second = child.stdout.readline()
    child.send_signal(2)
    _, err = child.communicate(timeout=300)
    os.close(ours)

    assert numbers((first + second).decode()) == [0, 1]
    assert (child.returncode, b"Traceback" in err) == (130, False)
    assert err.endswith(b"interrupted\n")


def test_a_reader_who_leaves_ends_it_without_a_traceback(command, environment):
    child = subprocess.Popen(
        [*command, "replay", str(RUSH), "--follow"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment | {"PYTHONUNBUFFERED": "1"},
    )
    first = child.stdout.readline()
    child.stdout.close()
    err = child.stderr.read()
    child.stderr.close()

    assert first.startswith(b"  0  ")
    assert (child.wait(300), err) == (141, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--follow", "--json"),
        ("--from", "3"),
        ("--follow", "--from", str(LAST + 1)),
        ("--follow", "--to", str(LAST + 1)),
    ],
    ids=" ".join,
)
def test_what_cannot_be_followed_is_a_mistake(ttgym, arguments):
    answer = ttgym("replay", RUSH, *arguments)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")


def test_a_damaged_journal_is_followed_as_far_as_it_is_sound(ttgym, folder):
    (folder / "j.jsonl").write_bytes(RUSH.read_bytes()[:-1])

    answer = ttgym("replay", "j.jsonl", "--follow")

    assert (answer.code, numbers(answer.out)) == (3, list(range(LAST)))


@pytest.mark.parametrize("command", [("grep",), ("replay", "--follow")])
def test_a_range_that_ends_before_it_begins_is_told(ttgym, command):
    first, *rest = command

    answer = ttgym(first, RUSH, *rest, "--to", "1", "--from", "5")
    one = ttgym(first, RUSH, *rest, "--to", "5", "--from", "5")

    assert (answer.code, answer.out) == (2, "")
    assert "--from 5 comes after --to 1: there is nothing between" in answer.err
    assert (one.code, one.out.count("\n")) == (0, 1)
