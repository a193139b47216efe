"""Answers of agents that wait for somebody else, and where they wait."""

import asyncio
import inspect
import os
import threading
from collections.abc import Awaitable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeVar

from test_time_gym.market.interface.policy import AgentError

__all__ = ["THREADS", "AgentAnswer", "settled", "waited"]

T = TypeVar("T")

THREADS: Final = 256
"""Most agents that are asked at once and block; more wait for their turn."""
_THREAD: Final = "agents"


@dataclass(frozen=True, slots=True)
class AgentAnswer:
    """What came of asking an agent."""

    answer: Any = None
    error: BaseException | None = None
    """What its program raised, if it did."""

    def get(self) -> Any:
        """Return the answer.

        Raises:
            BaseException: whatever the agent raised.
        """
        if self.error is not None:
            raise self.error
        return self.answer


def settled(found: Any) -> Any:
    """Return what a method of an agent has returned, awaited if need be.

    Whatever calls an agent's ``begin``, ``act`` or ``end`` asks this, so that any of
    them may be ``async``, however the agent is wrapped: a lambda or a decorator hides
    that a function is one until it has been called.

    Args:
        found: what the method returned.

    Raises:
        BaseException: whatever the agent raised.
        AgentError: as `waited`.

    >>> async def later():
    ...     return {"verb": "wait"}
    >>> settled(later()), settled({"verb": "abort"})
    ({'verb': 'wait'}, {'verb': 'abort'})
    """
    return waited(_awaited(found)).get() if inspect.isawaitable(found) else found


def waited(asked: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine where agents are asked, and wait for it.

    Raises:
        AgentError: called by an ``async`` agent, which would wait for itself.
    """
    if threading.current_thread().name == _THREAD:
        asked.close()
        msg = (
            "an async agent cannot have others asked in its own act: "
            "call that in a thread, with asyncio.to_thread"
        )
        raise AgentError(msg)
    return asyncio.run_coroutine_threadsafe(asked, _loop_of(os.getpid())).result()


@lru_cache(maxsize=1)
def _loop_of(_process: int) -> asyncio.AbstractEventLoop:
    """Return the one loop of this process in which agents are asked.

    Clients of servers belong to the loop in which they were used first, and agents
    keep theirs for all episodes.  Where a process is forked, the loop's thread stays
    behind, so that the new process has one of its own.
    """
    loop = asyncio.new_event_loop()
    # By default there are hardly more threads than cores, but these only wait.
    loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="agent"))
    threading.Thread(target=loop.run_forever, name=_THREAD, daemon=True).start()
    return loop


async def _awaited(found: Awaitable[Any]) -> AgentAnswer:
    # An agent may raise anything, also what would end the loop for all the others.
    try:
        return AgentAnswer(await found)
    except BaseException as error:  # noqa: BLE001
        return AgentAnswer(error=error)
