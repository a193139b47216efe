"""Processes: the same work for many items, on several cores, in the items' order."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

__all__ = ["cores", "deaf", "spread"]

_Item = TypeVar("_Item")
_Done = TypeVar("_Done")


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    work: Callable[[_Item], _Done], items: Sequence[_Item], workers: int
) -> Iterator[_Done]:
    """Yield what the work makes of each item, in their order.

    Args:
        work: a function of a module, so that other processes find it.
        items: what it is done for; they are sent to the processes.
        workers: processes; with one all is done in this one.
    """
    if workers == 1 or len(items) <= 1:
        yield from map(work, items)
        return
    # Fresh processes: what a fork would inherit differs between platforms.
    count = min(workers, len(items))
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
    try:
        with deaf():
            coming = pool.map(work, items)
        yield from coming
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def deaf() -> Iterator[None]:
    """Ignore Ctrl-C, as do the processes that are started meanwhile, for good.

    A terminal sends it to all of them.  The parent alone is to hear it: it tells
    what was found, and ends the others.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    old = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, old)
