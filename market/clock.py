"""Simulated time: SimPy's environment with whole milliseconds and phases.

Events due at one instant run in the order of their *phase*, then in the order
in which they were scheduled (or by an explicit ``order``).  The built-in market
schedules plain `Timer` callbacks; people who extend the market may write SimPy
generator processes, whose timeouts run in the demand phase.
"""

from collections.abc import Callable, Iterator
from enum import IntEnum
from heapq import heappop, heappush
from itertools import count
from typing import Any, Final

import simpy

from .errors import MarketBug, Misuse
from .streams import Stream

__all__ = ["DAY_MS", "HORIZON_MS", "MINUTE_MS", "MarketClock", "Phase", "Timer"]

MINUTE_MS: Final = 60_000
DAY_MS: Final = 86_400_000
HORIZON_MS: Final = 2**53 - 1
"""No event may be scheduled beyond this instant."""

_PHASE_BASE: Final = 10
"""SimPy's own priorities (0 urgent, 1 normal) stay in front of every phase, so
that what an event triggers in the kernel is finished before the next phase."""

_SERIAL_BITS: Final = 48
"""Room for the number of a timer behind the word that shuffles it."""


class Phase(IntEnum):
    """What comes first among events of one instant."""

    EXPIRY = 0
    GATEWAY = 1
    AGENT = 2
    DEMAND = 3
    REPRICING = 4
    DIGEST = 5


_AGENTS: Final = _PHASE_BASE + int(Phase.AGENT)
"""An enumeration is slow to look into, and this is asked for at every step."""


class Timer:
    """One scheduled callback, standing in the queue among SimPy's events.

    A recurring one returns when it is to run again, in the same phase.  It says of
    itself what it is for, so that the queue of pending timers is part of the
    market's digest.
    """

    __slots__ = ("callback", "entity", "kind")

    def __init__(
        self, callback: Callable[["Timer"], int | None], kind: str, entity: Any
    ) -> None:
        """Bind the callback to what it concerns."""
        self.callback = callback
        self.kind = kind
        self.entity = entity


class MarketClock(simpy.Environment):
    """A SimPy environment whose time is an integer number of milliseconds.

    Args:
        start_ms: the first instant; negative while a warm-up is played out.

    Attributes:
        now_ms: the present instant: SimPy's ``now``, typed as the integer it is.
        observer: called after every event when set (tests check laws there).
        events: how many have run.
    """

    _queue: list[tuple[int, int, int, Any]]  # type: ignore[assignment]
    """SimPy's heap of ``(time, priority, serial, event)``; ours holds timers too."""

    _now: int
    """SimPy's present instant."""

    def __init__(self, start_ms: int = 0) -> None:
        """Open the clock at ``start_ms``."""
        # SimPy's own `__init__` looks through this class for classes to bind, of which
        # there are none; it takes longer than all the rest.
        self._now = start_ms
        self._queue = []
        self._eid = count()
        self._active_proc = None
        self.now_ms = start_ms
        self.observer: Callable[[], None] | None = None
        self.events = 0
        self._halt = False
        self._agents = False
        """Whether events of agents at the same instant still run when halted."""
        self._end_ms = HORIZON_MS
        """`advance` goes on before it."""
        self._serials: Iterator[int] = self._eid
        """Orders timers of one instant and phase."""
        self._shuffled = False

    def shuffle_ties(self, stream: Stream) -> None:
        """Run timers of one instant and phase in an order that is drawn.

        For testing: nothing that the market promises may hang on the order in
        which timers of one phase were scheduled.  To be called before the first
        timer is scheduled; an explicit ``order`` stays as it is.
        """
        self._shuffled = True
        self._serials = _shuffled(self._eid, stream)

    def at(
        self,
        time_ms: Any,
        phase: Phase,
        callback: Callable[[Timer], int | None],
        kind: str,
        entity: Any = "",
        order: int | None = None,
    ) -> Timer:
        """Schedule ``callback`` at an instant, in a phase.

        Args:
            time_ms: the instant, an integer that is not before now.
            phase: its place among the events of that instant.
            callback: called with the timer; returns when to call it again, if ever.
            kind: what the timer is for, in the digest of pending timers.
            entity: whom or what it concerns.
            order: place among timers of one instant and phase; by default the
                order of scheduling.  Either all timers of a phase give it or
                none.

        Raises:
            MarketBug: the time is no integer, in the past, or beyond the horizon.
        """
        if type(time_ms) is not int or not self.now_ms <= time_ms <= HORIZON_MS:
            msg = f"cannot schedule {kind} at {time_ms!r}: it is {self.now_ms}"
            raise MarketBug(msg)
        timer = Timer(callback, kind, entity)
        serial = next(self._serials) if order is None else order
        heappush(self._queue, (time_ms, _PHASE_BASE + phase, serial, timer))
        return timer

    def again(self, timer: Timer, time_ms: int, phase: int, order: int) -> None:
        """Schedule a timer that has run, at an instant that is not before now.

        Args:
            timer: made before, by who schedules it again and again.
            time_ms: the instant.
            phase: as in `at`.
            order: place among timers of one instant and phase; see `at`.

        Raises:
            MarketBug: the time is in the past, or beyond the horizon.
        """
        if not self.now_ms <= time_ms <= HORIZON_MS:
            msg = f"cannot schedule {timer.kind} at {time_ms!r}: it is {self.now_ms}"
            raise MarketBug(msg)
        heappush(self._queue, (time_ms, _PHASE_BASE + phase, order, timer))

    def schedule(self, event: Any, priority: Any = 1, delay: Any = 0) -> None:
        """Schedule a SimPy event; a timeout goes to the demand phase.

        Raises:
            Misuse: the delay is not a whole number of milliseconds, or negative.
        """
        if type(delay) is not int or not 0 <= delay <= HORIZON_MS:
            msg = f"a delay is a whole number of milliseconds >= 0, not {delay!r}"
            raise Misuse(msg)
        if isinstance(event, simpy.events.Timeout):
            priority = _PHASE_BASE + Phase.DEMAND
        super().schedule(event, priority, delay)

    def halt(self, *, agents: bool = False) -> None:
        """Stop `advance` after the event that is running now.

        Args:
            agents: run the events of agents first that are due next, at this instant.
        """
        self._halt, self._agents = True, agents

    def advance(self, until_ms: int = HORIZON_MS, *, once: bool = False) -> bool:
        """Run events until one calls `halt`.

        Args:
            until_ms: do not run events due after this instant.
            once: run one event only.

        Returns:
            True when halted, False when nothing (more) is due by ``until_ms``.
        """
        queue, serials, observer = self._queue, self._serials, self.observer
        self._halt, self._end_ms = once, min(until_ms + 1, HORIZON_MS)
        while queue:
            due = heappop(queue)
            now, priority, _, timer = due
            if now > until_ms:
                heappush(queue, due)
                return False
            self._now = self.now_ms = now
            if type(timer) is Timer:
                again_ms = timer.callback(timer)
                if again_ms is not None:
                    heappush(queue, (again_ms, priority, next(serials), timer))
            else:
                # SimPy takes an event of its own from the queue again.
                heappush(queue, due)
                super().step()
            self.events += 1
            if observer is not None:
                observer()
            if self._halt:
                if once or not self._agents or not queue:
                    return True
                due = queue[0]
                if due[0] != now or due[1] != _AGENTS:
                    return True
        return False

    def quiet_until(self) -> int:
        """Return the instant before which nothing else is due, for a callback.

        A recurring timer may do until then what it is there for, and say so to
        `passed`, instead of returning the next instant each time.
        """
        if self._halt or self.observer is not None:
            return self.now_ms
        queue, end_ms = self._queue, self._end_ms
        if not queue:
            return end_ms
        next_ms = queue[0][0]
        return min(end_ms, next_ms)

    def passed(self, events: int, time_ms: int) -> None:
        """Count events that a callback has run by itself, and move on to the last.

        Args:
            events: how many.
            time_ms: when the last of them was, before `quiet_until`.
        """
        self._now = self.now_ms = time_ms
        self.events += events
        if self._shuffled:  # each would have been put into the queue
            for _ in range(events):
                next(self._serials)

    def due_now(self, phase: int) -> bool:
        """Return whether the next event is due at this instant in this phase."""
        if not self._queue:
            return False
        first = self._queue[0]
        return first[0] == self.now_ms and first[1] == _PHASE_BASE + phase

    def step(self) -> None:
        """Run one event; SimPy's own `run` calls this.

        Raises:
            simpy.core.EmptySchedule: there is none.
        """
        if not self._queue:
            raise simpy.core.EmptySchedule
        self.advance(self.peek(), once=True)  # type: ignore[arg-type]

    def pending(self) -> list[tuple[int, int, str, str]]:
        """Return ``(time, phase, kind, entity)`` of every pending timer, sorted.

        Events of processes that people have added are not the market's own and
        are left out: who only looks on does not change the market's digest.
        """
        return sorted(
            [
                (due, priority - _PHASE_BASE, event.kind, str(event.entity))
                for due, priority, _, event in self._queue
                if type(event) is Timer
            ]
        )


def _shuffled(numbers: Iterator[int], stream: Stream) -> Iterator[int]:
    """Put a drawn word in front of every number."""
    for number in numbers:
        yield stream.word() << _SERIAL_BITS | number
