"""Re-executing a journal's inputs, and comparing every byte that comes out."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, cast

from test_time_gym.journal.reader import JournalFile, Record
from test_time_gym.journal.record import InputRecord, input_in
from test_time_gym.market.errors import Misuse
from test_time_gym.market.events import CRASHES, THINKING
from test_time_gym.market.interface.actions import (
    Action,
    Crashed,
    Input,
    Malformed,
)
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.recorder import TIES_SHUFFLED
from test_time_gym.market.interface.role import ROLES
from test_time_gym.market.interface.seller_actions import SET_PRICES
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import VerbTable
from test_time_gym.market.journal import Sink, canonical
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.scenarios.schema import Scenario

from .comparing import Comparing, Enough, GoingOn, Unsound
from .divergence import Diverged, divergence_of
from .inputs import (
    recorded_prices,
    recorded_thinking,
    verify_arguments,
    verify_header,
    verify_names,
)
from .parent import parent_in
from .programs import Programs, scenario_in

__all__ = [
    "Worlds",
    "action_of",
    "execute_to",
    "reexecute",
    "scenario_in",
    "start",
    "take",
    "trust",
]


class _Unfit(Exception):
    """An input cannot be carried out."""

    def __init__(self, n: int, why: str) -> None:
        """Keep which record it is, and why."""
        super().__init__(n, why)
        self.n = n
        self.why = why


class Worlds:
    """Scenarios and worlds of runs that follow each other, as those of one file.

    Runs of one environment declare one scenario: it is then checked and compiled
    once.  Only the last one is remembered.

    Args:
        programs: seller → the program that decided for it in all of these runs.
    """

    def __init__(self, programs: Programs | None = None) -> None:
        """Know none yet."""
        self._programs = programs
        self._spelled = b""
        self._scenario: Scenario | None = None
        self._world: World | None = None

    def scenario_in(self, header: dict[str, Any]) -> Scenario:
        """Return the scenario that a header carries.

        Raises:
            ScenarioError: it is no valid scenario.
        """
        spelled = canonical(header["scenario"])
        if self._scenario is None or spelled != self._spelled:
            self._scenario, self._world = scenario_in(header, self._programs), None
            self._spelled = spelled
        return self._scenario

    def world_of(self, scenario: Scenario) -> World:
        """Return the world of a scenario."""
        if scenario is not self._scenario:
            return World.of(scenario.market)
        if self._world is None:
            self._world = World.of(scenario.market)
        return self._world


def run_in(
    header: dict[str, Any],
    scenario: Callable[[dict[str, Any]], Scenario] = scenario_in,
) -> tuple[Scenario, int]:
    """Return the scenario and the seed of the run that a header describes.

    Args:
        header: the data of record 0.
        scenario: returns the scenario that it carries.

    Raises:
        Misuse: it describes none.
    """
    try:
        verify_header(header)
        parent_in(header)
        return scenario(header), Streams(int(header["seed"])).seed
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, Misuse):
            raise
        msg = f"the header does not describe a run: {error!r:.120}"
        raise Misuse(msg) from error


def start(
    header: dict[str, Any],
    sink: Sink | None,
    observer: Callable[[], None] | None = None,
    make: Callable[..., Turns] = Turns,
    worlds: Worlds | None = None,
) -> Turns:
    """Open the run that a header describes.

    Args:
        header: the data of record 0.
        sink: takes the lines.
        observer: called after every event of the clock.
        make: what is called for the turns.
        worlds: remembers the world, for runs that follow.

    Raises:
        Misuse: the header does not describe a run.
    """
    worlds = Worlds() if worlds is None else worlds
    try:
        scenario, seed = run_in(header, worlds.scenario_in)
        seats = header["seats"]
        buyers = [seat["name"] for seat in seats if "role" not in seat]
        turns = make(
            scenario,
            worlds.world_of(scenario),
            seed,
            buyers,
            roles=ROLES if len(buyers) < len(seats) else ("buyer",),
            finish=header["finish"],
            window_ms=header["window_ms"],
            max_turns=header["max_turns"],
            shuffle_ties=header["tie_rule"] == TIES_SHUFFLED,
            policies={seat["name"]: seat["policy"] for seat in seats},
            parent=parent_in(header),
            sink=sink,
            observer=observer,
        )
        verify_names(header, list(turns.by_name))
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, Misuse):
            raise
        msg = f"the header does not describe a run: {error!r:.120}"
        raise Misuse(msg) from error
    return turns


def action_of(record: Record | InputRecord, table: VerbTable) -> Input:
    """Return the input that an ``act`` record holds.

    Args:
        record: of a journal.
        table: the verbs in the words of its trade.

    Raises:
        Misuse: it holds none.
    """
    # What it lacks, a forged record, is told below.
    data = cast("dict[str, Any]", record.data)
    try:
        if data["status"] == "malformed":
            return Malformed(_text(data["args"]["why"]))
        if data["status"] in CRASHES:
            return Crashed(_text(data["args"]["why"]), data["status"])
        if data["status"] == THINKING:
            return recorded_thinking(data["args"])
        if data["verb"] == SET_PRICES:
            return recorded_prices(data["args"])
        verb = table.by_name[data["verb"]]
        verify_arguments(verb, data["args"], table)
        return Action(verb, data["args"])
    except (KeyError, TypeError, ValueError) as error:
        msg = f"record {record.n} holds no action: {error!r:.120}"
        raise Misuse(msg) from error


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError(value)
    return value


def trust() -> None:
    """Take it that the lines have been checked."""


def reexecute(
    journal: JournalFile,
    progress: Callable[[int], None] | None = None,
    verify_sound: Callable[[], None] = trust,
    worlds: Worlds | None = None,
) -> None:
    """Run a journal's inputs again and compare every record that comes out.

    Args:
        journal: a journal with a valid prefix.
        progress: called with the number of every input.
        verify_sound: raises `Unsound` where lines that nobody has checked are not
            those of a journal; called before a difference is looked at.
        worlds: remembers the world, for runs that follow.

    Raises:
        Diverged: a record differs; it says which and how.
        Misuse: the journal holds no run.
    """
    lines = journal.lines
    complete = journal.structure.status == "complete"
    sink, unfit = GoingOn(lines, verify_sound, open_end=not complete), None
    try:
        _feed(journal, sink, progress, worlds)
    except Enough:
        pass
    except _Unfit as error:
        if not sink.found:
            verify_sound()
            where = divergence_of(lines, error.n, [], error.why)
            raise Diverged(where) from error.__cause__
        unfit = error.n
    except Exception:
        # Once it has diverged, inputs that were chosen in another run may fail.
        if not sink.found:
            raise
    if sink.found or sink.n < len(lines):
        verify_sound()
        where = divergence_of(lines, sink.n, sink.found)
        raise Diverged(replace(where, unfit=unfit))


def _feed(
    journal: JournalFile,
    sink: GoingOn,
    progress: Callable[[int], None] | None,
    worlds: Worlds | None,
) -> None:
    turns = start(journal.header, sink, worlds=worlds)
    for record in _inputs(journal.lines, sink):
        if record.kind == "end":
            turns.seal("complete" if turns.over else "aborted")
            continue
        if not sink.found and sink.n < record.n:
            raise _Unfit(sink.n, "(nothing: the market waits for an action)")
        _carry_out(turns, record)
        if progress is not None:
            progress(record.n)


def _inputs(lines: list[bytes], sink: GoingOn) -> Iterator[InputRecord]:
    """Yield the inputs and the end, each when all before it has come out.

    Lines that came out the same are not looked at: only inputs lead to inputs.
    """
    n = 0
    while n < len(lines):
        record = input_in(lines[n])
        if record is not None:
            yield record
        n = max(n + 1, sink.n)


class _Reached(Exception):
    """The record that was asked for has been written and its event is over."""


class _Stoppable(Turns):
    """A run that can be looked at even if it was stopped while it opened."""

    def __init__(
        self,
        *args: Any,
        held: list[Turns],
        **options: Any,
    ) -> None:
        held.append(self)
        super().__init__(*args, **options)


def execute_to(
    journal: JournalFile,
    n: int,
    progress: Callable[[int], None] | None = None,
    counts: list[int] | None = None,
) -> Turns:
    """Return the run right after the event that wrote record ``n``.

    Args:
        journal: a journal with a valid prefix.
        n: number of one of its records.
        progress: called with the number of every input.
        counts: takes how many records there were after every event that wrote
            any, in their order.

    Raises:
        Diverged: a record up to ``n`` comes out differently.
        Misuse: the journal holds no run.
    """
    sink = Comparing(journal.lines, n)
    held: list[Turns] = []

    def stop_at_n() -> None:
        if counts is not None and (not counts or counts[-1] < sink.n):
            counts.append(sink.n)
        if sink.n > n:
            raise _Reached

    try:
        make = partial(_Stoppable, held=held)
        turns = start(journal.header, sink, stop_at_n, make)
        stop_at_n()
        for record in journal.records():
            if record.kind == "act":
                take(turns, record, journal.lines, stop_at_n)
                if progress is not None:
                    progress(record.n)
    except _Reached:
        return held[0]
    # The end is written by the code that ends the run, and changes no state.
    if sink.n < n or journal.record(n).kind != "end":
        raise Diverged(divergence_of(journal.lines, sink.n, []))
    return held[0]


def take(
    turns: Turns,
    record: Record | InputRecord,
    lines: list[bytes],
    between: Callable[[], None] | None = None,
    act: Callable[[Turns, Participant, Input], object] = Turns.act,
) -> None:
    """Carry out an input, and run the market to the next decision.

    Args:
        turns: the run.
        record: the input.
        lines: of the journal.
        between: called after the action, before the market runs on.
        act: takes the action in the place of `Turns.act`.

    Raises:
        Diverged: it cannot be carried out, or what follows is not what is on record.
    """
    try:
        _carry_out(turns, record, between, act)
    except _Unfit as error:
        where = divergence_of(lines, error.n, [], error.why)
        raise Diverged(where) from error.__cause__


def _carry_out(
    turns: Turns,
    record: Record | InputRecord,
    between: Callable[[], None] | None = None,
    act: Callable[[Turns, Participant, Input], object] = Turns.act,
) -> None:
    who = turns.by_name.get(record.actor)
    if who is None or who not in turns.ready:
        raise _Unfit(record.n, f"(it is not the turn of {record.actor[:40]})")
    try:
        act(turns, who, action_of(record, turns.verbs))
        if between is not None:
            between()
        turns.advance()
    except (Diverged, Unsound, Enough, _Reached):
        raise
    except Exception as error:
        # A forged input may hold anything, and fail anywhere in the market.
        why = f"(it cannot be carried out: {error!r:.200})"
        raise _Unfit(record.n, why) from error
