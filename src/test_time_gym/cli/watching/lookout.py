"""The lookout: sees a run while it is played, and has it shown."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, Self

from test_time_gym.journal import JournalFile
from test_time_gym.market.body import Body
from test_time_gym.market.interface.actions import Input
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns
from test_time_gym.replay.comparing import Comparing
from test_time_gym.replay.execute import start, take
from test_time_gym.rollout.hooks import Measure, Setup

from .frame import Event, Frame, event_of, frame_of

__all__ = ["Lookout", "Stage", "watched_journal"]

_REMEMBERED: Final = 4096
"""Records among which causes are looked for."""
_KEPT: Final = 200
"""Events that a frame may show."""


class Stage(Protocol):
    """Where frames are shown."""

    def __enter__(self) -> Self:
        """Take what it needs."""
        ...

    def __exit__(self, *error: object) -> None:
        """Give it back."""

    def hear(self, event: Event) -> None:
        """Hear of a record, while the market stands in the middle of a turn."""

    def show(self, frame: Frame) -> None:
        """Show a frame, and return when the next is due."""


class Lookout:
    """Shows a run after every action; it is a `Measure`, and takes progress.

    It reads the market and changes nothing: the run's bytes are those of a run that
    nobody looks at.

    Args:
        stage: where frames are shown.
        title: what is played.

    Attributes:
        measure: what measures besides.
    """

    def __init__(self, stage: Stage, title: str) -> None:
        """See nothing yet."""
        self._stage = stage
        self._title = title
        self.measure: Measure | None = None
        self._turns: Turns | None = None
        self._did: dict[str, str] = {}
        self._before: dict[int, Body] = {}
        self._events: deque[Event] = deque(maxlen=_KEPT)
        self._steps = 0

    def __enter__(self) -> Self:
        """Take the stage."""
        self._stage.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """Leave it."""
        self._stage.__exit__(*error)

    def begin(self, setup: Setup) -> None:
        """Make ready for an episode."""
        self._turns = None
        if self.measure is not None:
            self.measure.begin(setup)

    def act(self, turns: Turns, seat: Participant, action: Input) -> bool:
        """Take an action, and count it."""
        if turns is not self._turns:
            self._look_at(turns)
        self._steps += 1
        if self.measure is None:
            return turns.act(seat, action)
        return self.measure.act(turns, seat, action)

    def measured(
        self,
        turns: Turns,
        seat: Participant,
        recorded_actions: Mapping[int, Sequence[Input]],
    ) -> dict[str, Any]:
        """Return what the other measure has found."""
        if self.measure is None:
            return {}
        return self.measure.measured(turns, seat, recorded_actions)

    def __call__(self, what: str, _done: int) -> None:
        """Show the run, after an action and all that followed from it."""
        if what == "playing":
            self.show()

    def show(self) -> None:
        """Show the run as it is now."""
        frame = self.frame
        if frame is not None:
            self._stage.show(frame)

    @property
    def frame(self) -> Frame | None:
        """The run as it is now; None before its first action."""
        if self._turns is None:
            return None
        return frame_of(
            self._turns,
            title=self._title,
            step=self._steps,
            did=self._did,
            events=tuple(self._events),
        )

    def _look_at(self, turns: Turns) -> None:
        """Hear of every record of a run from now on."""
        self._turns, self._steps = turns, 0
        self._did, self._before = {}, {}
        self._events.clear()
        write = turns.journal.write
        if write is None:
            return

        def heard(body: Body) -> None:
            write(body)
            event = event_of(body, self._before, turns)
            self._events.append(event)
            self._stage.hear(event)
            if body.k == "act":
                self._did[body.a] = event.text
            self._before[body.n] = body
            self._before.pop(body.n - _REMEMBERED, None)

        turns.journal.write = heard


def watched_journal(journal: JournalFile, lookout: Lookout) -> Turns:
    """Carry out a journal's inputs again, and have each shown.

    Raises:
        Diverged: a record comes out differently.
        Misuse: the journal holds no run.
    """
    lines = journal.lines
    turns = start(journal.header, Comparing(lines, len(lines) - 1))
    done = 0
    for record in journal.records():
        if record.kind == "act":
            take(turns, record, lines, act=lookout.act)
            done += 1
            lookout("playing", done)
    return turns
