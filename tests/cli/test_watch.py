"""`ttgym watch`: a run on a terminal, with keys, and line by line elsewhere."""

import os
from pathlib import Path

import pytest
from terminal import ENTERED, LEFT, Terminal

RUSH = ("flights/rush", "--agents", "cheapest,patient", "--seed", "3")
POSIX = pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals of POSIX")


@pytest.fixture
def journal(ttgym):
    """Return the bytes of the run's journal, as `ttgym run` writes it."""
    ttgym("run", *RUSH, "--journal", "run.jsonl", "--no-verify", "--no-regret")
    return Path("run.jsonl").read_bytes()


def played(path="runs/flights-rush-seed3.jsonl"):
    return Path(path).read_bytes()


# -- elsewhere than on a terminal -----------------------------------------------------


def test_what_happens_is_printed_and_the_run_is_that_of_run(ttgym, journal):
    answer = ttgym("watch", *RUSH)

    assert (answer.code, answer.err) == (0, "")
    assert played() == journal
    *told, table = answer.out.split("\n\n", 1)
    lines = told[0].splitlines()
    numbers = [int(line.split()[0]) for line in lines]
    assert numbers == list(range(numbers[0], numbers[0] + len(lines)))
    assert lines[0].split()[3:] == ["buyer_1", "act", "search_flights"]
    assert any("  ← #" in line for line in lines)
    assert table.startswith("flights/rush, seed 3\n")


@pytest.mark.usefixtures("journal")
def test_a_journal_is_watched_as_its_run_was(ttgym):
    live = ttgym("watch", *RUSH).out.split("\n\n")[0]

    answer = ttgym("watch", "run.jsonl")

    assert (answer.code, answer.err) == (0, "")
    told, head, table = answer.out.split("\n\n")
    assert told == live
    assert head.startswith("run.jsonl: ")
    assert [line.split()[0] for line in table.splitlines()] == [
        "agent",
        "buyer_0",
        "buyer_1",
    ]


def test_a_journal_that_was_cut_short_is_watched_as_far_as_it_goes(
    ttgym, journal, folder
):
    lines = journal.splitlines(keepends=True)
    (folder / "cut.jsonl").write_bytes(b"".join(lines[:20]))

    answer = ttgym("watch", "cut.jsonl")

    assert answer.code == 3
    assert answer.err.startswith("cut.jsonl is incomplete: ")
    assert "cut.jsonl: " in answer.out


def test_a_journal_of_another_run_is_told(ttgym, journal, chained, folder):
    lines = journal.splitlines()
    lines[2] = lines[2].replace(b'"search_flights"', b'"abort"')
    (folder / "forged.jsonl").write_bytes(chained(lines))

    answer = ttgym("watch", "forged.jsonl")

    assert answer.code == 6
    assert answer.err.startswith("error: ")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            ("flights/rush", "--paused"),
            "--paused waits for keys, and this is no terminal with a keyboard.",
        ),
        (("x.jsonl", "--seed", "3"), "--seed is for a scenario: a journal has been"),
        (("x.jsonl",), "x.jsonl cannot be read: No such file or directory"),
        (("flights/rush", "--speed", "0"), "'0' is not a number from 0.1 to 1000"),
        (("flights/rush", "--speed", "nan"), "'nan' is not a number from 0.1 to"),
        (("flights/rush", "--speed", "٤"), "is not a number from 0.1 to 1000"),
    ],
)
def test_mistakes_are_one_sentence_and_nothing_is_written(ttgym, folder, words, why):
    answer = ttgym("watch", *words)

    assert (answer.code, answer.out) == (2, "")
    assert why in answer.err
    assert list(folder.iterdir()) == []


# -- on a terminal --------------------------------------------------------------------


@pytest.fixture
def terminal(command, environment):
    """Open terminals on which `ttgym` runs."""

    def start(*words, **options):
        return Terminal([*command, *map(str, words)], env=environment, **options)

    return start


@POSIX
@pytest.mark.slow
def test_keys_pause_step_and_go_to_the_end(terminal, journal):
    with terminal("watch", *RUSH, "--paused") as screen:
        screen.expect("action 1, buyer_0 is asked; PAUSED")
        screen.press("n")
        screen.expect("action 2, ")
        screen.press("\x1b[C")  # the arrow to the right
        screen.expect("action 3, ")
        screen.press("+")
        screen.press(" ")
        screen.expect("8 actions a second")
        screen.press(" ")
        screen.expect("PAUSED")
        screen.press("f")
        code = screen.end()

        assert code == 0
        assert screen.sane
        assert screen.raw.count(ENTERED) == screen.raw.count(LEFT) == 1
        after = screen.raw.split(LEFT)[1]
        assert "flights/rush, seed 3" in after
        assert "sha256" in after
    assert played() == journal


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize(
    "key",
    [
        pytest.param("q", marks=pytest.mark.long, id="q"),
        pytest.param("\x03", id="Ctrl-C"),
    ],
)
def test_who_stops_finds_the_terminal_as_it_was_and_a_sealed_journal(
    terminal, ttgym, key
):
    with terminal("watch", *RUSH, "--paused") as screen:
        screen.expect("action 1, ")
        screen.press("n")
        screen.expect("action 2, ")
        screen.press(key)
        code = screen.end()

        assert code == 130
        assert screen.sane
        assert screen.raw.count(LEFT) == 1
        assert "Traceback" not in screen.text
    answer = ttgym("verify", "runs/flights-rush-seed3.jsonl")
    assert answer.code == 0
    assert "complete, of a run that was cut short" in answer.out


@POSIX
@pytest.mark.slow
@pytest.mark.long
@pytest.mark.usefixtures("journal")
def test_a_journal_on_a_small_terminal_is_watched_and_left(terminal):
    with terminal("watch", "run.jsonl", "--paused", rows=8, columns=40) as screen:
        screen.expect("action 1, ")
        screen.press("n")
        screen.expect("action 2, ")
        screen.press("q")

        assert screen.end() == 0
        assert screen.sane
        shown = screen.raw.split(ENTERED)[1].split(LEFT)[0]
    assert "space n + - f q" in shown


@POSIX
@pytest.mark.slow
@pytest.mark.long
def test_the_demo_is_shown_on_a_terminal_and_its_journal_is_the_same(
    terminal, ttgym, folder
):
    assert "\x1b" not in ttgym("demo").out
    silent = played("runs/demo.jsonl")
    (folder / "runs/demo.jsonl").unlink()

    with terminal("demo") as screen:
        screen.expect("is asked; 12 actions a second")
        screen.press("f")

        assert screen.end() == 0
        assert screen.sane
        assert "What next:" in screen.raw.split(LEFT)[1]
    assert played("runs/demo.jsonl") == silent
