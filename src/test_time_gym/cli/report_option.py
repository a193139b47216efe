"""The option --report: the page of a result, beside its tables."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .terminal import note

if TYPE_CHECKING:
    from test_time_gym.report import Report

__all__ = ["OverwriteReport", "ReportFile", "verify_report", "write_report"]

ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="FILE.html",
        help="Also write a page to look at: one file, which opens without a network.",
    ),
]
OverwriteReport = Annotated[
    bool, typer.Option("--overwrite", help="Replace the page of --report.")
]


def verify_report(path: Path | None, *, overwrite: bool) -> None:
    """Raise when a page cannot be written there, before anything is played.

    Raises:
        Misuse: the name is taken or no file's; or there is no page to replace.
    """
    from test_time_gym.atomic_file import verify_writable

    if path is not None:
        verify_writable(path, overwrite=overwrite)
    elif overwrite:
        msg = "--overwrite is for the page of --report: say which, or leave it out."
        raise typer.BadParameter(msg)


def write_report(
    path: Path | None, made: "Callable[[], Report]", *, overwrite: bool
) -> None:
    """Write a page, whole or not at all, and say where; None: there is none.

    Raises:
        Misuse: the operating system refuses.
    """
    if path is not None:
        made().save(path, overwrite=overwrite)
        note(f"report: {path}")
