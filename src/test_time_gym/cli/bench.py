"""`ttgym bench`: agents × scenarios, with the ceilings of those who know nothing."""

from typing import TYPE_CHECKING, Annotated

import typer

from .output import emit, table
from .progress import Progress
from .report_option import OverwriteReport, ReportFile, verify_report, write_report
from .terminal import note, say
from .values import AllowLong, AsJson, Reward, Workers, listed, whole
from .values import seed as whole_seed

if TYPE_CHECKING:
    from test_time_gym.evaluation.bench import Bench
    from test_time_gym.report import Report

__all__ = ["bench"]

_FINDING = 1
_SEEDS_MAX = 10**6

Agents = Annotated[
    str | None,
    typer.Option(
        "--agents",
        metavar="AGENT[,AGENT...]",
        help="Who is measured; by default all built-in agents, oracle, do-nothing and "
        "abort-at-once. Your own: module:Name or file.py:Name. "
        "A trained policy: ppo:FILE.npz. A language "
        "model: llm:MODEL@BASE_URL.",
    ),
]
Scenarios = Annotated[
    str | None,
    typer.Option(
        "--scenarios",
        metavar="SCENARIO[,SCENARIO...]",
        help="Names or .toml files; by default all scenarios of the package.",
    ),
]
Seeds = Annotated[
    int,
    typer.Option(
        "--seeds",
        parser=whole(1, _SEEDS_MAX),
        metavar="N",
        help="How many, in each scenario; of a family seed k plays site k.",
    ),
]
Start = Annotated[
    int,
    typer.Option("--start", parser=whole_seed, metavar="S", help="The first one."),
]
Episodes = Annotated[
    int,
    typer.Option(
        "--episodes",
        parser=whole(1, _SEEDS_MAX),
        metavar="K",
        help="Of one agent at each seed, one after the other: it may learn.",
    ),
]


def bench(
    *,
    agents: Agents = None,
    scenarios: Scenarios = None,
    seeds: Seeds = 10,
    start: Start = 0,
    episodes: Episodes = 1,
    workers: Workers = None,
    reward: Reward = None,
    allow_long: AllowLong = False,
    report: ReportFile = None,
    overwrite: OverwriteReport = False,
    as_json: AsJson = False,
) -> None:
    """Compare agents in scenarios.

    An agent has the first seat, the scenario's own policies have the others; of a team
    it has all. Exit code 1 if a policy that knows nothing of a scenario meets more
    of its tasks than its published ceiling says.
    """
    from test_time_gym.evaluation.bench import evaluate, scenarios_of
    from test_time_gym.rollout.workers import cores

    verify_report(report, overwrite=overwrite)
    chosen = scenarios_of(listed("--scenarios", scenarios))
    with Progress("jobs", len(chosen) * seeds) as progress:
        found = evaluate(
            listed("--agents", agents),
            chosen,
            seeds=seeds,
            start=start,
            episodes=episodes,
            workers=workers or cores(),
            reward=reward,
            allow_long=allow_long,
            progress=progress,
            so_far=None if as_json else progress.so_far,
        )
    emit(found, _show, as_json=as_json)
    write_report(report, lambda: _page(found), overwrite=overwrite)
    for row in found.rows:
        if row.error is not None:
            note(
                f"{row.agent}'s own program failed in {row.errors} of {row.episodes} "
                f"episodes of {row.scenario}, first: {row.error}"
            )
        for outcome, number in row.not_counted.items():
            note(
                f"{row.agent} in {row.scenario}: {number} of {row.episodes} episodes "
                f"ended with {outcome}, and are in no figure"
            )
    for finding in found.findings:
        note(finding)
    if found.findings:
        raise typer.Exit(_FINDING)


def _page(found: "Bench") -> "Report":
    from test_time_gym.report.bench_page import bench_page

    return bench_page(found)


def _show(found: "Bench") -> None:
    for place, (title, rows) in enumerate(found.as_tables()):
        if place:
            say()
        say(title)
        say()
        table(rows)
