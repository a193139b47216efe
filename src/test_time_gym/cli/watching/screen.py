"""The screen: a terminal on which frames follow each other as keys say."""

import sys
import time
from contextlib import ExitStack
from typing import Self

from rich.console import Console
from rich.live import Live

from .frame import Event, Frame
from .keyboard import Keyboard, keyboard
from .picture import picture_of
from .watch_speed import WatchSpeed

__all__ = ["Screen", "Stopped"]

_LOOK_S = 0.25
"""How often a terminal that waits is looked at: its size may change."""

_GLIMPSE_S = 0.1
"""How often a run is drawn for which nobody waits."""


class Stopped(KeyboardInterrupt):
    """Somebody has seen enough; as by Ctrl-C, the run ends here."""


class Screen:
    """Shows frames on a screen of its own; afterwards the terminal is as before.

    Args:
        pace: how fast.
    """

    def __init__(self, pace: WatchSpeed) -> None:
        """Show nothing yet."""
        self._pace = pace
        self._stack = ExitStack()
        self._keys = Keyboard()
        self._live: Live | None = None
        self._drawn = 0.0

    def __enter__(self) -> Self:
        """Take the terminal."""
        with ExitStack() as stack:
            self._keys = stack.enter_context(keyboard())
            console = Console(file=sys.stdout, highlight=False)
            self._live = stack.enter_context(
                Live(
                    console=console,
                    screen=True,
                    auto_refresh=False,
                    redirect_stdout=False,
                    redirect_stderr=False,
                    vertical_overflow="crop",
                )
            )
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        """Give it back."""
        self._live = None
        self._stack.close()

    def hear(self, event: Event) -> None:
        """Leave it to the next frame, which shows the latest."""

    def show(self, frame: Frame) -> None:
        """Show a frame, and return when the next is due.

        Raises:
            Stopped: the run is to end here.
        """
        pace, begun = self._pace, time.monotonic()
        if pace.finished and begun - self._drawn < _GLIMPSE_S:
            return
        due = False
        while not due:
            self._draw(frame)
            left = 0.0 if pace.finished else begun + pace.seconds - time.monotonic()
            wait = _LOOK_S if pace.paused else max(0.0, min(left, _LOOK_S))
            key = self._keys.key(wait)
            due = pace.key(key) if key is not None else not pace.paused and left <= wait
        if pace.stopped:
            raise Stopped

    def _draw(self, frame: Frame) -> None:
        if self._live is None:
            return
        self._drawn = time.monotonic()
        width, height = self._live.console.size
        typed = type(self._keys) is not Keyboard
        self._live.update(
            picture_of(frame, self._pace, width=width, height=height, typed=typed),
            refresh=True,
        )
