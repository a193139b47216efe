"""A fork: a run that shares another's past, and in which other agents go on."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args

from test_time_gym.agents.base import AgentSource, agent_names
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.journal import PREFIX, Sink, canonical, chain, genesis
from test_time_gym.results import RunResult
from test_time_gym.table import ORACLE, Input, Repeater, Report, Table, policy_name

from .disk import verify_new
from .execute import (
    Comparing,
    Diverged,
    Divergence,
    action_of,
    scenario_in,
    start,
    take,
)
from .parent import Parent
from .reader import STATUS_CODES, ExitCode, Journal, Record, read_journal
from .sink import Durability, FileSink, verify_durability

__all__ = ["Fork", "Others", "Unforkable", "fork"]

Others = Literal["play", "repeat"]
"""What the seats do that nobody takes over: go on playing, or repeat what they did."""

_TAKEN_OVER, _PLAYS_ON, _REPEATS = "taken over", "plays on", "repeats"


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


class Unforkable(Misuse):
    """A journal that is corrupt or of an unknown kind cannot be forked."""

    def __init__(self, text: str, exit_code: ExitCode) -> None:
        """Keep why, and what the command line exits with."""
        super().__init__(text)
        self.exit_code = exit_code


def fork(
    path: str | Path,
    at: int,
    agents: Mapping[str, AgentSource] | None = None,
    *,
    journal: str | Path | None = None,
    others: Others = "play",
    overwrite: bool = False,
    durability: Durability = "end",
    regret: bool = True,
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
        regret: also compute every agent's clairvoyant optimum, of the whole run.
        progress: called with what is being done and the number of steps so far.

    Raises:
        Unforkable: the parent is corrupt or of an unknown kind, or has no record.
        Misuse: there is no such record, seat or agent, nobody decides any more after
            the record, or a journal cannot be read or written.
        Diverged: re-executing the parent's past gives other bytes.
        AgentError: an agent's ``end`` failed; the episode has been played.
    """
    verify_durability(durability)
    if others not in get_args(Others):
        msg = f"others is {' or '.join(get_args(Others))}, not {others!r:.40}"
        raise Misuse(msg)
    past = _Past.of(path, at, agents or {}, others)
    out = None if journal is None else Path(journal)
    if out is not None:
        _verify_output(out, past.journal.path, overwrite=overwrite)
    table, seed = past.table(progress)
    turns, differs = past.relive(table)
    # Nothing is written before it is known that there is something to play.
    sink = None
    if out is not None:
        sink = FileSink(out, overwrite=overwrite, durability=durability)

    def opened() -> Turns:
        past.tape.go_on(sink)
        return turns

    table.play(opened, past.parent.seats, sink)
    shuffled = turns.shuffle_ties  # then the optimum would be that of another order
    episode = table.measure(turns, seed, sink, regret=regret and not shuffled)
    return Fork(
        scenario=table.scenario.name,
        seed=seed,
        currency=table.scenario.market.currency,
        episodes=[episode],
        parent=str(path),
        status=past.journal.structure.status,
        n=past.parent.n,
        h=past.parent.h,
        seats=past.roles | dict.fromkeys(differs, _REPEATS),
        differs=differs,
    )


class _Tape:
    """Compares the past with the parent's and keeps it; then passes lines on."""

    def __init__(self, lines: list[bytes]) -> None:
        self.comparing = Comparing(lines, len(lines) - 1)
        self._kept: list[bytes] = []
        self._write: Callable[[bytes], object] = self._keep

    def _keep(self, line: bytes) -> None:
        self.comparing.write(line)
        self._kept.append(line)

    def write(self, line: bytes) -> None:
        self._write(line)

    def go_on(self, sink: Sink | None) -> None:
        """Write the past into the fork's own journal, and all that follows."""
        self._write = _nowhere if sink is None else sink.write
        for line in self._kept:
            self._write(line)
        self._kept = []


def _nowhere(_line: bytes) -> None:
    """Keep nothing: the fork has no journal."""


@dataclass(slots=True, kw_only=True)
class _Past:
    """What a fork shares with its parent, and who is to go on from there."""

    journal: Journal
    at: int
    parent: Parent
    header: dict[str, Any]
    """Data of the fork's own header."""
    lines: list[bytes]
    """The shared records in the fork's own chain."""
    tape: _Tape
    inputs: list[Record]
    """Of the past."""
    tapes: dict[str, list[Input]]
    """What each seat did later on, in the parent."""
    agents: Mapping[str, AgentSource]
    roles: dict[str, str]

    @classmethod
    def of(
        cls,
        path: str | Path,
        at: int,
        agents: Mapping[str, AgentSource],
        others: Others,
    ) -> "_Past":
        """Find the cut, and make the fork's header."""
        journal = _forkable(path, at)
        seats = _seats(journal, agents)
        inputs = [record for record in journal.records() if record.kind == "act"]
        done = sum(record.n <= at for record in inputs)
        sealed = journal.structure.status == "complete"
        left = inputs[done].n if done < len(inputs) else len(journal.lines) - sealed
        hash_at = len('{"h":"')
        parent = Parent(
            h=journal.lines[left - 1][hash_at : hash_at + 32].decode(),
            n=left - 1,
            seats=tuple(name for name in seats if name in agents),
        )
        names = {name: policy_name(source) for name, source in agents.items()}
        policies = seats | names
        header = journal.header | {
            "parent": parent.as_dict(),
            "seats": [{"name": name, "policy": policies[name]} for name in seats],
        }
        lines = _chained(journal, header, left)
        known = [*agent_names(), ORACLE] if others == "play" else []
        roles = {
            name: _TAKEN_OVER
            if name in agents
            else _PLAYS_ON
            if policy in known
            else _REPEATS
            for name, policy in seats.items()
        }
        tapes: dict[str, list[Input]] = {name: [] for name in seats}
        for record in inputs[done:]:
            tapes.setdefault(record.actor, []).append(action_of(record))
        return cls(
            journal=journal,
            at=at,
            parent=parent,
            header=header,
            lines=lines,
            tape=_Tape(lines),
            inputs=inputs[:done],
            tapes=tapes,
            agents=agents,
            roles=roles,
        )

    def table(self, progress: Report | None) -> tuple[Table, int]:
        """Return the table at which the fork is played, all seated, and the seed.

        Raises:
            Misuse: the header does not describe a run.
        """
        try:
            Parent.of(self.journal.header)  # a forger's would go unseen: ours stands in
            seed = int(self.header["seed"])
            table = self._seated(seed, progress)
            table.sit_down(seed)
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, Misuse):
                raise
            msg = f"the header does not describe a run: {error!r:.120}"
            raise Misuse(msg) from error
        return table, seed

    def _seated(self, seed: int, progress: Report | None) -> Table:
        policies = {seat["name"]: seat["policy"] for seat in self.header["seats"]}
        sources: dict[str, AgentSource] = {
            name: self.agents.get(name, policies[name]) if role != _REPEATS else "dummy"
            for name, role in self.roles.items()
        }
        return Table(
            scenario_in(self.header),
            sources,
            policies,
            seed=seed,
            window_ms=self.header["window_ms"],
            progress=progress,
        )

    def relive(self, table: Table) -> tuple[Turns, dict[str, int]]:
        """Run the past, and ask those who play on what they would have done.

        Returns:
            The run at the first decision of the fork, and where agents differed.
        """
        playing = [name for name, role in self.roles.items() if role == _PLAYS_ON]
        differs: dict[str, int] = {}
        turns = start(self.header, self.tape)
        table.begin(turns, playing)
        for record in self.inputs:
            seat, answer = turns.by_name.get(record.actor), None
            if seat in turns.ready and seat.name in playing:
                answer = table.ask(turns, seat)
            take(turns, record, self.lines)
            recorded = action_of(record)
            table.tapes[turns.by_name[record.actor].index].append(recorded)
            if answer not in (None, recorded):
                differs[record.actor] = record.n
                playing.remove(record.actor)
        self._verify_reached(turns)
        for name, role in self.roles.items():
            if role == _REPEATS or name in differs:
                table.crashes.pop(name, None)
                table.seated[name] = Repeater(self.tapes[name])
        return turns, differs

    def _verify_reached(self, turns: Turns) -> None:
        came = self.tape.comparing.n
        if came < len(self.lines):
            shown = self.lines[came][PREFIX:].decode(errors="replace")[:240].strip()
            raise Diverged(Divergence(came, shown, "(nothing)"))
        where = f"after record {self.at} of {self.journal.path}"
        if not turns.ready:
            msg = f"nobody decides any more {where}: fork at an earlier record"
            raise Misuse(msg)
        for name in self.parent.seats:
            if turns.by_name[name].stopped:
                msg = (
                    f"the episode of {name} is over {where}: fork at an earlier record"
                )
                raise Misuse(msg)


def _forkable(path: str | Path, at: int) -> Journal:
    """Read a journal that can be forked at a record."""
    journal = read_journal(path)
    found = journal.structure
    if found.status in ("corrupt", "unsupported") or not journal.lines:
        msg = f"{path} is {found.status} and cannot be forked: {found.reason}"
        raise Unforkable(msg, STATUS_CODES[found.status])
    last = len(journal.lines) - 1
    if type(at) is not int or not 0 <= at <= last:
        msg = f"{path} has records 0 to {last}; {at!r:.40} is none of them"
        raise Misuse(msg)
    if at == last and found.status == "complete":
        msg = f"record {at} is the end of {path}: fork at an earlier record"
        raise Misuse(msg)
    return journal


def _seats(journal: Journal, agents: Mapping[str, AgentSource]) -> dict[str, str]:
    """Return the policy of every seat; all that are to be taken over exist."""
    try:
        seats = {seat["name"]: seat["policy"] for seat in journal.header["seats"]}
        if not all(type(text) is str for pair in seats.items() for text in pair):
            raise TypeError(seats)  # noqa: TRY301 - told as the others
    except (KeyError, TypeError) as error:
        msg = f"the header of {journal.path} seats nobody: {error!r:.60}"
        raise Misuse(msg) from error
    for name in agents:
        if name not in seats:
            near = get_close_matches(str(name), seats, n=1, cutoff=0)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise Misuse(f"{journal.path} has no seat {name!r:.40}{hint}")
    return seats


def _chained(journal: Journal, header: dict[str, Any], count: int) -> list[bytes]:
    """Return the first records in the chain that another header gives."""
    first = journal.record(0)
    bodies = [
        canonical(
            {"a": first.actor, "c": 0, "d": header, "k": "header", "n": 0, "t": first.t}
        )
    ]
    bodies += [b"{" + line[PREFIX:-1] for line in journal.lines[1:count]]
    head, lines = genesis(), []
    for body in bodies:
        head = chain(head, body)
        lines.append(b'{"h":"%b",%b\n' % (head.encode(), body[1:]))
    return lines


def _verify_output(out: Path, parent: Path, *, overwrite: bool) -> None:
    if not overwrite:
        verify_new(out)
    elif os.path.lexists(out) and out.exists() and out.samefile(parent):
        raise Misuse(f"{out} is the journal that is forked: choose another name")
