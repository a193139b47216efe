"""A playback: a journal's run, executed again and looked at after every event."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from test_time_gym.journal.reader import JournalFile, Record
from test_time_gym.market.events import THINKING
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns
from test_time_gym.replay.comparing import Comparing
from test_time_gym.replay.divergence import Diverged, divergence_of
from test_time_gym.replay.execute import Worlds, start, take

__all__ = ["Looker", "play_back"]


class Looker(Protocol):
    """Looks at a run while it is played back."""

    def opened(self, turns: Turns) -> None:
        """Look at a run that has opened; called once, before anything else."""

    def after_event(self, first: int, end: int) -> None:
        """Look at the run after an event that wrote the records ``first`` to ``end``.

        ``end`` is not one of them.
        """

    def before_act(self, record: Record, who: Participant) -> None:
        """Look at an agent and at what it is about to do."""

    def after_act(self, record: Record, who: Participant) -> None:
        """Look at an agent when its action is done and no time has passed."""


class _Opening(Turns):
    """A run that is known before it opens."""

    def __init__(self, *args: object, held: list[Turns], **options: object) -> None:
        held.append(self)
        super().__init__(*args, **options)  # type: ignore[arg-type]


class _Playback:
    """A run that is executed, and tells its looker what happens."""

    def __init__(self, journal: JournalFile, looker: Looker) -> None:
        self.sink = Comparing(journal.lines, len(journal.lines) - 1)
        self._lines = journal.lines
        self._looker = looker
        self._held: list[Turns] = []
        self._seen = 0
        self._opened = False

    def open(self, header: dict[str, Any], worlds: Worlds | None) -> Turns:
        make = partial(_Opening, held=self._held)
        turns = start(header, self.sink, self.look, make, worlds)
        self.look()
        return turns

    def look(self) -> None:
        """Tell of an event that is over, if it wrote records."""
        if not self._opened:
            self._opened = True
            self._looker.opened(self._held[0])
        first, self._seen = self._seen, self.sink.n
        if self._seen > first:
            self._looker.after_event(first, self._seen)

    def take(self, turns: Turns, record: Record) -> None:
        """Carry out an action."""
        who = turns.by_name.get(record.actor)
        acts = who is not None and record.data.get("status") != THINKING
        if who is not None and acts:
            self._looker.before_act(record, who)

        def between() -> None:
            self.look()
            if who is not None and acts:
                self._looker.after_act(record, who)

        take(turns, record, self._lines, between)
        self.look()


def play_back(
    journal: JournalFile,
    looker: Looker,
    worlds: Worlds | None = None,
    progress: Callable[[int], None] | None = None,
) -> Turns:
    """Execute a journal's run, and let it be looked at on the way.

    Every record that comes out is compared with the journal's, so that what is seen
    is what was there.  A journal that was cut short is played as far as it goes.

    Args:
        journal: with a sound beginning.
        looker: looks.
        worlds: remembers the world, for runs that follow.
        progress: called with the number of every input.

    Raises:
        Diverged: a record comes out differently, or an action cannot be taken.
        Misuse: the header describes no run.
    """
    playback = _Playback(journal, looker)
    turns = playback.open(journal.header, worlds)
    kind = ""
    for record in journal.records():
        kind = record.kind
        if kind == "act":
            playback.take(turns, record)
            if progress is not None:
                progress(record.n)
    if kind == "end":
        turns.seal("complete" if turns.over else "aborted")
    if playback.sink.n < len(journal.lines):
        raise Diverged(divergence_of(journal.lines, playback.sink.n, []))
    return turns
