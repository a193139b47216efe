"""Signals wait until the market is between two turns."""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

__all__ = ["DeferredSignals"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_Handler = Callable[[int, FrameType | None], Any]


class DeferredSignals:
    """Puts off Ctrl-C and termination while a turn is being carried out.

    A turn that is torn in the middle would leave a market that no re-execution
    can reach.  Between turns, and while an agent thinks, the handlers that were
    installed before run at once; during a turn the first signal waits for its
    end.  The second does not wait, so that a market that hangs can be stopped;
    `torn` then stays True.

    Only handlers written in Python are put off: code that has none for a signal
    dies of it as before.  Outside of the main thread nothing is changed, since
    no signal arrives there.

    Attributes:
        torn: a turn has begun and not ended.
    """

    def __init__(self) -> None:
        """Guard nothing yet."""
        self.torn: bool = False
        self._waiting: int | None = None
        self._handlers: dict[int, _Handler] = {}

    def __enter__(self) -> Self:
        """Step in front of the handlers."""
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                handler = signal.getsignal(number)
                if callable(handler):
                    self._handlers[number] = handler
                    signal.signal(number, self._arrived)
        return self

    def __exit__(self, *_error: object) -> None:
        """Put the handlers back."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def begin(self) -> None:
        """Say that the market is about to change."""
        self.torn = True

    def end(self) -> None:
        """Say that the market stands still again; a signal that waited runs now."""
        self.torn = False
        number, self._waiting = self._waiting, None
        if number is not None:
            self._handlers[number](number, None)

    def _arrived(self, number: int, frame: FrameType | None) -> None:
        if self.torn and self._waiting is None:
            self._waiting = number
        else:
            self._handlers[number](number, frame)
