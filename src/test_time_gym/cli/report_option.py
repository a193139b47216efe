"""The option --report: the page of a result, beside its tables."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .terminal import note

if TYPE_CHECKING:
    from test_time_gym.report import Report

__all__ = [
    "OverwriteReport",
    "ReportFile",
    "verify_apart",
    "verify_report",
    "write_report",
]

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
        Misuse: the name is taken or no file's, or the system would refuse the file.
        BadParameter: there is no page to replace.
    """
    from test_time_gym.atomic_file import verify_place, verify_writable

    if path is not None:
        verify_writable(path, overwrite=overwrite)
        verify_place(path)
    elif overwrite:
        msg = "--overwrite is for the page of --report: say which, or leave it out."
        raise typer.BadParameter(msg)


def verify_apart(path: Path | None, kept: Iterable[Path]) -> None:
    """Raise when a page would take the place of what the command itself keeps.

    Args:
        path: of the page; None: there is none.
        kept: files and folders of the command. A page may not be one of them, nor
            stand where one of their folders has to be.

    Raises:
        Misuse: it would.
    """
    from test_time_gym.market.errors import Misuse

    if path is None:
        return
    page = path.resolve()
    for one in kept:
        if page == one.resolve() or page in one.resolve().parents:
            msg = f"--report {path} cannot be a file: the study is kept at {one}. "
            raise Misuse(msg + "Choose another name for the page")


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
