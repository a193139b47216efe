"""Exploring: one step at a time, towards what is new or known to lead to a ticket."""

from collections.abc import Sequence
from math import log
from typing import Any, Final

from test_time_gym.agents.skills.settings import Settings
from test_time_gym.market.interface.policy import policy_stream

from .site_model import SiteModel

__all__ = ["Explorer"]

_STALE: Final = 0.9
"""Factor on the worth of what was done in a scene already, in this episode."""
_RARE: Final = 0.03
"""Worth of a verb for each logarithm by which it is seldom possible."""
_MOST: Final = 3.0
"""Most logarithms that count."""
_CLOSE: Final = 0.02
"""Worths that differ by less are taken for equal."""


class Explorer:
    """The primitive policy: the verb that is worth most by the site model.

    Args:
        seed: of its own chance, for verbs of equal worth.
        settings: whether it learns.
    """

    def __init__(self, seed: int, settings: Settings) -> None:
        """Know nothing."""
        self._dice = policy_stream(seed, "explore")
        self._set = settings
        self.model = SiteModel()
        self._pages = 0
        self._offered: dict[str, int] = {}
        self.begin()

    def begin(self) -> None:
        """Begin an episode."""
        self._taken: list[tuple[str, str]] = []
        self._legal: dict[str, tuple[str, ...]] = {}
        self._here: dict[tuple[str, str], int] = {}

    def choose(self, scene: str, verbs: list[str]) -> str:
        """Return the verb to try in a scene.

        What was done here in this episode already, without leaving for good, is
        worth a little less each time; what is seldom possible a little more.
        """
        if self._set.learning:
            self._pages += 1
            for verb in verbs:
                self._offered[verb] = self._offered.get(verb, 0) + 1
        pages = max(1, self._pages)
        worth = [
            self.model.worth(scene, verb) * _STALE ** self._here.get((scene, verb), 0)
            + _RARE * min(_MOST, log(pages / self._offered.get(verb, pages)))
            for verb in verbs
        ]
        top = max(worth)
        best = [verbs[k] for k, one in enumerate(worth) if one >= top - _CLOSE]
        return best[self._dice.below(len(best))]

    def took(self, scene: str, verb: str, verbs: Sequence[str] = ()) -> None:
        """Note a step, and what else could have been tried, if that is known."""
        self._taken.append((scene, verb))
        if verbs:
            known = self._legal.get(scene, ())
            self._legal[scene] = tuple(dict.fromkeys([*known, *verbs]))
        self._here[scene, verb] = self._here.get((scene, verb), 0) + 1

    def learn(self, end: str) -> None:
        """Take in how the episode ended; see `SiteModel.learn`."""
        self.model.learn(self._taken, end, self._legal)

    def dump(self) -> dict[str, Any]:
        """Return what was learned, and how far its chance was drawn."""
        return {
            "drawn": self._dice.drawn,
            "model": self.model.dump(),
            "pages": self._pages,
            "offered": dict(self._offered),
        }

    def load(self, data: dict[str, Any]) -> None:
        """Continue where `dump` stopped; its own chance is still fresh."""
        self.model.load(data["model"])
        self._pages, self._offered = data["pages"], dict(data["offered"])
        while self._dice.drawn < data["drawn"]:
            self._dice.word()
