"""`ttgym repair`: cut the torn last line off a journal."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import emit, fields
from .terminal import note, say

if TYPE_CHECKING:
    from test_time_gym.journal import Repaired

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
    emit(done, _show, as_json=as_json)


def _show(done: "Repaired") -> None:
    say(f"{done.file}: {done.status}, {done.records} records")
    cut = f"{done.cut_bytes} bytes without a line end"
    added = "the line end of the last record, which was whole"
    shown = {"added": added} if done.added_bytes else {"cut off": cut}
    fields({**shown, "copy": done.backup}, width=9, margin="  ")
