"""Termination: SIGTERM ends a command as tidily as Ctrl-C does."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

__all__ = ["Terminated", "terminable"]


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM); treated like Ctrl-C."""


@contextmanager
def terminable() -> Iterator[None]:
    """Raise `Terminated` when SIGTERM arrives; afterwards it does what it did."""
    old = signal.getsignal(signal.SIGTERM)
    try:
        signal.signal(signal.SIGTERM, _terminate)
    except ValueError:
        old = None  # not in the main thread: no signal arrives here
    try:
        yield
    finally:
        if old is not None:
            signal.signal(signal.SIGTERM, old)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated
