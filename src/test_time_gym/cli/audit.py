"""`ttgym audit`: does a journal hold together, by its bytes alone?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import emit, fields, table
from .progress import Progress
from .terminal import note, say

if TYPE_CHECKING:
    from test_time_gym.audit import Audit

__all__ = ["audit"]

_USAGE = 2
_SHOWN = 50
"""Findings in the table; `--json` has all."""


def audit(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A journal.")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
) -> None:
    """Recompute a journal from its records alone.

    Exit codes: 0 no finding, 1 findings, 2 cannot be read, 3 incomplete or torn,
    4 corrupt, 5 of an unknown format.
    """
    from test_time_gym.audit import Unreadable
    from test_time_gym.replay import audit

    try:
        with Progress("records") as progress:
            found = audit(file, progress=lambda n: progress(f"auditing {file}", n))
    except Unreadable as error:
        note(f"error: {error}")
        raise typer.Exit(_USAGE) from error
    emit(found, lambda audit: _say(file, audit), as_json=as_json, data=_data)
    if found.exit_code:
        raise typer.Exit(found.exit_code)


def _data(found: "Audit") -> dict[str, Any]:
    return {
        "status": found.status,
        "records": found.records,
        "findings": [finding._asdict() for finding in found.findings],
        "checked": found.checked,
    }


def _say(file: Path, found: "Audit") -> None:
    checks, findings = sum(found.checked.values()), found.findings
    count = f"{len(findings)} findings" if len(findings) > 1 else "one finding"
    result = count if findings else "no finding"
    say(f"{file}: {found.status}, {found.records} records, {checks} checks, {result}")
    fields({"reason": found.reason or None}, width=9, margin="  ")
    if findings:
        table(
            [
                {"rule": rule, "record": record, "finding": text}
                for rule, record, text in findings[:_SHOWN]
            ]
        )
    if len(findings) > _SHOWN:
        say(f"and {len(findings) - _SHOWN} more; --json has them all")
