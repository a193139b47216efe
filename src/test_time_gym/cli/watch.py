"""`ttgym watch`: a run on the terminal while it is played, or a recorded one."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .llm_options import ModelOptions, takes_models
from .output import table
from .run import (
    AgentOption,
    AgentsOption,
    CountOption,
    ForceOption,
    JournalOption,
    TurnsOption,
    WindowOption,
    own_file,
    play,
)
from .show_run import show
from .sites import DriftOption, SiteOption, site_of
from .terminal import note, say

if TYPE_CHECKING:
    from .watching import Lookout
    from .watching.frame import Frame

__all__ = ["on_terminal", "stage_of", "watch"]

_OF_A_RUN = (
    "--agents",
    "--agent",
    "--n-agents",
    "--seed",
    "--site",
    "--drift",
    "--journal",
    "--force",
    "--max-turns",
    "--reward",
    "--window",
)
"""Options that a journal cannot have: it has been played."""
_SPEED = 4.0
_SEED = 7

SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO|JOURNAL",
        help="What is played (see: ttgym scenarios), or a journal: a recorded run.",
    ),
]
SpeedOption = Annotated[
    float,
    typer.Option(
        "--speed",
        parser=values.speed,
        metavar="N",
        help="Actions a second, 0.1 to 1000; + and - change it.",
    ),
]
PausedOption = Annotated[
    bool, typer.Option("--paused", help="Wait for a key before every action.")
]
OptionalSeed = Annotated[
    int | None,
    typer.Option(parser=values.seed, metavar="SEED", help="Of the run; otherwise 7."),
]


@takes_models
def watch(
    source: SourceArgument,
    *,
    speed: SpeedOption = _SPEED,
    paused: PausedOption = False,
    site: SiteOption = None,
    drift: DriftOption = None,
    agents: AgentsOption = None,
    agent: AgentOption = None,
    n_agents: CountOption = None,
    seed: OptionalSeed = None,
    journal: JournalOption = None,
    force: ForceOption = False,
    max_turns: TurnsOption = None,
    reward: values.Reward = None,
    window: WindowOption = None,
    models: ModelOptions,
    allow_long: values.AllowLong = False,
) -> None:
    """Watch a run on the terminal while it is played, or watch a recorded one.

    Keys: space pauses and goes on, n takes one step, + and - change the speed, f goes
    to the end, q stops. Elsewhere than on a terminal, what happens is printed line by
    line. The run and its journal are those of ttgym run.
    """
    from test_time_gym.scenarios import load_family, load_scenario

    if _is_journal(source):
        given = [agents, agent, n_agents, seed, site, drift, journal, force or None]
        _verify_nothing_else(models, [*given, max_turns, reward, window])
        _watch_journal(Path(source), speed, paused=paused)
        return
    declared = load_scenario(source)
    if site is not None or drift:
        declared = site_of(load_family(source), site, drift or [])
    seed = _SEED if seed is None else seed
    played = play(
        declared.with_reward(reward),
        agents=agents,
        single=agent or [],
        n_agents=n_agents,
        seed=seed,
        episodes=1,
        journal=journal or own_file(declared, site, seed),
        overwrite=force or journal is None or models.resume,
        max_turns=max_turns,
        window=window,
        regret=True,
        verify=False,
        models=models,
        allow_long=allow_long,
        lookout=stage_of(f"{source}, seed {seed}", speed, paused=paused),
    )
    if not on_terminal():
        say()
    show(played)


def _verify_nothing_else(models: ModelOptions, given: list[Any]) -> None:
    """Raise if options of a run come with a journal.

    Args:
        models: those of language models.
        given: what `_OF_A_RUN` came to.
    """
    named = zip(_OF_A_RUN, given, strict=True)
    wrong = [name for name, value in named if value is not None]
    if wrong or models.given:
        msg = f"{wrong[0] if wrong else '--llm-…'} is for a scenario: a journal "
        raise typer.BadParameter(msg + "has been played.")


def _is_journal(source: str) -> bool:
    """Return whether a recorded run is meant, and no scenario."""
    named = source.endswith((".jsonl", ".zst"))
    return named or (not source.endswith(".toml") and Path(source).is_file())


def on_terminal() -> bool:
    """Return whether there is a terminal on which a screen can be drawn."""
    return sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def stage_of(title: str, speed: float, *, paused: bool) -> "Lookout":
    """Return who shows a run: on a screen, or else line by line.

    Raises:
        BadParameter: it is to wait for keys, and there is no keyboard.
    """
    from .watching import Lookout, Printed, Screen, WatchSpeed

    if paused and not (on_terminal() and sys.stdin is not None and sys.stdin.isatty()):
        msg = "--paused waits for keys, and this is no terminal with a keyboard."
        raise typer.BadParameter(msg)
    stage: Any = (
        Screen(WatchSpeed(speed, paused=paused)) if on_terminal() else Printed()
    )
    return Lookout(stage, title)


def _watch_journal(path: Path, speed: float, *, paused: bool) -> None:
    """Show a recorded run, and end as its journal deserves."""
    from test_time_gym.journal import ExitCode, read_journal
    from test_time_gym.journal.reader import STATUS_CODES
    from test_time_gym.market.errors import MarketError

    from .watching import Stopped, watched_journal

    journal = read_journal(path)
    found = journal.structure
    code = int(STATUS_CODES[found.status])
    if journal.lines:
        lookout = stage_of(str(path), speed, paused=paused)
        try:
            with suppress(Stopped), lookout:
                watched_journal(journal, lookout)
        except MarketError as error:
            # A valid chain can stand over a run that is none.
            note(f"error: {path}: {error}")
            raise typer.Exit(ExitCode.DIVERGED) from error
        if lookout.frame is not None:
            _show_end(lookout.frame)
    if code:
        note(f"{path} is {found.status}: {found.reason}")
        raise typer.Exit(code)


def _show_end(frame: "Frame") -> None:
    """Show how the agents stand, once nobody looks on any more."""
    if not on_terminal():
        say()
    say(f"{frame.title}: {frame.step} actions, {frame.now}")
    say()
    table(
        [
            {
                "agent": row["agent"],
                "turns": row["turn"],
                "page": row["page"],
                "last action": row["did"],
                "outcome": row["outcome"] or None,
                frame.currency: row["money"],
            }
            for row in frame.agents
        ]
    )
