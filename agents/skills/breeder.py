"""The breeder: it has variants of skills made and tried, and keeps what is better."""

from collections.abc import Sequence
from math import sqrt
from typing import Any, Final

from msgspec.structs import replace

from .library import Library
from .mining import place
from .skill import Page, Skill, Step, said
from .variant import siblings, variants

__all__ = ["Breeder"]

_LOOKS: Final = 2
"""Arrivals after which a variant is judged, if an episode with it succeeded."""
_PATIENCE: Final = 4
"""Arrivals after which it is judged anyhow."""
_DEARER: Final = 0.08
"""Rise of the price's logarithm that no variant is allowed."""
_SHORTER: Final = 0.03
"""Rise that a shorter variant is allowed."""
_HOPELESS: Final = 0.2
"""Worth of a place's best skill at which other values are tried in its stead."""
_TRIES: Final = 5
"""Pulls after which that is believed."""
_PULLS: Final = 6
"""Pulls after which a skill can be found to be worse than another."""
_LEAST_VARIANCE: Final = 0.04


_Variant = tuple[str, tuple[Step, ...], Page, tuple[str, ...]]
"""What is changed, the steps, where they should arrive, where they come from."""


class Breeder:
    """Varies a library's skills.

    Args:
        library: what is varied.
        dice: its own chance.
    """

    def __init__(self, library: Library, dice: Any) -> None:
        """Have nothing on trial."""
        self._library = library
        self._evidence = library.evidence
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
            if free and one.before == best.before:
                return one
        if best.name in self._exhausted:
            return None
        found = [
            (what, steps, best.after, best.origin)
            for what, steps in variants(best, observation)
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
        like = replace(best, after=after, origin=origin)
        child = library.add(like, steps, what, episode)
        self._parents[child.name] = best.name
        return child

    def _shortcuts(self, best: Skill, observation: dict[str, Any]) -> list[_Variant]:
        """Return what is done where a skill arrives, in its stead: a detour less."""
        help_ = [step for step in best.steps if step.spare]
        found: list[_Variant] = []
        for one in self._library.in_use():
            steps = [step for step in one.steps if not step.spare]
            elsewhere = place(one.before) not in (place(best.before), place(one.after))
            circle = place(one.after) == place(best.before)
            next_ = elsewhere and not circle and place(one.before) == place(best.after)
            if next_ and steps and steps[0].verb in observation["legal_verbs"]:
                origin = (*best.origin, *one.origin)
                steps = [*help_, *steps]
                what = f"{one.name} at once"
                found.append((what, tuple(steps), one.after, origin))
        return found

    def spread(
        self, skills: Sequence[Skill], observation: dict[str, Any], episode: int
    ) -> bool:
        """Set siblings beside the best of some skills, if even that one is hopeless."""
        library = self._library
        best = library.best(skills)
        n, mean = self._evidence.pulls(best.name)
        mark = f"siblings of {best.name}"
        if n < _TRIES or mean > _HOPELESS or mark in library.varied:
            return False
        library.varied[mark] = True
        known = [one.steps for one in library.in_use() if one.before == best.before]
        fresh = [s for s in siblings(best, observation) if s not in known]
        for steps in fresh:
            child = library.add(best, steps, "another value", episode)
            library.varied[f"siblings of {child.name}"] = True
            library.confirm(child.name)
        return bool(fresh)

    def reopen(self) -> None:
        """Try all changes again: with a new habit they may lead to other prices."""
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
        if parent is None or not library.uses(parent) or not arrived:
            gone = "what it varies is gone" if arrived else "its trial did not arrive"
            library.retire(name, gone)
            return
        shorter = len(child.steps) < len(parent.steps) or child.after != parent.after
        rise = self._rise(name, parent.name)
        if rise > _DEARER:
            library.retire(name, f"dearer than {parent.name}")
        elif child.arrivals >= _LOOKS and (wins or child.arrivals >= _PATIENCE):
            if wins and (rise <= _SHORTER if shorter else rise < 0):
                library.supersede(parent.name, name)
            else:
                library.retire(name, f"no better than {parent.name}")

    def prune(self) -> None:
        """Retire skills that never arrive, or that another of their place beats."""
        for one in self._library.in_use():
            if one.tries >= _TRIES and not one.arrivals:
                why = f"none of its {one.tries} tries arrived"
                self._library.retire(one.name, why)
        for group in self._library.by_place().values():
            left = list(group)
            for one in group:
                rivals = [other for other in left if other != one]
                by = next((r for r in rivals if self._dominates(r, one)), None)
                if by is not None:
                    left.remove(one)
                    self._library.retire(one.name, f"{by.name} does the same for less")
            self._outdo(left)

    def pass_on(self) -> None:
        """Let go of what was noted of skills that are gone."""
        there = self._library.skills
        self._parents = {k: v for k, v in self._parents.items() if k in there}
        self._wins = {k: v for k, v in self._wins.items() if k in there}
        self._exhausted = {k: v for k, v in self._exhausted.items() if k in there}

    def _outdo(self, group: list[Skill]) -> None:
        """Retire what brought less than the best, by more than a standard error."""
        of = {one.name: self._evidence.pulls(one.name) for one in group}
        means = [mean for n, mean in of.values() if n >= _PATIENCE]
        for name, (n, mean) in of.items():
            variance = max(mean * (1 - mean), _LEAST_VARIANCE)
            if n >= _PULLS and mean + sqrt(variance / n) < max(means):
                self._library.retire(name, "brought less than others of its place")

    def _dominates(self, one: Skill, other: Skill) -> bool:
        """Return whether a skill does the same at a better price, or in fewer steps."""
        known = [self._evidence.price(s.name)[0] for s in (one, other)]
        same = one.before == other.before and one.after == other.after
        if not same or min(known) < _LOOKS:
            return False
        rise = self._rise(one.name, other.name)
        return rise < -_DEARER or (rise <= _SHORTER and _contains(other, one))

    def _rise(self, one: str, other: str) -> float:
        """Return how much dearer one skill is than another, in logarithms."""
        (n, mine), (m, theirs) = map(self._evidence.price, (one, other))
        return mine - theirs if n and m else 0.0

    def dump(self) -> dict[str, Any]:
        """Return what is on trial, as plain data."""
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


def _contains(long: Skill, short: Skill) -> bool:
    """Return whether a skill does all that another does, ends alike, and has no habit.

    Of two that are equally long, the younger one contains the older one.
    """
    last, end = long.steps[-1], short.steps[-1]
    habit = any(step.spare for step in long.steps)
    if habit or last.verb != end.verb or last.args != end.args:
        return False
    rest = iter([step.verb for step in long.steps])
    if not all(step.verb in rest for step in short.steps):
        return False
    older = (short.born, short.name) < (long.born, long.name)
    return len(short.steps) < len(long.steps) or older


def _label(skill: Skill, steps: tuple[Step, ...]) -> str:
    """Return a name for a variant of what is done at one place."""
    return f"{'/'.join(place(skill.before))}: {said(steps)}"
