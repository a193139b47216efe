"""The yardstick: a bare event loop on a heap of a thousand entries."""

from heapq import heappop, heappush
from time import process_time

__all__ = ["bare_event_us"]

_HEAP = 1_000
_EVENTS = 50_000


def bare_event_us() -> float:
    """Return the µs of one event: pop, call, push; nothing is simulated."""
    heap = [(k * 7919 % _HEAP, k) for k in range(_HEAP)]
    heap.sort()
    called = 0

    def callback() -> None:
        nonlocal called
        called += 1

    start = process_time()
    for serial in range(_HEAP, _HEAP + _EVENTS):
        due, _ = heappop(heap)
        callback()
        heappush(heap, (due + 997, serial))
    return (process_time() - start) * 1e6 / called
