"""Asking several agents at the same time, which wait for somebody else."""

import asyncio
import inspect
from collections.abc import Mapping
from typing import Any

from test_time_gym.agents.answer import AgentAnswer, waited

__all__ = ["ask_together", "is_asked_together"]


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
    return waited(_ask_all(agents, pages))


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
        found = await asyncio.to_thread(_asked, agent, page)
        if inspect.isawaitable(found.answer):
            return AgentAnswer(await found.answer)
    except BaseException as error:  # noqa: BLE001
        return AgentAnswer(error=error)
    return found


def _asked(agent: Any, page: Any) -> AgentAnswer:
    try:
        return AgentAnswer(agent.act(page))
    except BaseException as error:  # noqa: BLE001 - as above
        return AgentAnswer(error=error)


def _is_async(agent: Any) -> bool:
    act = getattr(agent, "act", None)
    # An object that is called is a function of the observation, too.
    called = getattr(type(act), "__call__", None)  # noqa: B004 - it need not be there
    return inspect.iscoroutinefunction(act) or inspect.iscoroutinefunction(called)
