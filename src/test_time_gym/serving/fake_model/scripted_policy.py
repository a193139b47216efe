"""A scripted agent as a policy of the model."""

from copy import deepcopy
from typing import Any

from test_time_gym.agents.answer import settled
from test_time_gym.agents.base import AgentSource, make_agent

from .policy_state import PolicyMoment

__all__ = ["SCRIPTED", "ScriptedPolicy"]

SCRIPTED = ("cheapest", "dummy", "first-offer", "patient", "random", "rebooker")
"""Built-in agents whose state is that of one episode."""


class ScriptedPolicy:
    """Plays as an agent does that is shown every page.

    Args:
        source: a built-in agent's name, an agent, or a function from page to action.
        seed: for agents that draw.
    """

    def __init__(self, source: AgentSource, seed: int) -> None:
        """Copy the agent: each conversation has its own."""
        self._agent = make_agent(deepcopy(source), seed)
        self._begun = False

    def act(self, page: dict[str, Any], moment: PolicyMoment) -> dict[str, Any]:
        """Return the agent's action."""
        del moment
        if not self._begun:
            self._begun = True
            begin = getattr(self._agent, "begin", None)
            if begin is not None:
                settled(begin(page))
        action: dict[str, Any] = settled(self._agent.act(page))
        return action
