"""The terminal: results on stdout, everything else on stderr, nothing harmful."""

import io
import json
import os
import sys
from contextlib import suppress
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "clean",
    "note",
    "note_block",
    "prepare",
    "say",
    "say_block",
    "say_json",
    "table",
    "wrapped",
]

_TABLE_MAX = 10_000
"""Columns a table may have before its cells are cut off after all."""

_PROSE_MIN, _PROSE_MAX = 40, 88

Align = Literal["left", "right"]


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


def say_json(value: object) -> None:
    """Print the result for machines: one JSON value, in ASCII."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


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
