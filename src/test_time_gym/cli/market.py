"""`ttgym market`: what sellers earn in a market without agents, and by which policy."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import emit, table
from .progress import Progress
from .report_option import OverwriteReport, ReportFile, verify_report, write_report
from .terminal import note, say
from .values import (
    AllowLong,
    AsJson,
    MemoryLimit,
    Policies,
    Workers,
    policies,
    whole,
)
from .values import seed as whole_seed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from test_time_gym.report import Report
    from test_time_gym.tables import TitledTable

__all__ = ["market"]

_SEEDS_MAX = 10**6
_SEEDS = 20
"""Runs unless a number is given."""

Source = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A name or a .toml file.")
]
Compared = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="POLICY",
        help="With --compare: policies of all sellers, such as fixed, or of some, such "
        "as 'Aurora=emsr_b; Blue Air=fixed', or declared. All are compared with the "
        "first.",
    ),
]
Compare = Annotated[
    bool,
    typer.Option("--compare", help="Compare the policies that follow the scenario."),
]
Seeds = Annotated[
    int | None,
    typer.Option(
        "--seeds",
        parser=whole(1, _SEEDS_MAX),
        metavar="N",
        help="How many runs; 20 unless given.",
    ),
]
Trials = Annotated[
    int | None,
    typer.Option(
        "--trials",
        parser=whole(1, _SEEDS_MAX),
        metavar="N",
        help="With --compare, in place of --seeds: so many trials, each of departures "
        "from which sellers learn one after the other.",
    ),
]
Samples = Annotated[
    int | None,
    typer.Option(
        "--samples",
        parser=whole(1, _SEEDS_MAX),
        metavar="N",
        help="Departures of a trial that count; 50 unless given.",
    ),
]
BurnIn = Annotated[
    int | None,
    typer.Option(
        "--burn-in",
        parser=whole(0, _SEEDS_MAX),
        metavar="N",
        help="Departures of a trial before them; unless given as many as any seller "
        "learns from.",
    ),
]
Start = Annotated[
    int,
    typer.Option(
        "--start", parser=whole_seed, metavar="S", help="The first seed or trial."
    ),
]
Keep = Annotated[
    Path | None,
    typer.Option(
        "--keep",
        metavar="FILE",
        help="With --compare: keep every finished run in FILE, and go on from those "
        "that it has.",
    ),
]
WarmUp = Annotated[
    str | None,
    typer.Option(
        "--warm-up",
        metavar="HOW",
        help="simulate, draw or none, instead of what the scenario declares. Only "
        "simulate counts sales from the first arrival on.",
    ),
]
Elasticity = Annotated[
    bool,
    typer.Option(
        "--elasticity/--no-elasticity",
        help="Play again with base fares 5 % up and down, of all and of each seller.",
    ),
]
Prices = Annotated[
    str | None,
    typer.Option(
        "--prices",
        metavar="FACTOR",
        help="Compare all base fares times this, as in 1.5, with those declared; "
        "floors and ceilings go with them.",
    ),
]


def market(
    *,
    scenario: Source,
    compared: Compared = None,
    compare: Compare = False,
    seeds: Seeds = None,
    start: Start = 0,
    trials: Trials = None,
    samples: Samples = None,
    burn_in: BurnIn = None,
    keep: Keep = None,
    policy: Policies = None,
    warm_up: WarmUp = None,
    elasticity: Elasticity = True,
    prices: Prices = None,
    workers: Workers = None,
    allow_long: AllowLong = False,
    memory: MemoryLimit = None,
    report: ReportFile = None,
    overwrite: OverwriteReport = False,
    as_json: AsJson = False,
) -> None:
    """Look at a market without agents: revenue, loads, prices, who buys.

    Every figure has its standard error over seeds. With --compare, policies are
    played with the same buyers, seed by seed, and their differences told.
    """
    from test_time_gym.evaluation.market import compare as compare_policies
    from test_time_gym.evaluation.market import compare_prices
    from test_time_gym.evaluation.market import market as play
    from test_time_gym.evaluation.market.elasticity import runs_each
    from test_time_gym.rollout.workers import cores

    names = compared or []
    _verify_compare(names, compare, prices, keep)
    _verify_trials(compare, seeds, trials, samples, burn_in)
    verify_report(report, overwrite=overwrite)
    count = trials or seeds or _SEEDS
    given: Any = range(start, start + count)
    base = policies(policy)
    each = len(names) or (runs_each(scenario) if elasticity else 1)
    each = each if prices is None else 2
    with Progress("trials" if trials else "runs", count * each) as progress:
        options: dict[str, Any] = {
            "seeds": given,
            "warm_up": warm_up,
            "workers": workers or cores(),
            "allow_long": allow_long,
            "memory": memory,
            "progress": progress,
        }
        if compare:
            if trials:
                options |= {"trials": given, "samples": samples, "burn_in": burn_in}
            with _going_on(keep):
                found: Any = compare_policies(
                    scenario, names, base=base, keep=keep, **options
                )
        elif prices is not None:
            found = compare_prices(scenario, prices, policies=base, **options)
        else:
            found = play(scenario, base, elasticity=elasticity, **options)
    emit(found, lambda one: _show(one.as_tables()), as_json=as_json)
    write_report(report, lambda: _page(found), overwrite=overwrite)
    _note_all(found.notes)


def _note_all(notes: "Sequence[str]") -> None:
    for text in notes:
        note(text)


@contextmanager
def _going_on(keep: Path | None) -> "Iterator[None]":
    """Say how to go on if it is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        if keep is None:
            note("Nothing was kept: with --keep FILE the same command could go on.")
        else:
            note(f"Finished runs are kept in {keep}: the same command goes on there.")
        raise


def _verify_compare(
    names: "Sequence[str]", compare: bool, prices: str | None, keep: Path | None
) -> None:
    """Raise what does not go together with comparing policies, or without it.

    Raises:
        BadParameter: something does not.
    """
    if compare and not names:
        msg = "--compare: give two policies at least, such as fixed declared."
        raise typer.BadParameter(msg)
    if names and not compare:
        msg = f"{names[0]!r:.60} follows the scenario: policies go with --compare."
        raise typer.BadParameter(msg)
    if compare and prices is not None:
        msg = "--prices compares prices and --compare policies: choose one of them."
        raise typer.BadParameter(msg)
    if keep is not None and not compare:
        raise typer.BadParameter("--keep is of comparisons: give --compare as well.")


def _verify_trials(
    compare: bool,
    seeds: int | None,
    trials: int | None,
    samples: int | None,
    burn_in: int | None,
) -> None:
    """Raise which of these options goes without another.

    Raises:
        BadParameter: one does.
    """
    if trials is not None and not compare:
        raise typer.BadParameter("--trials compares policies: give --compare as well.")
    if trials is not None and seeds is not None:
        msg = "--trials stands in place of --seeds: give one of them."
        raise typer.BadParameter(msg)
    for name, value in (("--samples", samples), ("--burn-in", burn_in)):
        if value is not None and trials is None:
            msg = f"{name} is of trials, and none are asked for: give --trials."
            raise typer.BadParameter(msg)


def _page(found: Any) -> "Report":
    from test_time_gym.report.market_page import market_page

    return market_page(found)


def _show(tables: "Sequence[TitledTable]") -> None:
    for place, (title, rows) in enumerate(tables):
        if place:
            say()
        say(title)
        say()
        table(rows)
