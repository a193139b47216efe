"""Hosted skills: what a model calls as one tool, and its host does step by step."""

from collections.abc import Sequence
from typing import Any, Protocol

from test_time_gym.market.interface.tools import ToolSpec

__all__ = ["HostedSkills"]

Json = dict[str, Any]


class HostedSkills(Protocol):
    """The skills that are offered to a model in one episode.

    Each step is an action on the market, and a turn of its own; while a skill is being
    carried out the model is not asked.
    """

    def next(self, page: Json) -> Json | None:
        """Return the next step of the skill under way; None: ask the model."""
        ...

    def told(self) -> str:
        """Return what was carried out since the model was asked; empty: nothing."""
        ...

    def offered(self, page: Json) -> Sequence[ToolSpec]:
        """Return the skills that can be called on a page."""
        ...

    def begin(self, name: str, payload: Json, page: Json) -> Json | None:
        """Return the first step of what is called; None: it is no skill."""
        ...
