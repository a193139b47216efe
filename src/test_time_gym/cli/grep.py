"""`ttgym grep`: find records of a journal; nothing is executed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .line import Lines
from .output import say_json
from .terminal import note, say

if TYPE_CHECKING:
    from test_time_gym.journal import Record

__all__ = ["grep"]

_NOTHING_FOUND = 1


FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A journal.")]
KindOption = Annotated[
    list[str] | None,
    typer.Option(metavar="KIND", help="Of this kind; repeated: of any of them."),
]
AgentOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SEAT",
        help="Where this agent acted or is concerned; repeated: any of them. "
        "The market itself has an empty name.",
    ),
]
OrderOption = Annotated[
    str | None,
    typer.Option(
        metavar="ORDER",
        help="Of this order: its hold, its payments, and the actions behind them.",
    ),
]
TextOption = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="In which this text stands as it is spelled."),
]
FromOption = Annotated[
    int,
    typer.Option(
        "--from",
        parser=values.record_number,
        metavar="N",
        help="Number of the first record to look at.",
    ),
]
ToOption = Annotated[
    int | None,
    typer.Option(
        parser=values.record_number,
        metavar="N",
        help="Number of the last record to look at.",
    ),
]
CountOption = Annotated[
    bool, typer.Option("--count", help="Print only how many there are.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def grep(
    file: FileArgument,
    *,
    kind: KindOption = None,
    agent: AgentOption = None,
    order: OrderOption = None,
    text: TextOption = None,
    start: FromOption = 0,
    to: ToOption = None,
    count: CountOption = False,
    as_json: JsonOption = False,
) -> None:
    """Find the records of a journal that meet all conditions.

    Nothing is executed. Exit codes: 0 found, 1 nothing found, 2 usage; a journal
    that is not whole is searched as far as it is sound: 3 incomplete or torn,
    4 corrupt, 5 of an unknown format.
    """
    from test_time_gym.journal import read_journal
    from test_time_gym.journal.grep import Search
    from test_time_gym.journal.reader import STATUS_CODES

    if to is not None:
        values.verify_order("--from", start, "--to", to)
    journal = read_journal(file)
    status = journal.structure.status
    code = int(STATUS_CODES[status])
    if code:
        note(f"{file} is {status}: {journal.structure.reason}")
    search = Search(
        kinds=tuple(kind or ()),
        agents=tuple(agent or ()),
        order=order,
        text=text,
        first=start,
        last=to,
    )
    number = 0
    lines, shown = Lines(journal), []
    for record in search.of(journal):
        number += 1
        if as_json and not count:
            shown.append(_plain(record))
        elif not count:
            say(lines.of(record))
    if as_json:
        listed = {} if count else {"records": shown}
        say_json({"file": str(file), "status": status, "count": number, **listed})
    elif count:
        say(number)
    if code or not number:
        raise typer.Exit(code or _NOTHING_FOUND)


def _plain(record: "Record") -> dict[str, Any]:
    return {
        "n": record.n,
        "t": record.t,
        "kind": record.kind,
        "actor": record.actor,
        "cause": record.cause,
        "data": record.data,
    }
