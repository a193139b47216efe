"""Asking several agents at the same time, which wait for somebody else."""

import asyncio
import inspect
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

__all__ = ["THREADS", "AgentAnswer", "ask_together", "is_asked_together"]

THREADS: Final = 256
"""Most agents that are asked at once and block; more wait for their turn."""


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


def is_asked_together(agent: Any) -> bool:
    """Return whether an agent is asked at the same time as others.

    Its ``act`` is a coroutine function, or it has ``asked_together = True``: then
    its ``act`` is called in a thread of its own.
    """
    return _is_async(agent) or getattr(agent, "asked_together", False) is True


def ask_together(
    agents: Mapping[str, Any], pages: Mapping[str, Any]
) -> dict[str, AgentAnswer]:
    """Ask agents at the same time; return how each answered.

    Args:
        agents: by their names.
        pages: what each is shown.
    """
    asked = _ask_all(agents, pages)
    return asyncio.run_coroutine_threadsafe(asked, _loop()).result()


async def _ask_all(
    agents: Mapping[str, Any], pages: Mapping[str, Any]
) -> dict[str, AgentAnswer]:
    asked = [_ask(agent, pages[name]) for name, agent in agents.items()]
    return dict(zip(agents, await asyncio.gather(*asked), strict=True))


async def _ask(agent: Any, page: Any) -> AgentAnswer:
    # An agent may raise anything, also what would end the loop for all the others.
    try:
        if _is_async(agent):
            return AgentAnswer(await agent.act(page))
        return await asyncio.to_thread(_asked, agent, page)
    except BaseException as error:  # noqa: BLE001
        return AgentAnswer(error=error)


def _asked(agent: Any, page: Any) -> AgentAnswer:
    try:
        return AgentAnswer(agent.act(page))
    except BaseException as error:  # noqa: BLE001 - as above
        return AgentAnswer(error=error)


def _is_async(agent: Any) -> bool:
    return inspect.iscoroutinefunction(getattr(agent, "act", None))


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    """Return the one loop of this process in which agents are asked.

    Clients of servers belong to the loop in which they were used first, and agents
    keep theirs for all episodes.
    """
    loop = asyncio.new_event_loop()
    # By default there are hardly more threads than cores, but these only wait.
    loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="agent"))
    threading.Thread(target=loop.run_forever, name="agents", daemon=True).start()
    return loop
