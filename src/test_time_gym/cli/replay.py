"""`ttgym replay`: the state of a recorded run at one record, or its events in turn."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .follower import Follower
from .output import emit, fields, table
from .terminal import note, say

if TYPE_CHECKING:
    from test_time_gym.journal import JournalFile

__all__ = ["replay"]

_OFFERS_SHOWN = 12
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
        emit(_state(journal, n), _show, as_json=as_json)
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
    data = json.dumps(state["data"], ensure_ascii=False)
    rest = f" … ({len(data)} characters)" if len(data) > _DATA_SHOWN else ""
    shown = {
        "record": f"{state['record']} (of 0 to {last}): {state['kind']}",
        "actor": state["actor"] or None,
        "data": f"{data[:_DATA_SHOWN]}{rest}",
        "clock": f"{state['now']} ({state['now_ms']} ms since opening)",
        "digest": state["digest"],
    }
    fields(shown, width=8)
    say()
    _show_offers(state)
    say()
    _show_agents(state)
    say()
    balance = f"balance {state['currency']}"
    table([{"account": name, balance: has} for name, has in state["ledger"].items()])


def _show_offers(state: dict[str, Any]) -> None:
    offers = state[state["offers"]]
    busiest = sorted(offers, key=lambda f: (-f["held"], -f["sold"], f["id"]))
    currency = f"price {state['currency']}"
    table(
        [
            {state["offer"]: f["id"], currency: f["price"]}
            | {name: f[name] for name in ("sold", "held", "available")}
            for f in busiest[:_OFFERS_SHOWN]
        ]
    )
    if len(offers) > _OFFERS_SHOWN:
        say(f"… and {len(offers) - _OFFERS_SHOWN} more; --json has them all")


def _show_agents(state: dict[str, Any]) -> None:
    table(
        [
            {
                "agent": agent["name"],
                "turns": agent["turn"],
                "page": agent["view"],
                "cart": ", ".join(agent["cart"]) or None,
                "payment": agent["payment"],
                "hold": agent["hold"],
                "orders": ", ".join(agent["orders"]) or None,
                "outcome": agent["outcome"],
                "reward": f"{agent['reward']:.2f}",
            }
            for agent in state["agents"]
        ],
    )
