"""`ttgym validate`: does theory agree?"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import emit, table
from .progress import Progress
from .terminal import say

if TYPE_CHECKING:
    from test_time_gym.validation import ValidationRow

__all__ = ["validate"]

_FINDING = 1


def validate(
    *,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="ID",
            help="Only cases whose id begins so: B, A3 or A3/emsr-b. May be repeated.",
        ),
    ] = None,
    long: Annotated[
        bool,
        typer.Option("--long", help="Play simulated cases twenty times as often."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
) -> None:
    """Compare figures of theory with what comes out here.

    Closed forms are compared to the last digit that is printed, simulated cases within
    four standard errors. Exit codes: 0 all agree, 1 one does not, 2 no such case.
    """
    from test_time_gym.validation import all_cases, chosen
    from test_time_gym.validation import validate as rows_of

    cases = chosen(all_cases(), only or (), long=long)
    with Progress("cases", len(cases)) as progress:
        rows = list(rows_of(cases, long=long, progress=progress))
    emit(rows, _say, as_json=as_json, data=_data)
    if not all(row.ok for row in rows):
        raise typer.Exit(_FINDING)


def _data(rows: "list[ValidationRow]") -> dict[str, Any]:
    return {"cases": [row.as_dict() for row in rows], "ok": all(r.ok for r in rows)}


def _say(rows: "list[ValidationRow]") -> None:
    table(
        [
            {
                "id": row.id,
                "quantity": row.quantity,
                "theory": f"{row.theory:.{row.digits}f}",
                "estimate": f"{row.estimate:.{row.digits}f}",
                "± s.e.": f"{row.standard_error:.6f}" if row.seeds else None,
                "z": None if row.z is None else f"{row.z:+.2f}",
                "ok": "yes" if row.ok else "NO",
            }
            for row in rows
        ]
    )
    say()
    for row in rows:
        for complaint in row.complaints:
            say(f"{row.id}: {complaint}")
    wrong = sum(not row.ok for row in rows)
    count = f"{len(rows)} figures" if len(rows) > 1 else "One figure"
    if wrong:
        say(f"{count}, and {wrong} not as theory says.")
    else:
        say(f"{count}, as theory says.")
