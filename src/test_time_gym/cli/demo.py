"""`ttgym demo`: four buyers, one market, a few seconds."""

import os
import shutil
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from . import values
from .report import say_report, write_report
from .run import FOLDER, play
from .show_run import show
from .terminal import say, say_block, wrapped
from .watch import on_terminal, stage_of

if TYPE_CHECKING:
    from .watching import Lookout

__all__ = ["demo"]

SCENARIO = "flights/delhi-mumbai"
AGENTS = "cheapest,patient,first-offer,random"
JOURNAL = FOLDER / "demo.jsonl"
PAGE = FOLDER / "demo.html"

_SPEED = 12.0
"""Actions a second: the usual seed is over in some ten seconds."""

_WHAT_NEXT = """
"optimal" is what a clairvoyant would have paid for the same task in the same
market; "regret" is what was paid beyond it.

What next:
  {program} watch {journal}
  {program} replay {journal} --to 40
  {program} scenarios
  {program} run flights/rush --agents cheapest,patient  # or my_agent.py:act"""


def _program() -> str:
    """Return how to call this program: not everyone has it on the path."""
    if shutil.which("ttgym") or not sys.argv[0].endswith("ttgym"):
        return "ttgym"
    return os.path.relpath(sys.argv[0])


def _lookout(seed: int) -> "Lookout":
    return stage_of(f"{SCENARIO}, seed {seed}", _SPEED, paused=False)


def demo(
    *,
    seed: Annotated[
        int,
        typer.Option(
            parser=values.seed, metavar="SEED", help="Another seed, other luck."
        ),
    ] = 5,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what `ttgym run --json` prints.")
    ] = False,
) -> None:
    """Watch four buyers contend for the same seats.

    On a terminal the run is shown while it is played, with the keys of ttgym watch.
    """
    from test_time_gym.scenarios import load_scenario

    declared = load_scenario(SCENARIO)
    played = play(
        declared,
        agents=AGENTS,
        single=[],
        n_agents=None,
        seed=seed,
        episodes=1,
        journal=JOURNAL,
        overwrite=True,
        max_turns=None,
        regret=True,
        verify=True,
        lookout=None if as_json or not on_terminal() else _lookout(seed),
    )
    if not as_json:
        say_block(wrapped(declared.description))
        say()
    show(played, as_json=as_json)
    if not as_json:
        say_block(_WHAT_NEXT.format(program=_program(), journal=JOURNAL))
        say()
        say_report(write_report([JOURNAL], PAGE, overwrite=True), PAGE)
    if played.exit_code:
        raise typer.Exit(played.exit_code)
