"""Episodes at once: while some wait for their agents, others play on.

The market runs in one thread at a time; what runs side by side is waiting for agents,
such as models behind a server.  Journals are those of one episode after another.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, Final, Self

from test_time_gym.agents.base import AgentSource, make_agent
from test_time_gym.market.interface.policy import AgentError

from .results import EpisodeResult

__all__ = ["EpisodesAtOnce", "MarketLock", "fresh_sources", "verify_episodic"]

_LOOK_S: Final = 0.2
"""How often the main thread looks whether somebody wants it to end."""

Play = Callable[[int, "MarketLock"], EpisodeResult]
"""Plays the episode of a number, counted from 0, with the market to itself."""


class MarketLock:
    """Lets one episode's market run at a time, and others while an agent is asked."""

    def __init__(self) -> None:
        """Let nobody run yet."""
        self._lock = threading.Lock()
        self._over = threading.Event()

    def __enter__(self) -> Self:
        """Run the market."""
        self._lock.acquire()
        return self

    def __exit__(self, *_error: object) -> None:
        """Let others run theirs."""
        self._lock.release()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Let others run their markets while an agent of this one is asked.

        Raises:
            KeyboardInterrupt: somebody wants the whole run to end.
        """
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
        if self._over.is_set():
            raise KeyboardInterrupt

    def end(self) -> None:
        """Let every episode end at its next decision."""
        self._over.set()


class EpisodesAtOnce:
    """Plays episodes side by side, in the order in which they are numbered.

    Args:
        play: plays one of them.
        episodes: how many.
        most: how many at once.
    """

    def __init__(self, play: Play, episodes: int, most: int) -> None:
        """Begin with none."""
        self._play, self._episodes, self._most = play, episodes, most

    def results(self) -> list[EpisodeResult]:
        """Return the results of all episodes, in order.

        Raises:
            BaseException: whatever one of them raised first, when all have ended.
        """
        lock = MarketLock()

        def played(number: int) -> EpisodeResult:
            with lock:
                return self._play(number, lock)

        pool = ThreadPoolExecutor(min(self._most, self._episodes))
        try:
            futures = [pool.submit(played, k) for k in range(self._episodes)]
            self._wait(futures)
            return [future.result() for future in futures]
        finally:
            lock.end()
            pool.shutdown(wait=True, cancel_futures=True)

    def _wait(self, futures: Sequence[Future[EpisodeResult]]) -> None:
        """Wait for all, or for the first that fails; signals are heard meanwhile."""
        left: set[Future[EpisodeResult]] | Sequence[Future[EpisodeResult]] = futures
        while left:
            done, left = wait(left, timeout=_LOOK_S, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()


def verify_episodic(sources: Mapping[str, AgentSource]) -> None:
    """Raise why agents cannot play several episodes at once.

    Raises:
        AgentError: one may keep something from one episode to the next.
    """
    for seat, source in sources.items():
        agent = make_agent(source) if isinstance(source, str) else source
        if not _is_episodic(agent):
            name = source if isinstance(source, str) else type(source).__name__
            msg = f"{name} in the seat {seat} may keep something from one episode to "
            msg += "the next, so that they cannot be played at once: play one after "
            msg += "another (concurrency 1), or say episodic = True in its class"
            raise AgentError(msg)


def fresh_sources(sources: Mapping[str, AgentSource]) -> dict[str, AgentSource]:
    """Return agents for another episode, which share nothing with those."""
    return {
        seat: source
        if isinstance(source, str) or not getattr(source, "episodic", False)
        else deepcopy(source)
        for seat, source in sources.items()
    }


def _is_episodic(agent: Any) -> bool:
    """Return whether an agent's episodes have nothing to do with each other.

    A function is taken to keep nothing.
    """
    if getattr(agent, "episodic", False) or hasattr(agent, "for_episode"):
        return True
    return not hasattr(agent, "act") and callable(agent)
