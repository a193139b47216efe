"""The response to drift: what an agent does about what used to hold and does not."""

from typing import Any

from test_time_gym.agents.skills.improve.effect_estimates import (
    LEAST_GAIN,
    LOOKS,
    EffectEstimates,
)
from test_time_gym.agents.skills.library.library import Library
from test_time_gym.agents.skills.perception.field_renames import FieldRenames
from test_time_gym.agents.skills.perception.prices import Prices
from test_time_gym.agents.skills.settings import Settings
from test_time_gym.agents.skills.skill.execution import Execution
from test_time_gym.agents.skills.skill.skill import Skill

from .change_detector import ChangeDetector
from .repair import Repairs

__all__ = ["DriftResponse"]


class DriftResponse:
    """Reads pages by their usual names, repairs what broke off, doubts what failed.

    A skill that stops arriving is believed little of what it brought. A skill whose
    price is no longer what it was gives up its tactics, and experiments start over.

    Args:
        library: skills, which are believed less.
        effects: of interventions, which are forgotten.
        prices: what is usual; forgotten at another site.
        settings: ``doubting`` switches all of this off.
    """

    def __init__(
        self,
        library: Library,
        effects: EffectEstimates,
        prices: Prices,
        settings: Settings,
    ) -> None:
        """ChangeDetector nothing."""
        self._library = library
        self._effects = effects
        self._prices = prices
        self._set = settings
        self._detector = ChangeDetector()
        self._reading = FieldRenames()
        self.repairs = Repairs()
        self.begin()

    def begin(self) -> None:
        """Begin an episode."""
        self._reading.begin(learning=self._set.learning)
        self.repairs.begin()
        self._held: dict[str, bool] = {}
        self._ran: dict[str, tuple[Skill, str]] = {}

    def usual(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return a page with the names by which its fields have been known."""
        on = self._set.doubting
        return self._reading.usual(observation) if on else observation

    def took(self, verb: str, args: dict[str, Any]) -> None:
        """Note what is done on the page."""
        self._reading.took(verb, args)

    def began(self, skill: Skill, context: str) -> None:
        """Note that a skill begins."""
        self._ran.pop(skill.name, None)
        self._ran[skill.name] = skill, context

    def ended(
        self, run: Execution, observation: dict[str, Any], where: str, *, arrived: bool
    ) -> None:
        """Note how a skill ended; if it broke off, look for ways to repair it."""
        name = run.skill.name
        self._held[name] = arrived and self._held.get(name, True)
        if not arrived and self._set.doubting:
            others = [skill for skill, _ in self._ran.values() if skill.name != name]
            last = others[-1] if others else None
            self.repairs.broke(run, last, observation, where)

    def repaired(self, *, on: bool) -> tuple[str, str]:
        """Return who is to blame for what a repair made good, and in which context."""
        name = self.repairs.ended(on=on, learning=self._set.learning)
        if not name:
            return "", ""
        self._held[name] = False
        return name, self._ran[name][1]

    def learn(self, arrivals: dict[str, float | None]) -> None:
        """ChangeDetector what no longer holds, after an episode.

        Args:
            arrivals: by skill that arrived, ln(price after / before) if it is known.
        """
        if not self._set.doubting:
            return
        for name, held in self._held.items():
            if self._detector.note(name, held=held):
                self._library.stats.shrink(name)
        for name, change in arrivals.items():
            n, usual = self._library.stats.price(name)
            if change is None or n < LOOKS:
                continue
            if self._detector.note(_price_of(name), held=change < usual + LEAST_GAIN):
                for where in self._library.give_up(self._library.skills[name]):
                    self._effects.forget(where)

    def pass_on(self) -> None:
        """Let go of what was noted of skills that are used no longer."""
        known = self._library.skills.values()
        names = [one.name for one in known if one.state != "retired"]
        self._detector.keep([*names, *[_price_of(name) for name in names]])
        self.repairs.keep(names)

    def change_site(self) -> None:
        """Believe less of what may belong to the old site; the way itself is kept."""
        for one in list(self._library.skills.values()):
            if one.state != "retired":
                self._library.stats.shrink(one.name)
                self._library.give_up(self._library.skills[one.name])
        self._library.tactics = []
        self._effects.load({"known": {}, "vain": {}})
        self._prices.load({})
        self._detector.forget()
        self.repairs.load({})

    def dump(self) -> dict[str, Any]:
        """Return what is expected, and what is known of names and repairs."""
        return {
            "doubt": self._detector.dump(),
            "reading": self._reading.dump(),
            "repairs": self.repairs.dump(),
        }

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._detector.load(data["doubt"])
        self._reading.load(data["reading"])
        self.repairs.load(data["repairs"])


def _price_of(name: str) -> str:
    """Return what is watched apart from whether a skill arrives."""
    return f"{name} price"
