"""`ttgym diff`: where two journals part, and what led to it."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import emit
from .progress import Progress
from .report_option import OverwriteReport, ReportFile, verify_report, write_report
from .show_diff import say_causes, say_changes, say_checkpoints, say_cut, say_streams
from .terminal import say

if TYPE_CHECKING:
    from test_time_gym.replay import Difference
    from test_time_gym.report import Report

__all__ = ["diff"]


def diff(
    a: Annotated[Path, typer.Argument(metavar="A", help="A journal.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    *,
    structure: Annotated[
        bool,
        typer.Option(
            "--structure", help="Compare records only, no states; executes nothing."
        ),
    ] = False,
    report: ReportFile = None,
    overwrite: OverwriteReport = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
) -> None:
    """Show the first record in which two journals differ, and what led to it.

    Exit codes: 0 the same, 1 different, 2 cannot be read; 3 one is incomplete or
    torn, 4 corrupt, 5 of an unknown format: their valid beginnings are compared.
    """
    from test_time_gym.replay import diff

    verify_report(report, overwrite=overwrite)
    if structure and report is not None:
        msg = "--report executes both journals, and --structure none: leave one out."
        raise typer.BadParameter(msg)
    with Progress("records") as progress:
        found = diff(
            a,
            b,
            execute=not structure,
            progress=lambda side, n: progress(f"replaying {side}", n),
        )

    def data(found: "Difference") -> dict[str, Any]:
        shown = asdict(found)
        shown["a"] = {"file": str(a), **shown["a"]}
        shown["b"] = {"file": str(b), **shown["b"]}
        return shown

    emit(found, lambda found: _say(a, b, found), as_json=as_json, data=data)
    write_report(report, lambda: _page(a, b, found), overwrite=overwrite)
    if found.exit_code:
        raise typer.Exit(found.exit_code)


def _page(a: Path, b: Path, found: "Difference") -> "Report":
    from test_time_gym.report.compare_page import compare_page

    with Progress("records") as progress:
        return compare_page(
            a,
            b,
            found=found,
            progress=lambda side, n: progress(f"replaying {side}", n),
        )


def _say(a: Path, b: Path, found: "Difference") -> None:
    for name, file, side in (("a", a, found.a), ("b", b, found.b)):
        say(f"{name}: {file}: {side.status}, {side.records} records")
        if side.reason:
            say_cut("reason", side.reason)
            say_cut("compared", f"its valid beginning, {side.records} records")
    if found.same:
        say("the same: every record")
        return
    if not found.a.records or not found.b.records:
        say("different: nothing can be compared")
        return
    say(f"different: {_summary(found)}")
    if found.header:
        say_changes("header", found.header, "a → b")
    if found.first is not None:
        _say_first(found)


def _summary(found: "Difference") -> str:
    alike = f"the first {found.common} records are the same"
    if found.header:
        alike = f"{found.common} records after the headers are the same"
    if found.ends_first:
        return f"{alike}, then {found.ends_first} ends"
    return f"{alike}, {'then not' if found.first else 'and no others follow'}"


def _say_first(found: "Difference") -> None:
    first = found.first
    if first is None:
        return
    say()
    say(f"record {first.n}")
    if first.changes:
        say_changes("fields", first.changes, "a → b")
    for name, links in (("a", first.causes_a), ("b", first.causes_b)):
        if links:
            say_causes(f"causes {name}", links, f"of record {first.n}")
    say_checkpoints(first.checkpoints, "a", "b")
    for state in found.states:
        where = f"after record {state.record}, a → b"
        say_changes("state", state.changes, where)
        if state.streams:
            say_streams(state.streams, where)
    if found.states_reason:
        say_cut("state", f"not compared further: {found.states_reason}")
