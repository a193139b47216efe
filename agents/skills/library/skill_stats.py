"""Skill statistics: what skills brought, by context."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import fsum
from typing import Any, Final

from test_time_gym.agents.bandits import Chooser
from test_time_gym.agents.skills.skill.trajectory import EXPLORE

__all__ = ["Score", "SkillStats", "followed"]

_RECENT: Final = 50
"""Rewards that a mean follows."""
_OFTEN: Final = 4
"""Pulls from which on a mean counts."""
_SHRUNK: Final = 2
"""Pulls' worth that is left of a skill's evidence once it has changed."""

Score = tuple[int, float]
"""How often, and the mean."""


def followed(score: Score, value: float, recent: int) -> Score:
    """Return a score with one value more, whose mean follows so many recent ones.

    >>> followed((1, 0.5), 1.0, recent=50)
    (2, 0.75)
    """
    n, mean = score
    n += 1
    return n, mean + (value - mean) / min(n, recent)


class SkillStats:
    """How often each skill was chosen in each context, and what it brought there.

    Args:
        chooser: it is told of everything, and weighs it in its own way.
    """

    def __init__(self, chooser: Chooser) -> None:
        """Know of no choice."""
        self._chooser = chooser
        self._scores: dict[str, dict[str, Score]] = {}
        self._pulls: dict[str, Score] = {}
        """Of all contexts together; built again when one of them has changed."""

    # -- what is known

    def pulls(self, name: str) -> Score:
        """Return how often a skill was chosen in all, and its mean reward."""
        known = self._pulls.get(name)
        if known is None:
            scores = self._scores.get(name, {}).values()
            n = sum([k for k, _ in scores])
            mean = fsum([k * mean for k, mean in scores]) / max(n, 1)
            known = self._pulls[name] = n, mean
        return known

    def best(self, context: str, names: Iterable[str]) -> float:
        """Return the largest mean in a context of skills that were chosen often."""
        known = [self._scores.get(name, {}).get(context, (0, 0.0)) for name in names]
        return max([mean for n, mean in known if n >= _OFTEN], default=0.0)

    def worth(self, name: str) -> float:
        """Return a skill's mean reward, drawn to one half as if by one pull more."""
        n, mean = self.pulls(name)
        return (n * mean + 0.5) / (n + 1)

    # -- what is seen

    def learn(
        self, context: str, arm: str, reward: float, features: Sequence[float] = ()
    ) -> None:
        """Take in what came of a choice."""
        if arm != EXPLORE:
            scores = self._changed(arm)
            scores[context] = followed(scores.get(context, (0, 0.0)), reward, _RECENT)
        self._chooser.learn(context, features, arm, reward)

    # -- what is believed of it

    def merge(self, name: str, heir: str) -> None:
        """Count what a skill brought for the one that it became."""
        known = self._changed(heir)
        gone = self._scores.pop(name, {})
        self._pulls.pop(name, None)
        for context, (n, mean) in gone.items():
            k, own = known.get(context, (0, 0.0))
            known[context] = n + k, (n * mean + k * own) / max(n + k, 1)
            self._expect(heir, context, mean, n)

    def shrink(self, name: str) -> None:
        """Believe little of what a skill brought."""
        self._chooser.forget(name)
        scores = self._changed(name)
        for context, (n, mean) in scores.items():
            scores[context] = min(n, _SHRUNK), mean
            self._expect(name, context, mean, min(n, _SHRUNK))

    def drop(self, name: str) -> None:
        """Drop what a skill brought that is used no longer."""
        self._scores.pop(name, None)
        self._pulls.pop(name, None)
        self._chooser.forget(name)

    def keep(self, names: Collection[str]) -> None:
        """Forget all other skills."""
        for name in [name for name in self._scores if name not in names]:
            self.drop(name)

    def _changed(self, name: str) -> dict[str, Score]:
        """Return what a skill brought by context, to be changed."""
        self._pulls.pop(name, None)
        return self._scores.setdefault(name, {})

    def _expect(self, name: str, context: str, mean: float, pulls: int) -> None:
        """Tell the chooser what a skill is expected to bring, from 0 to 1."""
        self._chooser.prior(context, name, min(1.0, mean), pulls)

    # -- keeping

    def dump(self) -> dict[str, Any]:
        """Return counts and means by skill and context."""
        return {
            "scores": {name: dict(scores) for name, scores in self._scores.items()},
        }

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned; the chooser has its own."""
        known = data["scores"].items()
        self._scores = {name: _paired(scores) for name, scores in known}
        self._pulls = {}


def _paired(data: Mapping[str, Any]) -> dict[str, Score]:
    return {name: (n, mean) for name, (n, mean) in data.items()}
