"""Re-executing a journal's inputs, and comparing every byte that comes out."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from test_time_gym.journal.reader import JournalFile, Record
from test_time_gym.journal.record import decoded
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.actions import Action, Crashed, Input, Malformed
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.recorder import TIES_SHUFFLED
from test_time_gym.market.interface.role import ROLES
from test_time_gym.market.interface.seller_actions import SET_PRICES
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import VerbTable
from test_time_gym.market.journal import Sink
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.scenarios.loader import scenario_of
from test_time_gym.scenarios.schema import Scenario

from .divergence import Diverged, divergence_of
from .inputs import recorded_prices, verify_arguments, verify_header, verify_names
from .parent import parent_in

__all__ = [
    "Comparing",
    "action_of",
    "execute_to",
    "reexecute",
    "scenario_in",
    "start",
    "take",
]


class Comparing:
    """A sink that compares instead of writing, and stops at the first difference.

    Args:
        lines: of the journal.
        last: number of the last record that matters; later ones may differ.

    Attributes:
        n: number of the next record.
    """

    def __init__(self, lines: list[bytes], last: int) -> None:
        """Begin with record 0."""
        self._lines = lines
        self._last = last
        self.n: int = 0

    def write(self, line: bytes) -> None:
        """Compare one record.

        Raises:
            Diverged: the journal has other bytes.
        """
        expected = self._lines[self.n] if self.n < len(self._lines) else b""
        if line != expected and self.n <= self._last:
            raise Diverged(divergence_of(self._lines, self.n, [line]))
        self.n += 1


class _Enough(Exception):
    """Re-execution has diverged, and has reached a digest since."""


class _GoingOn:
    """A sink that compares, and after a difference collects up to the next digest.

    To collect at once, rather than in another execution, is what makes the report
    true of chance that no seed holds: it may not fall the same way twice.

    Args:
        lines: of the journal.
        open_end: the journal was cut short: what follows its last line is no
            difference.

    Attributes:
        n: records that came out the same.
        found: records since the first that differs, that one included.
    """

    def __init__(self, lines: list[bytes], *, open_end: bool) -> None:
        self._lines = lines
        self._open_end = open_end
        self.n = 0
        self.found: list[bytes] = []

    def write(self, line: bytes) -> None:
        if not self.found:
            if self.n < len(self._lines) and line == self._lines[self.n]:
                self.n += 1
                return
            if self.n == len(self._lines) and self._open_end:
                raise _Enough
        self.found.append(line)
        if decoded(line).kind == "digest":
            raise _Enough


def scenario_in(header: dict[str, Any]) -> Scenario:
    """Return the scenario that a header carries.

    Raises:
        ScenarioError: it is no valid scenario.
    """
    return scenario_of(header["scenario"], "the journal's scenario")


def run_in(header: dict[str, Any]) -> tuple[Scenario, int]:
    """Return the scenario and the seed of the run that a header describes.

    Raises:
        Misuse: it describes none.
    """
    try:
        verify_header(header)
        parent_in(header)
        return scenario_in(header), Streams(int(header["seed"])).seed
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
) -> Turns:
    """Open the run that a header describes.

    Args:
        header: the data of record 0.
        sink: takes the lines.
        observer: called after every event of the clock.
        make: what is called for the turns.

    Raises:
        Misuse: the header does not describe a run.
    """
    try:
        scenario, seed = run_in(header)
        seats = header["seats"]
        buyers = [seat["name"] for seat in seats if "role" not in seat]
        turns = make(
            scenario,
            World.of(scenario.market),
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


def action_of(record: Record, table: VerbTable) -> Input:
    """Return the input that an ``act`` record holds.

    Args:
        record: of a journal.
        table: the verbs in the words of its trade.

    Raises:
        Misuse: it holds none.
    """
    data = record.data
    try:
        if data["status"] == "malformed":
            return Malformed(_text(data["args"]["why"]))
        if data["status"] == "error":
            return Crashed(_text(data["args"]["why"]))
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


def reexecute(
    journal: JournalFile, progress: Callable[[int], None] | None = None
) -> None:
    """Run a journal's inputs again and compare every record that comes out.

    Args:
        journal: a journal with a valid prefix.
        progress: called with the number of every input.

    Raises:
        Diverged: a record differs; it says which and how.
        Misuse: the journal holds no run.
    """
    lines = journal.lines
    complete = journal.structure.status == "complete"
    sink, unfit = _GoingOn(lines, open_end=not complete), None
    try:
        _feed(journal, sink, progress)
    except _Enough:
        pass
    except Exception as error:
        # Once it has diverged, inputs that were chosen in another run may fail.
        if not sink.found:
            raise
        unfit = error.divergence.n if isinstance(error, Diverged) else None
    if sink.found or sink.n < len(lines):
        where = divergence_of(lines, sink.n, sink.found)
        raise Diverged(replace(where, unfit=unfit))


def _feed(
    journal: JournalFile, sink: _GoingOn, progress: Callable[[int], None] | None
) -> None:
    turns = start(journal.header, sink)
    for record in journal.records():
        if record.kind == "act":
            if not sink.found and sink.n < record.n:
                why = "(nothing: the market waits for an action)"
                raise Diverged(divergence_of(journal.lines, sink.n, [], why))
            take(turns, record, journal.lines)
            if progress is not None:
                progress(record.n)
        elif record.kind == "end":
            turns.seal("complete" if turns.over else "aborted")


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
    record: Record,
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
    if turns.by_name.get(record.actor) not in turns.ready:
        why = f"(it is not the turn of {record.actor[:40]})"
        raise Diverged(divergence_of(lines, record.n, [], why))
    try:
        act(turns, turns.by_name[record.actor], action_of(record, turns.verbs))
        if between is not None:
            between()
        turns.advance()
    except (Diverged, _Enough, _Reached):
        raise
    except Exception as error:
        # A forged input may hold anything, and fail anywhere in the market.
        why = f"(it cannot be carried out: {error!r:.200})"
        raise Diverged(divergence_of(lines, record.n, [], why)) from error
