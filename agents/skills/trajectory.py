"""Trajectories: what an agent saw and did in one episode, and what of it mattered."""

from dataclasses import dataclass, field
from typing import Any

from .page import features, signature
from .skill import Page, Step

__all__ = ["EXPLORE", "Taken", "Trajectory", "without_loops"]

EXPLORE = "explore"
"""The option that is no skill: one step of the primitive policy."""


@dataclass(slots=True)
class Taken:
    """One action, and the page it was taken on."""

    observation: dict[str, Any]
    page: Page
    signature: tuple[Any, ...]
    verb: str
    args: dict[str, Any]
    by: str
    """The skill that took it, or `EXPLORE`."""
    step: Step | None = None
    """The step of that skill."""


@dataclass(slots=True)
class Trajectory:
    """The actions of one episode, in order, and the page after the last one."""

    taken: list[Taken] = field(default_factory=list)
    last: dict[str, Any] | None = None

    def take(
        self,
        observation: dict[str, Any],
        page: Page,
        verb: str,
        args: dict[str, Any],
        by: str,
        step: Step | None = None,
    ) -> None:
        """Append an action."""
        self.taken.append(
            Taken(observation, page, signature(observation), verb, args, by, step)
        )

    def last_page(self) -> Page:
        """Return the features of the page the episode ended on, if it was seen."""
        return {} if self.last is None else features(self.last)


def without_loops(taken: list[Taken]) -> list[Taken]:
    """Return the steps that led on: what came back to a page seen before is cut out.

    A step that changed nothing is a loop of one.  Waiting for long is none: a page
    after ten minutes is another page.
    """
    kept: list[Taken] = []
    seen: dict[tuple[Any, ...], int] = {}
    for one in taken:
        back = seen.get(one.signature)
        if back is not None:
            for gone in kept[back:]:
                del seen[gone.signature]
            del kept[back:]
        seen[one.signature] = len(kept)
        kept.append(one)
    return kept
