"""Workers: the seeds of a study, played by one process or by several."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Final, NamedTuple

from test_time_gym.market.errors import Misuse
from test_time_gym.rollout.workers import ignore_sigint

from .seed_runs import SeedResult, play_seed
from .study_spec import StudySpec

__all__ = ["Progress", "play_seeds"]

Progress = Callable[[str, int], None]
"""Takes what is being done, and how many episodes are over."""

_LOOK_S: Final = 0.2


class _Stop(KeyboardInterrupt):
    """The parent wants no more: no error of the agent that plays just now."""


class _Shared(NamedTuple):
    """What parent and workers look at together."""

    counted: "Synchronized[int]"
    """How many episodes all workers have played."""
    stopped: "Event"
    """Whether the parent wants no more."""


_shared: list[_Shared] = []
"""In a worker: one, else none."""


def play_seeds(
    spec: StudySpec,
    seeds: Sequence[int],
    memory: Path | None,
    *,
    workers: int,
    progress: Progress,
) -> Iterator[SeedResult]:
    """Play seeds, and yield each when it is finished; the order is chance.

    What comes out of a seed depends on nothing but the question and its number.

    Args:
        spec: of the study.
        seeds: their numbers.
        memory: file in which learning runs are kept; None: nowhere.
        workers: how many processes; one is this one.
        progress: called now and then.

    Raises:
        Misuse: a worker died, or cannot be given the agent.
        AgentError: the agent cannot be made, or its ``end`` failed.
    """
    if workers == 1 or len(seeds) <= 1:
        done = 0

        def report() -> None:
            nonlocal done
            done += 1
            progress("playing", done)

        for seed in seeds:
            yield play_seed(spec, seed, memory, report)
        return
    # Fresh processes: what a fork would inherit differs between platforms.
    context = get_context("spawn")
    shared = _Shared(context.Value("q", 0), context.Event())
    count = min(workers, len(seeds))
    pool = ProcessPoolExecutor(count, context, initializer=_begin, initargs=(shared,))
    try:
        with ignore_sigint():
            asked = [pool.submit(_play, spec, seed, memory) for seed in seeds]
        yield from _finished(asked, shared.counted, progress)
    except BrokenProcessPool as error:
        msg = "a worker process has died, perhaps for want of memory; what is "
        msg += "finished is kept: ask again, with fewer workers"
        raise Misuse(msg) from error
    finally:
        shared.stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _finished(
    asked: "Sequence[Future[SeedResult]]",
    counted: "Synchronized[int]",
    progress: Progress,
) -> Iterator[SeedResult]:
    open_ = list(asked)
    while open_:
        done, _ = wait(open_, timeout=_LOOK_S, return_when=FIRST_COMPLETED)
        progress("playing", counted.value)
        for future in [one for one in open_ if one in done]:
            open_.remove(future)
            yield future.result()


def _begin(shared: _Shared) -> None:
    """Make ready in a worker: it dies with its parent, even if that is killed."""
    _shared.append(shared)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.join,), daemon=True).start()


def _follow(join: Callable[[], None]) -> None:
    join()
    os._exit(1)


def _play(spec: StudySpec, seed: int, memory: Path | None) -> SeedResult:
    return play_seed(spec, seed, memory, _count)


def _count() -> None:
    for shared in _shared:
        if shared.stopped.is_set():
            raise _Stop
        with shared.counted.get_lock():
            shared.counted.value += 1
