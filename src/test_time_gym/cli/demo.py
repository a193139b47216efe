"""`ttgym demo`: four buyers, one market, a few seconds."""

import os
import shutil
import sys
from typing import Annotated

import typer

from . import values
from .report import say_report, write_report
from .run import FOLDER, play
from .show_run import show
from .terminal import say, say_block, wrapped

__all__ = ["demo"]

SCENARIO = "flights/delhi-mumbai"
AGENTS = "cheapest,patient,first-offer,random"
JOURNAL = FOLDER / "demo.jsonl"
PAGE = FOLDER / "demo.html"

_WHAT_NEXT = """
"optimal" is what a clairvoyant would have paid for the same task in the same
market; "regret" is what was paid beyond it.

What next:
  {program} replay {journal} --to 40
  {program} scenarios
  {program} run flights/rush --agents cheapest,patient  # or my_agent.py:act"""


def _program() -> str:
    """Return how to call this program: not everyone has it on the path."""
    if shutil.which("ttgym") or not sys.argv[0].endswith("ttgym"):
        return "ttgym"
    return os.path.relpath(sys.argv[0])


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
    """Watch four buyers contend for the same seats."""
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
