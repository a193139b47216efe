"""Termination: SIGTERM ends a command as tidily as Ctrl-C does."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

__all__ = ["Terminated", "terminable"]

_LATER_S: Final = 0.01


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM); treated like Ctrl-C."""


@contextmanager
def terminable() -> Iterator[None]:
    """Raise `Terminated` when SIGTERM arrives; afterwards it does what it did.

    An interrupt that comes while Python collects garbage is raised there, and Python
    goes on as if there had been none: it is sent again.
    """
    old = signal.getsignal(signal.SIGTERM)
    lost, sys.unraisablehook = sys.unraisablehook, _send_again
    try:
        signal.signal(signal.SIGTERM, _terminate)
    except ValueError:
        old = None  # not in the main thread: no signal arrives here
    try:
        yield
    finally:
        sys.unraisablehook = lost
        if old is not None:
            signal.signal(signal.SIGTERM, old)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated


def _send_again(lost: "sys.UnraisableHookArgs") -> None:
    if isinstance(lost.exc_value, KeyboardInterrupt):
        number = (
            signal.SIGTERM if isinstance(lost.exc_value, Terminated) else signal.SIGINT
        )
        # Later: what is raised in here is lost as well.
        later = threading.Timer(_LATER_S, _send, [number])
        later.daemon = True
        later.start()
    else:
        sys.__unraisablehook__(lost)


def _send(number: int) -> None:
    if os.name == "nt":
        signal.raise_signal(number)  # os.kill would end the process at once
    else:
        os.kill(os.getpid(), number)  # wakes the main thread, too
