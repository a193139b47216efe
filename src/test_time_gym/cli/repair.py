"""`ttgym repair`: cut the torn last line off a journal."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from .terminal import note, say, say_json

__all__ = ["repair"]


def repair(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A torn journal.")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
) -> None:
    """Cut the torn last line off a journal.

    A last line that lacks nothing but its line end gets it instead. The file as it
    was stays as FILE.broken. Only torn journals are repaired.
    Exit codes: 0 repaired; otherwise nothing was changed: 2 complete or not
    writable, 3 nothing to cut, 4 corrupt, 5 of an unknown format.
    """
    from test_time_gym.journal import Irreparable
    from test_time_gym.journal import repair as cut

    try:
        done = cut(file)
    except Irreparable as error:
        note(f"error: {error}")
        raise typer.Exit(error.exit_code) from error
    if as_json:
        say_json(asdict(done))
        return
    say(f"{done.file}: {done.status}, {done.records} records")
    if done.added_bytes:
        say("  added     the line end of the last record, which was whole")
    else:
        say(f"  cut off   {done.cut_bytes} bytes without a line end")
    say(f"  copy      {done.backup}")
