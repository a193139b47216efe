"""`ttgym replay`: the state of a recorded run at one record, or its events in turn."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .follower import Follower
from .terminal import note, say, say_json, table

if TYPE_CHECKING:
    from test_time_gym.journal import JournalFile

__all__ = ["replay"]

_FLIGHTS_SHOWN = 12
_DATA_SHOWN = 400


def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A journal.")],
    *,
    to: Annotated[
        int | None,
        typer.Option(
            parser=values.record_number,
            metavar="N",
            help="Number of the record; otherwise the last.",
        ),
    ] = None,
    follow: Annotated[
        bool,
        typer.Option(
            "--follow",
            help="Step through the records instead, from --from up to --to; without "
            "a terminal to ask at, print them all.",
        ),
    ] = False,
    start: Annotated[
        int,
        typer.Option(
            "--from",
            parser=values.record_number,
            metavar="N",
            help="With --follow: number of the first record.",
        ),
    ] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
) -> None:
    """Show the state of a recorded run after any of its records.

    The journal is re-executed up to that record. Exit codes: as of `ttgym verify`.
    """
    from test_time_gym.journal import read_journal
    from test_time_gym.journal.reader import STATUS_CODES

    _verify_options(follow=follow, start=start, to=to, as_json=as_json)
    journal = read_journal(file)
    found = journal.structure
    code = int(STATUS_CODES[found.status])
    if code:
        note(f"{file} is {found.status}: {found.reason}")
    if not journal.lines:
        raise typer.Exit(code)
    if follow:
        Follower(journal, start, to, lambda n: _show(_state(journal, n))).run()
    else:
        n = len(journal.lines) - 1 if to is None else to
        (say_json if as_json else _show)(_state(journal, n))
    if code:
        raise typer.Exit(code)


def _verify_options(*, follow: bool, start: int, to: int | None, as_json: bool) -> None:
    if follow and as_json:
        raise typer.BadParameter("--follow is for people; say ttgym grep FILE --json.")
    if start and not follow:
        raise typer.BadParameter("--from goes with --follow.")
    if to is not None:
        values.verify_order("--from", start, "--to", to)


def _state(journal: "JournalFile", n: int) -> dict[str, Any]:
    from test_time_gym.journal import ExitCode
    from test_time_gym.market.errors import MarketError
    from test_time_gym.replay import state_at

    try:
        state = state_at(journal.path, n)
    except MarketError as error:
        if n >= len(journal.lines):
            raise
        # A valid chain can stand over a run that is none.
        note(f"error: {journal.path}: {error}")
        raise typer.Exit(ExitCode.DIVERGED) from error
    record = journal.record(n)
    return state | {
        "actor": record.actor,
        "cause": record.cause,
        "data": record.data,
        "records": journal.structure.records,
        "status": journal.structure.status,
    }


def _show(state: dict[str, Any]) -> None:
    """Print the state at a record as tables."""
    import json

    last = state["records"] - 1
    say(f"record   {state['record']} (of 0 to {last}): {state['kind']}")
    if state["actor"]:
        say(f"actor    {state['actor']}")
    data = json.dumps(state["data"], ensure_ascii=False)
    rest = f" … ({len(data)} characters)" if len(data) > _DATA_SHOWN else ""
    say(f"data     {data[:_DATA_SHOWN]}{rest}")
    say(f"clock    {state['now']} ({state['now_ms']} ms since opening)")
    say(f"digest   {state['digest']}")
    say()
    _show_flights(state)
    say()
    _show_agents(state)
    say()
    table(
        [("account", "left"), (f"balance {state['currency']}", "right")],
        state["ledger"].items(),
    )


def _show_flights(state: dict[str, Any]) -> None:
    flights = state["flights"]
    busiest = sorted(flights, key=lambda f: (-f["held"], -f["sold"], f["id"]))
    currency = f"price {state['currency']}"
    table(
        [
            ("flight", "left"),
            (currency, "right"),
            ("sold", "right"),
            ("held", "right"),
            ("available", "right"),
        ],
        [
            (f["id"], f["price"], f["sold"], f["held"], f["available"])
            for f in busiest[:_FLIGHTS_SHOWN]
        ],
    )
    if len(flights) > _FLIGHTS_SHOWN:
        say(f"… and {len(flights) - _FLIGHTS_SHOWN} more; --json has them all")


def _show_agents(state: dict[str, Any]) -> None:
    table(
        [
            ("agent", "left"),
            ("turns", "right"),
            ("page", "left"),
            ("cart", "left"),
            ("payment", "left"),
            ("hold", "left"),
            ("orders", "left"),
            ("outcome", "left"),
            ("reward", "right"),
        ],
        [
            (
                agent["name"],
                agent["turn"],
                agent["view"],
                ", ".join(agent["cart"]) or None,
                agent["payment"],
                agent["hold"],
                ", ".join(agent["orders"]) or None,
                agent["outcome"],
                f"{agent['reward']:.2f}",
            )
            for agent in state["agents"]
        ],
    )
