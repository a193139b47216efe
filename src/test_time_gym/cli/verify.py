"""`ttgym verify`: is a journal whole, and does it come out the same again?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import fields, plain, say_json
from .progress import Progress
from .show_diff import (
    from_where_they_differ,
    say_causes,
    say_changes,
    say_checkpoints,
    say_cut,
)
from .terminal import note, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from test_time_gym.replay import Divergence, Verdict

__all__ = ["verify"]

_USAGE = 2


def verify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Journals.")],
    *,
    structure: Annotated[
        bool,
        typer.Option(
            "--structure",
            help="Check hashes and layout only; executes nothing.",
        ),
    ] = False,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            metavar="AIRLINE=module:Class",
            help="A class of your own that decided for an airline in the run.",
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print one JSON object; several files in a list."),
    ] = False,
) -> None:
    """Check journals, and re-execute them byte for byte.

    Of a file with several runs each is checked; FILE#2 names the second one.

    Exit codes: 0 whole and equal, 2 cannot be read, 3 incomplete or torn,
    4 corrupt, 5 of an unknown format, 6 diverged. Of several files the highest.
    """
    from test_time_gym.market.errors import Misuse

    programs = _programs(policy or [])
    worst, shown = 0, []
    for path in files:
        try:
            for name, verdict in _check(path, programs, reexecute=not structure):
                worst = max(worst, int(verdict.exit_code))
                if as_json:
                    shown.append({"file": name, **plain(verdict)})
                else:
                    _say_verdict(name, verdict)
        except Misuse as error:
            note(f"error: {error}")
            worst = max(worst, _USAGE)
    if as_json and shown:
        several = len(files) > 1 or len(shown) > 1
        say_json({"journals": shown} if several else shown[0])
    if worst:
        raise typer.Exit(worst)


def _programs(policies: list[str]) -> dict[str, str]:
    """Return the classes of airlines.

    Raises:
        Misuse: one is not AIRLINE=module:Class.
    """
    from test_time_gym.market.errors import Misuse

    found = {}
    for text in policies:
        airline, equals, source = text.rpartition("=")
        if not (equals and airline and ":" in source):
            msg = f"--policy {text!r:.200} is not AIRLINE=module:Class"
            raise Misuse(msg)
        found[airline] = source
    return found


def _check(
    path: Path, programs: dict[str, str], *, reexecute: bool
) -> "Iterator[tuple[str, Verdict]]":
    from test_time_gym.replay import verify_runs

    with Progress("records") as progress:
        yield from verify_runs(
            path,
            reexecute=reexecute,
            airlines=programs or None,
            progress=lambda n: progress(f"replaying {path}", n),
        )


def _say_verdict(path: str, verdict: "Verdict") -> None:
    aborted = ", of a run that was cut short" if verdict.aborted else ""
    say(f"{path}: {verdict.status}{aborted}, {verdict.records} records")
    fields({"reason": verdict.reason or None}, width=9, margin="  ")
    where = verdict.first_divergence
    if where is not None:
        _say_divergence(path, where)
    again = {
        "equal": "equal: re-execution wrote the same bytes",
        "diverged": "DIVERGED",
        "skipped": "not re-executed",
    }
    shown = {"replay": again[verdict.replay], "sha256": verdict.sha256}
    fields(shown, width=9, margin="  ")


def _say_divergence(path: str, where: "Divergence") -> None:
    expected, found = where.expected, where.found
    if where.changes:
        expected, found = from_where_they_differ(expected, found)
    say_cut("expected", expected)
    say_cut("found", found)
    if where.changes:
        say_changes("fields", where.changes, "expected → found")
    one, two = where.causes, where.causes_found
    if one:
        say_causes("causes", one, f"of record {where.n} in the journal")
    if two and [link.n for link in one] != [link.n for link in two]:
        say_causes("causes", two, f"of record {where.n} as it came out")
    if where.checkpoints is not None:
        say_checkpoints(where.checkpoints, "journal", "re-executed")
    if where.unfit is not None:
        say_cut("", f"the journal's inputs fit no longer at record {where.unfit}")
    if where.n:
        # A command is of no use when it is cut off.
        say(f"  state     just before: ttgym replay {path} --to {where.n - 1}")
