"""What is kept of learning runs: their part of a memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from test_time_gym.agents.base import Agent
from test_time_gym.agents.skill_memory import Memory
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.persistent_agent import PersistentAgent

__all__ = ["opened", "remembered"]


@contextmanager
def opened(path: Path | None) -> Iterator[Memory | None]:
    """Open a memory, which closes when the block is left; None: nothing is kept."""
    if path is None:
        yield None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with Memory(path) as memory:
        yield memory


def remembered(agent: SkillsAgent, memory: Memory | None, key: str) -> Agent:
    """Return an agent that plays as this one, and whose episodes are kept.

    What the memory holds of a run by this name is of one that was cut short: the
    run starts over, and so does what is kept of it.

    Args:
        agent: a skills agent, which has not played.
        memory: where; None: nothing is kept.
        key: name of the run.
    """
    if memory is None:
        return agent
    learner = memory.learner(key)
    learner.clear()
    return PersistentAgent(agent, learner)
