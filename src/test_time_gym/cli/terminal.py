"""The terminal: results on stdout, everything else on stderr, nothing harmful."""

import io
import os
import sys
from contextlib import suppress
from shutil import get_terminal_size
from textwrap import fill

__all__ = [
    "clean",
    "note",
    "note_block",
    "prepare",
    "say",
    "say_block",
    "wrapped",
]

_PROSE_MIN, _PROSE_MAX = 40, 88


def clean(text: object) -> str:
    """Return text that is safe to print, as one line; see `market.errors.one_line`."""
    from test_time_gym.market.errors import one_line

    return one_line(str(text))


def prepare() -> None:
    """Make both streams accept every text, whatever the terminal's encoding."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            # Started with the stream closed: what is said goes nowhere.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: object = "") -> None:
    """Print one line of the result.

    Line breaks in it are spelled out as other control characters are: what comes
    from files and agents cannot fake a line of ours.
    """
    sys.stdout.write(f"{clean(text)}\n")


def say_block(text: str) -> None:
    """Print a text that we have laid out ourselves, in several lines."""
    sys.stdout.write(_lines(text))


def note(text: object) -> None:
    """Say in one line something that is not the result, on stderr, if anyone listens.

    As of `say`, its line breaks are spelled out.
    """
    with suppress(OSError):
        sys.stderr.write(f"{clean(text)}\n")


def note_block(text: str) -> None:
    """Say on stderr what we have laid out ourselves, in several lines."""
    with suppress(OSError):
        sys.stderr.write(_lines(text))


def wrapped(text: str, margin: str = "") -> str:
    """Return prose broken into lines that suit the terminal, and readers."""
    width = max(_PROSE_MIN, min(_PROSE_MAX, get_terminal_size().columns))
    return fill(text, width, initial_indent=margin, subsequent_indent=margin)


def _lines(text: str) -> str:
    return "\n".join(map(clean, text.split("\n"))) + "\n"
