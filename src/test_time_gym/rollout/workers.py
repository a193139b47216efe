"""Worker processes: the same work for many items, in the order of the items."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing import get_context
from typing import Final, TypeVar

__all__ = ["cores", "ignore_sigint", "map_ordered"]

_AHEAD: Final = 8
"""Items that are sent ahead, for each worker."""

_Item = TypeVar("_Item")
_Done = TypeVar("_Done")


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def map_ordered(
    work: Callable[[_Item], _Done], items: Iterable[_Item], workers: int
) -> Iterator[_Done]:
    """Yield what the work makes of each item, in their order.

    Items are taken as they are needed, a few ahead: there may be millions.  Whatever
    ends it early (Ctrl-C, an error, nobody who asks on) ends the processes as well, in
    the middle of what they do: the work is to compute, and leave nothing half written.

    Args:
        work: a function of a module, so that other processes find it.
        items: what it is done for; they are sent to the processes.
        workers: processes; with one all is done in this one.
    """
    coming = iter(items)
    first = list(islice(coming, workers))
    if len(first) <= 1:
        yield from map(work, chain(first, coming))
        return
    # Fresh processes: what a fork would inherit differs between platforms.
    pool = ProcessPoolExecutor(len(first), mp_context=get_context("spawn"))
    asked: deque[Future[_Done]] = deque()
    try:
        for item in chain(first, coming):
            with ignore_sigint():
                asked.append(pool.submit(work, item))
            if len(asked) >= _AHEAD * len(first):
                yield asked.popleft().result()
        while asked:
            yield asked.popleft().result()
    except BaseException:
        _end(pool)
        raise
    pool.shutdown()


def _end(pool: ProcessPoolExecutor) -> None:
    """End the processes of a pool, which would first do all that they were sent."""
    for process in dict(pool._processes or {}).values():  # noqa: SLF001 - public in 3.14
        process.terminate()
    pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def ignore_sigint() -> Iterator[None]:
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
