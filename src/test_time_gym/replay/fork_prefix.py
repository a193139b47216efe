"""The past of a fork: what it shares with its parent, and who goes on from there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Literal

from test_time_gym.agents.base import AgentSource, agent_names, seller_agent_names
from test_time_gym.journal.reader import (
    STATUS_CODES,
    ExitCode,
    JournalFile,
    Record,
    read_journal,
)
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.integers import as_integer
from test_time_gym.market.interface.actions import Input
from test_time_gym.market.interface.role import ROLES
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import verb_table
from test_time_gym.market.journal import PREFIX, Sink, canonical, chain, genesis
from test_time_gym.rollout.hooks import Advise, Measure
from test_time_gym.rollout.rollout import ReplayPolicy, Report, Rollout, policy_name
from test_time_gym.scenarios import Scenario

from .comparing import Comparing
from .divergence import Diverged, divergence_of
from .execute import (
    action_of,
    run_in,
    start,
    take,
)
from .parent import Parent

__all__ = ["REPEATS", "ForkPrefix", "Others", "Unforkable"]

Others = Literal["play", "repeat"]
"""What the seats do that nobody takes over: go on playing, or repeat what they did."""

TAKEN_OVER: Final = "taken over"
PLAYS_ON: Final = "plays on"
REPEATS: Final = "repeats"


@dataclass(slots=True, kw_only=True)
class ForkPrefix:
    """What a fork shares with its parent, and who is to go on from there."""

    journal: JournalFile
    at: int
    scenario: Scenario
    seed: int
    parent: Parent
    header: dict[str, Any]
    """Data of the fork's own header."""
    lines: list[bytes]
    """The shared records in the fork's own chain."""
    sink: "PrefixSink"
    inputs: list[Record]
    """Of the past."""
    later_actions: dict[str, list[Input]]
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
        advised: Mapping[str, Advise],
    ) -> "ForkPrefix":
        """Find the cut, and make the fork's header."""
        journal, at = _forkable(path, at)
        scenario, seed = _run(journal)
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
        names = {name: policy_name(one, advised) for name, one in agents.items()}
        policies = seats | names
        header = journal.header | {
            "parent": parent.as_dict(),
            "seats": [
                seat | {"policy": policies[seat["name"]]}
                for seat in journal.header["seats"]
            ],
        }
        lines = _chained(journal, header, left)
        known = [*agent_names(), *seller_agent_names(), *advised]
        if others != "play":
            known = []
        roles = {
            name: TAKEN_OVER
            if name in agents
            else PLAYS_ON
            if policy in known
            else REPEATS
            for name, policy in seats.items()
        }
        later_actions: dict[str, list[Input]] = {name: [] for name in seats}
        table = verb_table(scenario.market.trade)
        for record in inputs[done:]:
            later_actions.setdefault(record.actor, []).append(action_of(record, table))
        return cls(
            journal=journal,
            at=at,
            scenario=scenario,
            seed=seed,
            parent=parent,
            header=header,
            lines=lines,
            sink=PrefixSink(lines),
            inputs=inputs[:done],
            later_actions=later_actions,
            agents=agents,
            roles=roles,
        )

    def rollout(
        self,
        progress: Report | None,
        measure: Measure | None,
        advised: Mapping[str, Advise],
    ) -> Rollout:
        """Return the rollout in which the fork is played."""
        policies = {seat["name"]: seat["policy"] for seat in self.header["seats"]}
        sources: dict[str, AgentSource] = {
            name: self.agents.get(name, policies[name]) if role != REPEATS else "dummy"
            for name, role in self.roles.items()
        }
        rollout = Rollout(
            self.scenario,
            sources,
            policies,
            seed=self.seed,
            roles=ROLES
            if any("role" in seat for seat in self.header["seats"])
            else ("buyer",),
            window_ms=self.header["window_ms"],
            progress=progress,
            measure=measure,
            advised=advised,
        )
        rollout.start_episode(self.seed)
        return rollout

    def relive(self, rollout: Rollout) -> tuple[Turns, dict[str, int]]:
        """Run the past, and ask those who play on what they would have done.

        Returns:
            The run at the first decision of the fork, and where agents differed.
        """
        playing = [name for name, role in self.roles.items() if role == PLAYS_ON]
        differs: dict[str, int] = {}
        turns = start(self.header, self.sink)
        rollout.begin(turns, playing)
        for record in self.inputs:
            seat, answer = turns.by_name.get(record.actor), None
            if seat in turns.ready and seat.name in playing:
                answer = rollout.ask(turns, seat)
            take(turns, record, self.lines, act=rollout.act)
            recorded = action_of(record, turns.verbs)
            rollout.recorded_actions[turns.by_name[record.actor].index].append(recorded)
            if answer not in (None, recorded):
                differs[record.actor] = record.n
                playing.remove(record.actor)
        self._verify_reached(turns)
        for name, role in self.roles.items():
            if role == REPEATS or name in differs:
                rollout.crashes.pop(name, None)
                rollout.agents[name] = ReplayPolicy(self.later_actions[name])
        return turns, differs

    def _verify_reached(self, turns: Turns) -> None:
        came = self.sink.comparing.n
        if came < len(self.lines):
            raise Diverged(divergence_of(self.lines, came, []))
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


class PrefixSink:
    """Compares the past with the parent's and keeps it; then passes lines on."""

    def __init__(self, lines: list[bytes]) -> None:
        """Begin with record 0."""
        self.comparing: Comparing = Comparing(lines, len(lines) - 1)
        self._kept: list[bytes] = []
        self._write: Callable[[bytes], object] = self._keep

    def _keep(self, line: bytes) -> None:
        self.comparing.write(line)
        self._kept.append(line)

    def write(self, line: bytes) -> None:
        """Take one record.

        Raises:
            Diverged: it is of the past, and the parent has other bytes.
        """
        self._write(line)

    def go_on(self, sink: Sink | None) -> None:
        """Write the past into the fork's own journal, and all that follows."""
        self._write = _nowhere if sink is None else sink.write
        for line in self._kept:
            self._write(line)
        self._kept = []


def _nowhere(_line: bytes) -> None:
    """Keep nothing: the fork has no journal."""


class Unforkable(Misuse):
    """A journal that is corrupt, of an unknown kind, or of no run cannot be forked."""

    def __init__(self, text: str, exit_code: ExitCode) -> None:
        """Keep why, and what the command line exits with."""
        super().__init__(text)
        self.exit_code = exit_code


def _forkable(path: str | Path, at: int) -> tuple[JournalFile, int]:
    """Read a journal that can be forked at a record; return it and the number."""
    journal = read_journal(path)
    found = journal.structure
    if found.status in ("corrupt", "unsupported") or not journal.lines:
        msg = f"{path} is {found.status} and cannot be forked: {found.reason}"
        raise Unforkable(msg, STATUS_CODES[found.status])
    last = len(journal.lines) - 1
    number = as_integer(at)
    if number is None or not 0 <= number <= last:
        msg = f"{path} has records 0 to {last}; {shown(at)} is none of them"
        raise Misuse(msg)
    if number == last and found.status == "complete":
        msg = f"record {number} is the end of {path}: fork at an earlier record"
        raise Misuse(msg)
    return journal, number


def _run(journal: JournalFile) -> tuple[Scenario, int]:
    """Return the scenario and the seed of a journal whose header describes a run."""
    try:
        # A forger's parent would go unseen: the fork's own stands in its place.
        return run_in(journal.header)
    except Misuse as error:
        msg = f"{journal.path} cannot be forked: {error}"
        raise Unforkable(msg, ExitCode.DIVERGED) from error


def _seats(journal: JournalFile, agents: Mapping[str, AgentSource]) -> dict[str, str]:
    """Return the policy of every seat; all that are to be taken over exist."""
    seats = {seat["name"]: seat["policy"] for seat in journal.header["seats"]}
    for name in agents:
        if name not in seats:
            near = get_close_matches(str(name), seats, n=1, cutoff=0)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise Misuse(f"{journal.path} has no seat {name!r:.40}{hint}")
    return seats


def _chained(journal: JournalFile, header: dict[str, Any], count: int) -> list[bytes]:
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
