"""Patience: what takes too long is a finding, not a fuzzer that stands still."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


class TooSlow(BaseException):
    """An input took too long; no code under test may swallow this."""


def _ring(_number: int, _frame: object) -> NoReturn:
    raise TooSlow


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` when the block takes longer (where the system has alarms).

    It says nothing new to an outer block: they do not nest.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
