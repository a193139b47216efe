"""What is printed: safe for the terminal, whole, and about progress only sometimes."""

import io
import sys
import time

import pytest

from test_time_gym.cli import output, progress, terminal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ünd ₹ 東京", "plain, ünd ₹ 東京"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\rb\nc\td\be\0", "a\\rb\\nc\\td\\x08e\\x00"),
        ("\x9b31m", "\\x9b31m"),
        ("pay \u202e001\u202c", "pay \\u202e001\\u202c"),
        ("\u2066x\u2069\u200f\u061c", "\\u2066x\\u2069\\u200f\\u061c"),
        ("\u2028\u2029\ufeff", "\\u2028\\u2029\\ufeff"),
        ("\udcff", "\\udcff"),
        (7, "7"),
    ],
)
def test_what_could_steer_a_terminal_is_spelled_out(text, shown):
    assert terminal.clean(text) == shown


def test_a_table_is_never_cut_off(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "10")

    output.table(
        [{"name": "x" * 200, "price": 7}, {"name": "[bold]\x1b[1m", "price": None}]
    )

    assert capsys.readouterr().out.splitlines() == [
        "name" + " " * 198 + "price",
        "x" * 200 + "      7",
        "[bold]\\x1b[1m" + " " * 193 + "-",
    ]


def test_without_a_terminal_progress_is_a_line_now_and_then(capsys, monkeypatch):
    seconds = iter(range(100))
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))

    with progress.Progress("steps") as steps:
        for done in range(1, 13):
            steps("playing", done)

    assert capsys.readouterr() == ("", "playing: 5 steps\nplaying: 10 steps\n")


def test_one_of_what_is_counted_is_called_so(capsys, monkeypatch):
    seconds = iter(range(0, 100, 5))
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))

    with progress.Progress("runs") as runs:
        for done in range(3):
            runs("playing", done)

    assert capsys.readouterr() == (
        "",
        "playing: 0 runs\nplaying: 1 run\nplaying: 2 runs\n",
    )


class Screen(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_progress_is_a_bar_that_goes_away(monkeypatch):
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "_REDRAW_S", 0)

    with progress.Progress("steps", 10) as steps:
        steps("[red]playing", 5)

    assert "[red]playing 5 steps" in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[2K")


def test_closed_streams_are_no_obstacle(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)

    terminal.prepare()
    terminal.say("to nobody")
    terminal.note("to nobody")

    assert sys.stdout is not None
    assert sys.stderr is not None
    sys.stdout.close()
    sys.stderr.close()
