"""Variation: changed skills are tried, and kept where they do better."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec.structs import replace

from test_time_gym.agents.skills.library.library import Library
from test_time_gym.agents.skills.library.retirement import verdict
from test_time_gym.agents.skills.perception.page import Page, legal_verbs
from test_time_gym.agents.skills.perception.place_key import place
from test_time_gym.agents.skills.skill.skill import Skill, Step, signature

from .mutations import mutations
from .value_alternatives import value_alternatives

__all__ = ["Variation"]

_HOPELESS: Final = 0.2
"""Worth of a place's best skill at which other values are tried in its stead."""
_TRIES: Final = 5
"""Pulls after which that is believed."""
_Variant = tuple[str, tuple[Step, ...], Page, tuple[str, ...]]
"""What is changed, the steps, where they should arrive, where they come from."""


class Variation:
    """Varies a library's skills.

    Args:
        library: what is varied.
        dice: its own chance.
    """

    def __init__(self, library: Library, dice: Any) -> None:
        """Have nothing to be tried."""
        self._library = library
        self._stats = library.stats
        self._dice = dice
        self._parents: dict[str, str] = {}
        self._wins: dict[str, int] = {}
        self._exhausted: dict[str, bool] = {}

    def variant(
        self, skills: Sequence[Skill], observation: dict[str, Any], episode: int
    ) -> Skill | None:
        """Return a variant of the best of some skills of one place, to be tried."""
        library = self._library
        best = library.best(skills)
        for one in library.skills.values():
            shut = one.name in library.withheld or library.uses(one)
            free = one.state == "probation" and not shut
            if free and one.precondition == best.precondition:
                return one
        if best.name in self._exhausted:
            return None
        found = [
            (what, steps, best.postcondition, best.origin)
            for what, steps in mutations(best, observation)
        ]
        fresh = [
            one
            for one in [*found, *self._shortcuts(best, observation)]
            if _label(best, one[1]) not in library.varied
        ]
        if not fresh:
            self._exhausted[best.name] = True
            return None
        bold = [one for one in fresh if not one[0].startswith("drop")] or fresh
        what, steps, after, origin = bold[self._dice.below(len(bold))]
        library.varied[_label(best, steps)] = True
        like = replace(best, postcondition=after, origin=origin)
        child = library.add(like, steps, what, episode)
        self._parents[child.name] = best.name
        return child

    def _shortcuts(self, best: Skill, observation: dict[str, Any]) -> list[_Variant]:
        """Return what is done where a skill arrives, in its stead: a detour less."""
        help_ = [step for step in best.steps if step.best_effort]
        found: list[_Variant] = []
        for one in self._library.in_use():
            steps = [step for step in one.steps if not step.best_effort]
            elsewhere = place(one.precondition) not in (
                place(best.precondition),
                place(one.postcondition),
            )
            circle = place(one.postcondition) == place(best.precondition)
            next_ = (
                elsewhere
                and not circle
                and place(one.precondition) == place(best.postcondition)
            )
            if next_ and steps and steps[0].verb in legal_verbs(observation):
                origin = (*best.origin, *one.origin)
                steps = [*help_, *steps]
                what = f"{one.name} at once"
                found.append((what, tuple(steps), one.postcondition, origin))
        return found

    def spread(
        self, skills: Sequence[Skill], observation: dict[str, Any], episode: int
    ) -> bool:
        """Set other values beside the best of some skills, if even that is hopeless."""
        library = self._library
        best = library.best(skills)
        n, mean = self._stats.pulls(best.name)
        mark = f"siblings of {best.name}"
        if n < _TRIES or mean > _HOPELESS or mark in library.varied:
            return False
        library.varied[mark] = True
        known = [
            one.steps
            for one in library.in_use()
            if one.precondition == best.precondition
        ]
        fresh = [s for s in value_alternatives(best, observation) if s not in known]
        for steps in fresh:
            child = library.add(best, steps, "another value", episode)
            library.varied[f"siblings of {child.name}"] = True
            library.confirm(child.name)
        return bool(fresh)

    def reopen(self) -> None:
        """Try all changes again: with a new tactic they may lead to other prices."""
        self._library.varied.clear()
        self._exhausted.clear()

    def judge(self, name: str, *, arrived: bool, success: bool) -> None:
        """Confirm or retire a variant that was tried, or leave it on probation."""
        library = self._library
        child = library.skills[name]
        parent = library.skills.get(self._parents.get(name, ""))
        wins = self._wins[name] = self._wins.get(name, 0) + success
        if child.state != "probation":
            return
        if parent is not None and not library.uses(parent):
            parent = None
        found, why = verdict(child, parent, self._stats, arrived=arrived, wins=wins)
        if found == "retired":
            library.retire(name, why)
        elif found == "replaces" and parent is not None:
            library.supersede(parent.name, name)

    def pass_on(self) -> None:
        """Let go of what was noted of skills that are gone."""
        there = self._library.skills
        self._parents = {k: v for k, v in self._parents.items() if k in there}
        self._wins = {k: v for k, v in self._wins.items() if k in there}
        self._exhausted = {k: v for k, v in self._exhausted.items() if k in there}

    def dump(self) -> dict[str, Any]:
        """Return what is being tried, as plain data."""
        return {
            "drawn": self._dice.drawn,
            "parents": dict(self._parents),
            "wins": dict(self._wins),
            "exhausted": list(self._exhausted),
        }

    def load(self, data: dict[str, Any]) -> None:
        """Continue where `dump` stopped; its own chance is still fresh."""
        self._parents = dict(data["parents"])
        self._wins = dict(data["wins"])
        self._exhausted = dict.fromkeys(data["exhausted"], True)
        while self._dice.drawn < data["drawn"]:
            self._dice.word()


def _label(skill: Skill, steps: tuple[Step, ...]) -> str:
    """Return a name for a variant of what is done at one place."""
    return f"{'/'.join(place(skill.precondition))}: {signature(steps)}"
