"""Exploring: one step at a time, towards what is new or known to lead to a ticket."""

from typing import Any, Final

from test_time_gym.agents.skills.settings import Settings
from test_time_gym.market.interface.policy import policy_stream

from .site_model import SiteModel

__all__ = ["Explorer"]

_CLOSE: Final = 0.02
"""Worths that differ by less are taken for equal."""


class Explorer:
    """The primitive policy: the verb that is worth most by the site model.

    Args:
        seed: of its own chance, for verbs of equal worth.
        settings: `evidence_decay` lets what was counted fade.
    """

    def __init__(self, seed: int, settings: Settings) -> None:
        """Know nothing."""
        self._dice = policy_stream(seed, "explore")
        self._set = settings
        self.model = SiteModel()
        self.begin()

    def begin(self) -> None:
        """Begin an episode."""
        self._taken: list[tuple[str, str]] = []
        self._legal: dict[str, tuple[str, ...]] = {}
        self._here: dict[tuple[str, str], int] = {}

    def choose(self, scene: str, verbs: list[str]) -> str:
        """Return the verb to try in a scene.

        What was done here in this episode already, without leaving for good, is
        worth a little less each time.
        """
        worth = [
            self.model.worth(scene, verb) * 0.9 ** self._here.get((scene, verb), 0)
            for verb in verbs
        ]
        top = max(worth)
        best = [verbs[k] for k, one in enumerate(worth) if one >= top - _CLOSE]
        return best[self._dice.below(len(best))]

    def took(self, scene: str, verb: str, verbs: list[str]) -> None:
        """Note a step, whatever chose it."""
        self._taken.append((scene, verb))
        self._legal[scene] = tuple(dict.fromkeys([*self._legal.get(scene, ()), *verbs]))
        self._here[scene, verb] = self._here.get((scene, verb), 0) + 1

    def learn(self, end: str) -> None:
        """Take in how the episode ended; see `SiteModel.learn`."""
        self.model.learn(self._taken, end, self._legal)

    def dump(self) -> dict[str, Any]:
        """Return what was learned, and how far its chance was drawn."""
        return {"drawn": self._dice.drawn, "model": self.model.dump()}

    def load(self, data: dict[str, Any]) -> None:
        """Continue where `dump` stopped; its own chance is still fresh."""
        self.model.load(data["model"])
        while self._dice.drawn < data["drawn"]:
            self._dice.word()
