"""An entrant: the agent that is measured, and how one is made for an episode."""

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from test_time_gym.agents.base import (
    Agent,
    AgentSource,
    agent_names,
    label_of,
    make_agent,
)
from test_time_gym.agents.llm import is_model_name
from test_time_gym.agents.trained import is_policy_file
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.market.streams import MAX_SEED
from test_time_gym.rollout.load_agent import instance_of, is_custom, load_agent

from ..oracle import ORACLE
from .null_policies import Aborter, Idler

__all__ = ["NULLS", "Entrant", "default_entrants", "entrants_of"]

_IDLERS: dict[str, type[Agent]] = {"abort-at-once": Aborter, "do-nothing": Idler}

NULLS = ("do-nothing", "abort-at-once", "dummy", "random", "first-offer", "cheapest")
"""Policies that nobody has to beat to have learned something, and that a family
therefore must not reward too well: it publishes a ceiling for each."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """One of those who are compared."""

    name: str
    """What the tables call it."""
    source: object
    """A name, ``module:Name``, ``file.py:Name``, a class or a function."""

    @property
    def knows(self) -> bool:
        """Whether it is the oracle, which tries plans beforehand."""
        return self.source == ORACLE

    def make(self, seed: int, seat: int) -> Agent:
        """Return a new agent.

        Args:
            seed: of the episode; agents that draw are seeded by it and the seat.
            seat: index.

        Raises:
            AgentError: it cannot be loaded, or is no agent.
        """
        source = self.source
        if isinstance(source, str) and source in _IDLERS:
            return _IDLERS[source]()
        if isinstance(source, str) and is_custom(source):
            source = instance_of(source, load_agent(source))
        elif inspect.isclass(source):
            source = instance_of(self.name, source)
        return make_agent(source, (seed * 1000 + seat) % MAX_SEED)  # type: ignore[arg-type]


def default_entrants() -> list[str]:
    """Return the names of those who are compared when nobody says whom."""
    return [*agent_names(), *sorted(_IDLERS), ORACLE]


def entrants_of(agents: Iterable[object] | object) -> list[Entrant]:
    """Return who is meant, each of whom can be made.

    Args:
        agents: a name, a class or a function of the observation, or several.

    Raises:
        AgentError: one of them is no agent, or an object that would have to play
            all episodes.
        Misuse: one of them is listed twice, or there is none.
    """
    listed = [agents]
    if isinstance(agents, Iterable) and not isinstance(agents, str):
        listed = list(agents)
    entrants = [Entrant(_name(one), one) for one in listed]
    for place, entrant in enumerate(entrants):
        if entrant.name in [other.name for other in entrants[:place]]:
            msg = f"{entrant.name!r:.60} is listed twice"
            raise Misuse(msg)
        known, name = default_entrants(), entrant.source
        declared = not isinstance(name, str) or name in known or _is_data(name)
        if isinstance(name, str) and not declared and not is_custom(name):
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            raise AgentError(f"unknown agent {name!r:.40}; {hint}")
        if not entrant.knows:
            entrant.make(0, 0)
    if not entrants:
        msg = "nobody is to be measured: name at least one agent"
        raise Misuse(msg)
    return entrants


def _is_data(name: str) -> bool:
    """Return whether a name means an agent whose program is of the package."""
    return is_policy_file(name) or is_model_name(name)


def _name(source: AgentSource | object) -> str:
    if isinstance(source, str):
        return label_of(source) if is_model_name(source) else source
    if callable(source) and hasattr(source, "__qualname__"):
        return str(source.__qualname__)
    msg = "every episode is played by a new agent: pass a name, a class or a "
    msg += f"function of the observation, not an object of {type(source).__name__}"
    raise AgentError(msg)
