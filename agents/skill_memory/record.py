"""Records: what a learner keeps of an episode besides its skills."""

from typing import Any

from msgspec import Struct

__all__ = ["ChoiceRecord", "EpisodeRecord", "SkillChange"]


class EpisodeRecord(Struct, frozen=True, kw_only=True):
    """An episode as it went."""

    episode: int
    """The learner's count of episodes; it grows from one to the next."""
    id: str
    """Its name in `Skill.origin`."""
    outcome: str
    """As the market calls it: ``success``, ``failed``, …"""
    success: bool
    """Whether skills may be mined from it; successes are evicted last."""
    steps: int
    """Actions taken."""
    paid: int | None = None
    """Minor units; None when nothing was bought."""
    trace: Any = None
    """The steps in short, as JSON."""


class ChoiceRecord(Struct, frozen=True, kw_only=True):
    """A draw of the chooser: enough to judge another chooser by it later.

    Means and spreads that are no finite numbers are kept as None.
    """

    episode: int
    step: int
    """Number of the action before which it was made, from 0."""
    context: Any
    """What the chooser saw, as JSON."""
    arms: tuple[str, ...]
    """What could be chosen, in the order of means and spreads."""
    means: tuple[float | None, ...]
    """Estimated worth of each."""
    spreads: tuple[float | None, ...]
    """Standard deviation of each estimate."""
    chosen: str
    propensity: float
    """Probability with which it was chosen."""
    exploratory: bool = False
    """Whether something else seemed better."""
    features: tuple[float, ...] = ()
    """What a contextual chooser saw of the page besides."""


class SkillChange(Struct, frozen=True, kw_only=True):
    """A turn in a skill's life."""

    episode: int
    skill: str
    what: str
    """``born``; ``used``; ``confirmed`` after probation; ``merged`` with what says
    the same, or made more general; ``superseded`` by a better one; ``decayed`` when
    it fails of late; ``retired`` otherwise; ``withheld`` from an instance that it
    knows; ``edited`` by a person."""
    into: str = ""
    """The skill that it was merged into, or that took its place."""
    why: str = ""
    """For people."""
