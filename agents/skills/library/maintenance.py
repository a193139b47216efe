"""Maintenance: every few episodes a library is tidied up, so that it stays small."""

from typing import Any, Final

from msgspec.structs import replace

from test_time_gym.agents.skills.settings import Settings
from test_time_gym.agents.skills.skill.skill import Skill

from .distil import distil
from .library import Library
from .retirement import failed, over_capacity
from .usage import ONE, Use, faded, noted

__all__ = ["Maintenance"]

_PLAIN: Final = ("confirmed", "retired")


class Maintenance:
    """Merges duplicates, retires what has become bad, and lets go of what is too much.

    Args:
        library: what is tidied up.
        settings: how often, and how much may stay.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        """Know of no use."""
        self._library = library
        self._every = settings.upkeep
        self._capacity = settings.capacity
        self._keep_ppm = round(ONE * 0.5 ** (1 / settings.half_life))
        self._uses: dict[str, Use] = {}

    def pass_episode(self, episode: int) -> None:
        """Take in how skills were used, and tidy up if it is time."""
        if not self._every:
            return
        tries = [
            (change.skill, change.why == "arrived")
            for change in self._library.changes
            if change.what == "used"
        ]
        self._uses = noted(faded(self._uses, self._keep_ppm), tries)
        if not episode % self._every:
            self._tidy()

    def _tidy(self) -> None:
        library = self._library
        skills = self._known()
        # What is on probation differs from its parent on purpose.
        tested = [one for one in skills if one.state in _PLAIN]
        distilled, merged = distil(tested)
        by_name = {one.name: one for one in distilled}
        kept = [by_name.get(one.name, one) for one in skills if one.name not in merged]
        library.put(kept, merged)
        for name, why in failed(kept, self._uses, self._worth).items():
            library.retire(name, why, "decayed")
        left, dropped = over_capacity(self._known(), self._capacity, self._worth)
        for name in dropped:
            library.retire(name, f"more than {self._capacity} skills in all")
        library.put([library.skills[one.name] for one in left], {})
        self._uses = {k: use for k, use in self._uses.items() if k in library.skills}

    def _known(self) -> list[Skill]:
        """Return the library; what is in use counts as confirmed."""
        library = self._library
        return [
            replace(one, state="confirmed") if library.uses(one) else one
            for one in library.skills.values()
        ]

    def _worth(self, name: str) -> tuple[float, float]:
        evidence = self._library.stats
        return evidence.worth(name), evidence.pulls(name)[0]

    def dump(self) -> dict[str, Any]:
        """Return the weights of recent tries and arrivals by skill, as plain data."""
        return {name: [use.tries, use.completions] for name, use in self._uses.items()}

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._uses = {name: Use(n, arrived) for name, (n, arrived) in data.items()}
