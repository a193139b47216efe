"""Re-executing a journal's inputs, and comparing every byte that comes out."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

from test_time_gym.market.errors import MarketError, Misuse
from test_time_gym.market.interface.episode import Finish
from test_time_gym.market.interface.recorder import TIES_SHUFFLED
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import (
    VERB_NAMES,
    Action,
    Crashed,
    Malformed,
    Verb,
)
from test_time_gym.market.journal import PREFIX, Sink
from test_time_gym.market.world import World
from test_time_gym.scenarios.loader import scenario_of
from test_time_gym.scenarios.schema import Scenario

from .inputs import verify_arguments, verify_header
from .reader import Journal, Record

__all__ = [
    "Diverged",
    "Divergence",
    "action_of",
    "execute_to",
    "reexecute",
    "scenario_in",
    "start",
]


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first record that came out differently."""

    n: int
    expected: str
    """The journal's line, shortened."""
    found: str
    """What re-execution wrote instead, or why it stopped."""


class Diverged(MarketError):
    """Re-execution wrote another byte than the journal has."""

    def __init__(self, divergence: Divergence) -> None:
        """Keep where and what."""
        super().__init__(divergence)
        self.divergence = divergence

    def __str__(self) -> str:
        """Return where, what was expected and what came out."""
        where = self.divergence
        return (
            f"record {where.n} came out differently: "
            f"expected {where.expected} but found {where.found}"
        )


class _Comparing:
    """A sink that compares instead of writing.

    Args:
        lines: of the journal.
        last: number of the last record that matters; None compares all.
    """

    def __init__(self, lines: list[bytes], last: int | None = None) -> None:
        self._lines = lines
        self._last = last
        self.n = 0

    def write(self, line: bytes) -> None:
        expected = self._lines[self.n] if self.n < len(self._lines) else b""
        if line != expected and (self._last is None or self.n <= self._last):
            raise Diverged(_divergence(self.n, expected, line))
        self.n += 1


def _divergence(n: int, expected: bytes, found: bytes) -> Divergence:
    """Show both lines from shortly before the first byte that differs."""
    # The frame's hash differs whenever the body does; the body tells more.
    one, two = expected[PREFIX:], found[PREFIX:]
    same = next(
        (i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b),
        min(len(one), len(two)),
    )
    start = max(0, same - 60)
    cut = slice(start, start + 240)
    return Divergence(
        n,
        one[cut].decode(errors="replace").strip() or "(nothing: the journal ends)",
        two[cut].decode(errors="replace").strip() or "(nothing)",
    )


def scenario_in(header: dict[str, Any]) -> Scenario:
    """Return the scenario that a header carries.

    Raises:
        ScenarioError: it is no valid scenario.
    """
    return scenario_of(header["scenario"], "the journal's scenario")


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
        verify_header(header)
        scenario = scenario_in(header)
        seats = header["seats"]
        if header["finish"] not in get_args(Finish):
            raise ValueError(header["finish"])  # noqa: TRY301 - told as the others
        return make(
            scenario,
            World.of(scenario.market),
            int(header["seed"]),
            [seat["name"] for seat in seats],
            finish=header["finish"],
            window_ms=header["window_ms"],
            max_turns=header["max_turns"],
            shuffle_ties=header["tie_rule"] == TIES_SHUFFLED,
            policies={seat["name"]: seat["policy"] for seat in seats},
            sink=sink,
            observer=observer,
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, Misuse):
            raise
        msg = f"the header does not describe a run: {error!r:.120}"
        raise Misuse(msg) from error


def action_of(record: Record) -> Action | Malformed | Crashed:
    """Return the input that an ``act`` record holds.

    Raises:
        Misuse: it holds none.
    """
    data = record.data
    try:
        if data["status"] == "malformed":
            return Malformed(_text(data["args"]["why"]))
        if data["status"] == "error":
            return Crashed(_text(data["args"]["why"]))
        verb = Verb(VERB_NAMES.index(data["verb"]))
        verify_arguments(verb, data["args"])
        return Action(verb, data["args"])
    except (KeyError, TypeError, ValueError) as error:
        msg = f"record {record.n} holds no action: {error!r:.120}"
        raise Misuse(msg) from error


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError(value)
    return value


def reexecute(journal: Journal, progress: Callable[[int], None] | None = None) -> None:
    """Run a journal's inputs again and compare every record that comes out.

    Args:
        journal: a journal with a valid prefix.
        progress: called with the number of every input.

    Raises:
        Diverged: a record differs; it says which and how.
        Misuse: the journal holds no run.
    """
    lines = journal.lines
    sink = _Comparing(lines)
    complete = journal.structure.status == "complete"
    try:
        turns = start(journal.header, sink)
        for record in journal.records():
            if record.kind == "act":
                _take(turns, record, lines)
                if progress is not None:
                    progress(record.n)
            elif record.kind == "end":
                turns.seal("complete" if turns.over else "aborted")
    except Diverged as error:
        # A journal that was cut short has no more lines to compare with.
        if complete or error.divergence.n < len(lines):
            raise
    if sink.n < len(lines):
        raise Diverged(_divergence(sink.n, lines[sink.n], b""))


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


def execute_to(journal: Journal, n: int) -> Turns:
    """Return the run right after the event that wrote record ``n``.

    Raises:
        Diverged: a record up to ``n`` comes out differently.
        Misuse: the journal holds no run.
    """
    sink = _Comparing(journal.lines, n)
    held: list[Turns] = []

    def stop_at_n() -> None:
        if sink.n > n:
            raise _Reached

    try:
        make = partial(_Stoppable, held=held)
        turns = start(journal.header, sink, stop_at_n, make)
        stop_at_n()
        for record in journal.records():
            if record.kind == "act":
                _take(turns, record, journal.lines, stop_at_n)
    except _Reached:
        pass
    return held[0]


def _take(
    turns: Turns,
    record: Record,
    lines: list[bytes],
    between: Callable[[], None] | None = None,
) -> None:
    """Carry out an input, and run the market to the next decision.

    Args:
        turns: the run.
        record: the input.
        lines: of the journal.
        between: called after the action, before the market runs on.
    """
    if turns.by_name.get(record.actor) not in turns.ready:
        found = f"(it is not the turn of {record.actor[:40]})"
        raise Diverged(Divergence(record.n, _shown(record, lines), found))
    try:
        turns.act(turns.by_name[record.actor], action_of(record))
        if between is not None:
            between()
        turns.advance()
    except (Diverged, _Reached):
        raise
    except Exception as error:
        # A forged input may hold anything, and fail anywhere in the market.
        found = f"(it cannot be carried out: {error!r:.200})"
        divergence = Divergence(record.n, _shown(record, lines), found)
        raise Diverged(divergence) from error


def _shown(record: Record, lines: list[bytes]) -> str:
    return lines[record.n][PREFIX:].decode(errors="replace")[:240].strip()
