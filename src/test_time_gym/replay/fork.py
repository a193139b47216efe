"""A fork: a run that shares another's past, and in which other agents go on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from test_time_gym.agents.base import AgentSource
from test_time_gym.journal.sink import (
    Durability,
    FileSink,
    verify_durability,
    verify_new_journals,
)
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.turns import Turns
from test_time_gym.rollout.hooks import Advise, Measure
from test_time_gym.rollout.results import RunResult
from test_time_gym.rollout.rollout import NOBODY, Report

from .fork_prefix import REPEATS, ForkPrefix, Others, Unforkable

__all__ = ["Fork", "Others", "Unforkable", "fork"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork(RunResult):
    """How everyone did in a fork, and what it was forked from."""

    parent: str
    """File of the parent."""
    status: str
    """Of that file: ``complete``, ``incomplete`` or ``torn``."""
    n: int
    """The last record of the past that both share."""
    h: str
    """The parent's hash of that record, as the fork's header has it."""
    seats: dict[str, str]
    """How each seat went on: ``taken over``, ``plays on`` or ``repeats``."""
    differs: dict[str, int]
    """Seats whose recorded policy, asked again, would have done something else, and
    the record where it did so first; they repeat what is on record."""


def fork(
    path: str | Path,
    at: int,
    agents: Mapping[str, AgentSource] | None = None,
    *,
    journal: str | Path | None = None,
    others: Others = "play",
    overwrite: bool = False,
    durability: Durability = "end",
    measure: Measure | None = None,
    advised: Mapping[str, Advise] = NOBODY,
    progress: Report | None = None,
) -> Fork:
    """Play a recorded run on from one of its records, with other agents.

    The past of the fork is that of its parent: every record up to the first
    decision after record ``at`` has the same bytes, but for the header, which
    names the parent, and so for the hashes.  From there on the given agents sit in
    their seats.  They know nothing of the past but what their page shows.

    Of the other seats those with a built-in policy play on: their agents have been
    asked for every decision of the past, so that they have the state they would have.
    Those of which the journal knows no program repeat their recorded actions, and
    wait when none is left.  Chance stays as it was; see `exogenous`.

    Args:
        path: of the parent's journal; one without an end is forked as far as it is
            sound.
        at: number of a record; the fork is at the first decision after it, and after
            all that followed at once from the same event.
        agents: who takes over which seats; none: what was played goes on.
        journal: file of the fork's own journal.
        others: ``repeat``: all other seats repeat their recorded actions, also those
            with a built-in policy.
        overwrite: replace a journal that exists.
        durability: as in `run`.
        measure: hears of every action, those of the past included, and adds to the
            results; `test_time_gym.evaluation.Regrets()` adds every agent's regret.
        advised: by their names, agents that are made knowing the world and may take
            over or play on; `test_time_gym.evaluation.ADVISED` has the oracle.
        progress: called with what is being done and the number of steps so far.

    Raises:
        Unforkable: the parent is corrupt or of an unknown kind, has no record, or its
            header describes no run.
        Misuse: there is no such record, seat or agent, nobody decides any more after
            the record, or a journal cannot be read or written.
        Diverged: re-executing the parent's past gives other bytes.
        AgentError: an agent's ``end`` failed; the episode has been played.
    """
    verify_durability(durability)
    if others not in get_args(Others):
        msg = f"others is {' or '.join(get_args(Others))}, not {others!r:.40}"
        raise Misuse(msg)
    prefix = ForkPrefix.of(path, at, agents or {}, others, advised)
    out = None if journal is None else Path(journal)
    if out is not None:
        _verify_output(out, prefix.journal.path, overwrite=overwrite)
    rollout = prefix.rollout(progress, measure, advised)
    turns, differs = prefix.relive(rollout)
    # Nothing is written before it is known that there is something to play.
    sink = None
    if out is not None:
        sink = FileSink(out, overwrite=overwrite, durability=durability)

    def opened() -> Turns:
        prefix.sink.go_on(sink)
        return turns

    rollout.play(opened, prefix.parent.seats, sink)
    # Where ties are shuffled, an optimum would be that of another order.
    measured = not turns.shuffle_ties
    episode = rollout.result(turns, prefix.seed, sink, measured=measured)
    return Fork(
        scenario=rollout.scenario.name,
        seed=prefix.seed,
        currency=rollout.scenario.market.currency,
        units=rollout.scenario.market.trade.words.in_stock,
        episodes=[episode],
        parent=str(path),
        status=prefix.journal.structure.status,
        n=prefix.parent.n,
        h=prefix.parent.h,
        seats=prefix.roles | dict.fromkeys(differs, REPEATS),
        differs=differs,
    )


def _verify_output(out: Path, parent: Path, *, overwrite: bool) -> None:
    if not overwrite:
        verify_new_journals(out)
    elif os.path.lexists(out) and out.exists() and out.samefile(parent):
        raise Misuse(f"{out} is the journal that is forked: choose another name")
