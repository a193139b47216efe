"""Sights: a page as an agent sees it, and what it tells of it in a few words."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .binding import places
from .mining import place
from .page import coarse_time, features, signature
from .skill import Page

__all__ = ["Sight", "context", "where"]


def where(page: Page) -> str:
    """Return the place of a page, as a text.

    >>> where({"view": "cart", "payment": "none", "cart": "some", "flights": "some"})
    'cart/none/some'
    """
    return "/".join(place(page))


def context(page: Page) -> str:
    """Return the bucket in which choices are alike."""
    return f"{where(page)}/{page['checks']}"


@dataclass(frozen=True)
class Sight:
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
    def of(cls, observation: dict[str, Any]) -> "Sight":
        """Return the sight of an observation."""
        page = features(observation)
        here = where(page)
        moment = coarse_time(observation), len(observation["messages"])
        return cls(observation, page, here, context(page), moment)

    @cached_property
    def places(self) -> list[tuple[str, Any, str]]:
        """Every place that an argument could come from; see `binding.places`."""
        return places(self.observation)

    @cached_property
    def signature(self) -> tuple[Any, ...]:
        """What makes the page the same again; see `page.signature`."""
        return signature(self.observation)
