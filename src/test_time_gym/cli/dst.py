"""`ttgym dst`: deterministic simulation testing of the market."""

from typing import TYPE_CHECKING, Annotated

import typer

from .output import emit, table
from .progress import Progress
from .terminal import note_block, say, wrapped
from .values import SEED_MAX, whole
from .values import seed as whole_seed

if TYPE_CHECKING:
    from test_time_gym.dst.campaign import Campaign

__all__ = ["dst"]

_FINDING = 1
_seeds = whole(1, 10**6)
_jobs = whole(1, 1024)


def dst(
    *,
    seeds: Annotated[
        int,
        typer.Option("--seeds", parser=_seeds, metavar="N", help="How many seeds."),
    ] = 100,
    start: Annotated[
        int,
        typer.Option("--start", parser=whole_seed, metavar="S", help="The first one."),
    ] = 0,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", parser=whole_seed, metavar="ONE", help="Play this one alone."
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", parser=_jobs, metavar="J", help="Processes; default: cores."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
) -> None:
    """Test the market in drawn worlds, under all laws.

    Each seed is a test of its own: it draws a small world, what goes wrong in it
    and who plays, checks every law after every event and action, and then lets
    all come to its end. Exit code 1 if a law is broken, or if in 100 seeds and
    more too little happened for the result to mean anything.
    """
    from test_time_gym.dst.campaign import Campaign, find
    from test_time_gym.market.errors import Misuse
    from test_time_gym.rollout.workers import cores

    first, count = (start, seeds) if seed is None else (seed, 1)
    if first + count - 1 > SEED_MAX:
        msg = f"--start {first} and --seeds {count} go beyond the last seed, 2**128 - 1"
        raise Misuse(msg)
    wanted = range(first, first + count)
    campaign = Campaign()
    try:
        with Progress("seeds", count) as progress:
            find(campaign, wanted, jobs=jobs or cores(), progress=progress)
    except KeyboardInterrupt:
        emit(campaign, _show, as_json=as_json)
        raise
    emit(campaign, _show, as_json=as_json)
    if not campaign.ok:
        raise typer.Exit(_FINDING)


def _show(campaign: "Campaign") -> None:
    found = campaign.as_dict()
    for violation in campaign.violations:
        say(f"{violation.reproduce}  # {violation.law}: {violation.values}")
        if violation.minimal is not None:
            from test_time_gym.market.journal import canonical

            say(f"  smallest: {canonical(violation.minimal).decode()}")
    say(
        f"{found['seeds']} seeds, {len(campaign.violations)} violations, "
        f"{found['simulated_hours']} simulated hours"
    )
    say(
        f"{found['actions']} actions, {found['events']} events, laws checked "
        f"{found['checks']} times, {found['replayed']} journals re-executed"
    )
    if campaign.seeds > 1:
        say()
        met = [(name, times) for name, times in found["sometimes"].items() if times]
        table([{"situation": name, "times": times} for name, times in met])
        say()
    if found["vacuous"]:
        note_block(wrapped(f"Too few to mean anything: {', '.join(found['vacuous'])}."))
    if campaign.seeds > 1 and found["unseen"]:
        note_block(wrapped(f"Never seen: {', '.join(found['unseen'])}."))
    say(_verdict(campaign))


def _verdict(campaign: "Campaign") -> str:
    if campaign.valid:
        return "valid"
    return "no law is broken, in too few seeds" if campaign.ok else "NOT VALID"
