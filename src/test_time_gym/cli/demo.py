"""`ttgym demo`: four buyers, one market, a few seconds."""

from pathlib import Path
from typing import Annotated

import typer

from . import values
from .played import show, show_json
from .run import FOLDER, play
from .terminal import say

__all__ = ["demo"]

SCENARIO = "flights/delhi-mumbai"
AGENTS = "cheapest,patient,first-offer,random"
JOURNAL = FOLDER / "demo.jsonl"


def demo(
    *,
    seed: Annotated[
        int,
        typer.Option(
            parser=values.seed, metavar="SEED", help="Another seed, other luck."
        ),
    ] = 7,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what `ttgym run --json` prints.")
    ] = False,
) -> None:
    """Watch four buyers contend for the same seats, and check the journal."""
    from test_time_gym.scenarios import load_scenario

    played = play(
        load_scenario(SCENARIO),
        agents=AGENTS,
        single=[],
        n_agents=None,
        seed=seed,
        episodes=1,
        journal=Path(JOURNAL),
        overwrite=True,
        max_turns=None,
        regret=True,
        verify=True,
    )
    if as_json:
        show_json(played)
    else:
        show(played)
        say("\nWhat next:")
        say(f"  ttgym replay {JOURNAL} --to 40      the market as it was at record 40")
        say(f"  ttgym run {SCENARIO} --agents my_agent.py:act    your own agent")
        say("  ttgym scenarios                          other worlds to play in")
    if played.exit_code:
        raise typer.Exit(played.exit_code)
