"""Page states: an observation, and the features that an agent reads off it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .page import Page, coarse_time, features, page_signature
from .place_key import context_key, place_key
from .places import places

__all__ = [
    "PageState",
]


@dataclass(frozen=True)
class PageState:
    """An observation with all that is asked of it again and again."""

    observation: dict[str, Any]
    page: Page
    """Its features."""
    where: str
    """Its place."""
    context: str
    """The bucket in which choices are alike."""
    moment: tuple[int, int]
    """What may make a skill worth another try here: time that passed, a message."""

    @classmethod
    def of(cls, observation: dict[str, Any]) -> "PageState":
        """Return the state of an observation."""
        page = features(observation)
        here = place_key(page)
        moment = coarse_time(observation), len(observation["messages"])
        return cls(observation, page, here, context_key(page), moment)

    @cached_property
    def places(self) -> list[tuple[str, Any, str]]:
        """Every place that an argument could come from; see `binding.places`."""
        return places(self.observation)

    @cached_property
    def signature(self) -> tuple[Any, ...]:
        """What makes the page the same again; see `page.signature`."""
        return page_signature(self.observation)
