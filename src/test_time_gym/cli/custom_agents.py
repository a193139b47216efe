"""Agents of a user's own, of which many are made: each run needs a new one."""

import inspect
import sys
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from test_time_gym.evaluation.learning import CustomAgent

__all__ = ["custom_agent", "made"]


def custom_agent(name: str) -> "str | CustomAgent":
    """Return a built-in agent's name as it is, or what makes one's own.

    Raises:
        Misuse: it cannot be loaded, or is an object, of which there is only one.
    """
    from test_time_gym.rollout.load_agent import is_custom, load_agent

    if not is_custom(name):
        return name
    from test_time_gym.evaluation.learning import CustomAgent
    from test_time_gym.market.interface.policy import AgentError

    found = load_agent(name)
    if not (inspect.isclass(found) or inspect.isroutine(found)):
        msg = f"agent {name!r:.200} is one object: name a class, or a function that "
        raise AgentError(msg + "makes agents, because each run needs a new one")
    module = sys.modules.get(getattr(found, "__module__", None) or "")
    source = getattr(module, "__file__", None)
    digest = sha256(Path(source).read_bytes()).hexdigest() if source else None
    return CustomAgent(name=name, make=partial(made, name), sha256=digest)


def made(name: str) -> object:
    """Return a new agent; other processes call it, too."""
    from test_time_gym.rollout.load_agent import instance_of, load_agent

    return instance_of(name, load_agent(name))
