"""`ttgym report`: recorded runs as a page to look at."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .output import emit, fields
from .progress import Progress
from .terminal import note, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from test_time_gym.report import Report

__all__ = ["report", "say_report", "write_report"]

OUT = Path("report.html")

Journals = Annotated[
    list[Path],
    typer.Argument(
        metavar="JOURNAL...",
        help="Journals; FILE#2: one run of many. Or the folder of a study, as "
        "`ttgym learn` names it.",
    ),
]
Cassettes = Annotated[
    list[Path] | None,
    typer.Option(
        "--cassette",
        metavar="FILE",
        help="What models were asked and answered; may be given several times.",
    ),
]
LlmPrice = Annotated[
    Any,
    typer.Option(
        parser=values.token_prices,
        metavar="PROMPT/COMPLETION",
        help="Dollars for a million tokens, as in 0.25/2; else no cost is told.",
    ),
]
Against = Annotated[
    Path | None,
    typer.Option(
        metavar="JOURNAL",
        help="Compare the journal with this one, from where they part.",
    ),
]
MemoryFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Of a study, if it was not kept in its folder."),
]


def report(
    journals: Journals,
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="The page.")
    ] = OUT,
    cassettes: Cassettes = None,
    llm_price: LlmPrice = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the page if there is one.")
    ] = False,
    against: Against = None,
    memory: MemoryFile = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
) -> None:
    """Write a page that shows recorded runs, or a study: open it in a browser.

    Of runs it shows every agent's page at every moment, stock and prices, who lost
    what to whom, and all events with their causes. It needs no network.

    Exit codes: 0 written, 2 refused or cannot be written; as of `ttgym verify` where
    a journal is not whole or diverges: the page is written, and says so. With
    --against as of `ttgym diff`.
    """
    made = write_report(
        journals,
        out,
        overwrite=overwrite,
        cassettes=cassettes or (),
        llm_price=llm_price,
        against=against,
        memory=memory,
    )
    emit(made, lambda one: say_report(one, out), as_json=as_json, data=_told(out))
    for finding in made.findings:
        note(finding)
    if made.exit_code:
        raise typer.Exit(made.exit_code)


def _told(out: Path) -> "Callable[[Report], dict[str, Any]]":
    """Return what makes data for JSON of a report that was written to a file."""
    return lambda made: {
        "file": str(out),
        "title": made.title,
        "kind": made.kind,
        "contents": made.contents,
        "bytes": len(made.html),
        "findings": list(made.findings),
    }


def write_report(
    journals: "Sequence[Path]",
    out: Path,
    *,
    overwrite: bool,
    cassettes: "Sequence[Path]" = (),
    llm_price: "tuple[int, int] | None" = None,
    against: Path | None = None,
    memory: Path | None = None,
) -> "Report":
    """Write a page, and return it; see `make_report`.

    Raises:
        Misuse: a journal cannot be read, or the page cannot be written.
    """
    from test_time_gym.agents.llm.budget import TokenPrices
    from test_time_gym.atomic_file import verify_place, verify_writable
    from test_time_gym.report import make_report

    verify_writable(out, overwrite=overwrite)
    verify_place(out)
    with Progress("records") as progress:
        made = make_report(
            journals,
            cassettes=cassettes,
            prices=None if llm_price is None else TokenPrices(*llm_price),
            against=against,
            memory=memory,
            progress=lambda name, n: progress(f"replaying {name}", n),
        )
    made.save(out, overwrite=overwrite)
    return made


def say_report(made: "Report", out: Path) -> None:
    """Say where a page is, and how to look at it."""
    say(f"{out}: {made.contents}, {len(made.html) / 1000:,.0f} kB")
    fields({"open in a browser": out.absolute().as_uri()}, width=18, margin="  ")
