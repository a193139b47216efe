"""A studied model: a language model, and how much of its memories it is shown."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from test_time_gym.agents.llm import LLMAgent, is_model_name
from test_time_gym.agents.llm.memory import (
    MEMORY_ARMS,
    SKILL_ARMS,
    TWIN,
    MemoryLimits,
)
from test_time_gym.agents.skills.perception.vocabulary import vocabulary_of
from test_time_gym.market.domain import Trade
from test_time_gym.market.errors import Misuse

__all__ = ["StudiedModel", "studied_model"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudiedModel:
    """A language model that is studied: its arms are kinds of memory."""

    agent: LLMAgent
    limits: MemoryLimits = field(default_factory=MemoryLimits)

    @property
    def name(self) -> str:
        """Its name, for people."""
        return self.agent.label

    def as_dict(self) -> dict[str, Any]:
        """Return all that its answers depend on, as plain data."""
        return {"model": self.agent.described, "memory": asdict(self.limits)}

    def arms(self, asked: Sequence[str] | None, trade: Trade) -> tuple[str, ...]:
        """Return which arms are played: those asked for, and those that they need.

        Args:
            asked: names; None: all.
            trade: what is sold.

        Raises:
            Misuse: an arm is unknown, or cannot be in this trade.
        """
        names = list(MEMORY_ARMS if asked is None else asked)
        for name in names:
            if name not in MEMORY_ARMS:
                known = ", ".join(MEMORY_ARMS)
                msg = f"a language model has no arm {name!r:.40}; known: {known}"
                raise Misuse(msg)
            if name in SKILL_ARMS:
                vocabulary_of({trade.words.offers: []})
        more = ["skills-text"] if "placebo" in names else []
        needed = [TWIN, *more, *names]
        return tuple([name for name in MEMORY_ARMS if name in needed])


def studied_model(agent: Any) -> StudiedModel | None:
    """Return a language model as it is studied; None: it is another agent.

    Raises:
        AgentError: the name is one of a model, and wrong.
    """
    if isinstance(agent, str) and is_model_name(agent):
        return StudiedModel(agent=LLMAgent.named(agent))
    return StudiedModel(agent=agent) if isinstance(agent, LLMAgent) else None
