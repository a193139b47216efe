"""The terminal: results on stdout, everything else on stderr, nothing harmful."""

import io
import json
import os
import sys
import unicodedata
from contextlib import suppress
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["clean", "note", "prepare", "say", "say_json", "table", "wrapped"]

_UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of Unicode that can steer a terminal or turn the reading order."""

_TABLE_MAX = 10_000
"""Columns a table may have before its cells are cut off after all."""

_PROSE_MIN, _PROSE_MAX = 40, 88

Align = Literal["left", "right"]


def clean(text: object) -> str:
    r"""Return text that is safe to print: control characters are spelled out.

    Names, reasons and messages come from files and agents.  Escape sequences in
    them could repaint the screen, and bidirectional marks reorder what is read.

    >>> clean("red \x1b[31m, reversed \u202e")
    'red \\x1b[31m, reversed \\u202e'
    """
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in _UNSAFE
        else character
        for character in str(text)
    )


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
    """Print lines of the result; the line breaks of ``text`` are kept."""
    sys.stdout.write(_lines(text))


def say_json(value: object) -> None:
    """Print the result for machines: one JSON value, in ASCII."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def note(text: object) -> None:
    """Say something that is not the result, on stderr, if anyone listens."""
    with suppress(OSError):
        sys.stderr.write(_lines(text))


def wrapped(text: str, margin: str = "") -> str:
    """Return prose broken into lines that suit the terminal, and readers."""
    width = max(_PROSE_MIN, min(_PROSE_MAX, get_terminal_size().columns))
    return fill(text, width, initial_indent=margin, subsequent_indent=margin)


def _lines(text: object) -> str:
    return "\n".join(map(clean, str(text).split("\n"))) + "\n"


def table(
    columns: "Sequence[tuple[str, Align]]", rows: "Iterable[Sequence[Any]]"
) -> None:
    """Print a table as wide as it needs: cells are never cut off.

    Args:
        columns: header and alignment of each.
        rows: cells; None is shown as a dash.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for header, align in columns:
        grid.add_column(Text(clean(header)), justify=align, no_wrap=True)
    for row in rows:
        grid.add_row(*(Text("-" if cell is None else clean(cell)) for cell in row))
    console = Console(file=sys.stdout, highlight=False, width=_TABLE_MAX)
    console.width = max(1, console.measure(grid).maximum)
    with console.capture() as capture:
        console.print(grid)
    # Written by us, so that a closed pipe raises instead of ending the process.
    lines = map(str.rstrip, capture.get().split("\n"))
    sys.stdout.write("\n".join(lines))
