"""Scores: what skills brought, by context."""

from collections.abc import Iterator
from math import fsum
from typing import Any, Final

__all__ = ["Score", "Scores", "followed"]

_RECENT: Final = 50
"""Rewards that a mean follows."""
_INHERITED: Final = 5
"""Pulls' worth that a skill takes over from the one it replaces."""
_DOUBTED: Final = 2
"""Pulls' worth that is left of a skill's evidence once it is doubted."""

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


class Scores:
    """How often each skill was chosen in each context, and its mean reward."""

    def __init__(self) -> None:
        """Know of no choice."""
        self._by_name: dict[str, dict[str, Score]] = {}

    def pulls(self, name: str) -> Score:
        """Return how often a skill was chosen in all, and its mean reward."""
        scores = self._by_name.get(name, {}).values()
        n = sum([k for k, _ in scores])
        return n, fsum([k * mean for k, mean in scores]) / max(n, 1)

    def learn(self, name: str, context: str, reward: float) -> None:
        """Take in what came of a choice."""
        scores = self._by_name.setdefault(name, {})
        scores[context] = followed(scores.get(context, (0, 0.0)), reward, _RECENT)

    def believe(self, name: str, like: str) -> Iterator[tuple[str, float, int]]:
        """Expect of a skill what another one brought, and yield it: a prior each.

        Yields:
            Context, mean reward from 0 to 1, and how many pulls it is worth.
        """
        scores = self._by_name.setdefault(name, {})
        for context, (n, mean) in list(self._by_name.get(like, {}).items()):
            scores[context] = min(n, _INHERITED), mean
            yield context, min(1.0, mean), min(n, _INHERITED)

    def doubt(self, name: str) -> Iterator[tuple[str, float, int]]:
        """Believe little of what a skill brought, and yield what is left as priors."""
        scores = self._by_name.get(name, {})
        for context, (n, mean) in scores.items():
            scores[context] = min(n, _DOUBTED), mean
            yield context, min(1.0, mean), min(n, _DOUBTED)

    def merge(self, name: str, heir: str) -> Iterator[tuple[str, float, int]]:
        """Count what a skill brought for the one that it became; yield it as priors."""
        known = self._by_name.setdefault(heir, {})
        for context, (n, mean) in self._by_name.pop(name, {}).items():
            k, own = known.get(context, (0, 0.0))
            known[context] = n + k, (n * mean + k * own) / max(n + k, 1)
            yield context, min(1.0, mean), n

    def forget(self, name: str) -> None:
        """Drop a skill that is used no longer."""
        self._by_name.pop(name, None)

    def dump(self) -> dict[str, Any]:
        """Return counts and means by skill and context, as plain data."""
        return {
            name: {context: list(score) for context, score in scores.items()}
            for name, scores in self._by_name.items()
        }

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._by_name = {
            name: {context: (n, mean) for context, (n, mean) in scores.items()}
            for name, scores in data.items()
        }
