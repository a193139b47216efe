"""`ttgym fork`: play a recorded run on from one of its records, with other agents."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .agents_option import successors
from .progress import Progress
from .show_run import PlayedRun, show, verified
from .terminal import note, say

if TYPE_CHECKING:
    from test_time_gym.replay import Fork

__all__ = ["fork"]

AtOption = Annotated[
    int,
    typer.Option(
        "--at",
        parser=values.record_number,
        metavar="N",
        help="Number of a record: the fork is at the first decision after it.",
    ),
]
AgentOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SEAT=AGENT",
        help="Who takes over a seat, as in buyer_1=patient; may be repeated. "
        "Agents are named as in: ttgym run --help",
    ),
]
OutOption = Annotated[
    Path,
    typer.Option("--out", "-o", metavar="FILE", help="The fork's own journal."),
]
OthersOption = Annotated[
    Any,
    typer.Option(
        parser=values.others,
        metavar="play|repeat",
        help="What the other seats do: those with a built-in policy play on, or all "
        "repeat their recorded actions.",
    ),
]
OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Replace a journal that exists.")
]
RegretOption = Annotated[
    bool,
    typer.Option(
        "--regret/--no-regret",
        help="Compare what was paid with the clairvoyant optimum.",
    ),
]
VerifyOption = Annotated[
    bool, typer.Option("--verify/--no-verify", help="Re-execute the fork afterwards.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object, money in minor units.")
]


def fork(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The parent's journal.")],
    *,
    at: AtOption,
    out: OutOption,
    agent: AgentOption = None,
    others: OthersOption = "play",
    overwrite: OverwriteOption = False,
    regret: RegretOption = True,
    verify: VerifyOption = True,
    as_json: JsonOption = False,
) -> None:
    """Play a recorded run on from one of its records, with other agents.

    Past and chance are those of the parent; only what agents do from there on, and
    what follows from it, differs. Exit codes: 0 forked, 2 usage, 4 the parent is
    corrupt, 5 of an unknown format, 6 of no run, or re-execution gives other bytes.
    """
    from test_time_gym.evaluation import ADVISED, Regrets
    from test_time_gym.journal import ExitCode
    from test_time_gym.replay import Diverged, Unforkable
    from test_time_gym.replay import fork as play_on

    sources, labels = successors(agent or [])
    try:
        with Progress("steps") as progress:
            done = play_on(
                file,
                at,
                sources,
                journal=out,
                others=others,
                overwrite=overwrite,
                measure=Regrets() if regret else None,
                advised=ADVISED,
                progress=progress,
            )
    except Unforkable as error:
        note(f"error: {error}")
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt:
        if out.exists():
            note(f"What has been played is kept: {out}")
        raise
    except Diverged as error:
        note(f"error: {file} cannot be forked: {error}")
        raise typer.Exit(ExitCode.DIVERGED) from error
    played = PlayedRun(done, labels, verified(done) if verify else [])
    if done.status != "complete":
        note(f"{file} is {done.status}: it is forked as far as it is sound")
    for seat, n in done.differs.items():
        note(
            f"{seat} repeats what is on record: asked again, its policy does "
            f"something else at record {n}"
        )
    if not as_json:
        _say(done)
    show(played, as_json=as_json)
    if played.exit_code:
        raise typer.Exit(played.exit_code)


def _say(done: "Fork") -> None:
    say(f"fork of {done.parent} after record {done.n}")
    for role in ("taken over", "plays on", "repeats"):
        names = [seat for seat, found in done.seats.items() if found == role]
        if names:
            say(f"{role:<12}{', '.join(names)}")
    say()
