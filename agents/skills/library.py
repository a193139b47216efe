"""The library: the skills an agent has, how they did, and what its site taught it."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from test_time_gym.market.interface.policy import AgentError

from .choice import Chooser
from .mining import Candidate, place, unify
from .page import holds
from .repair import REPAIR
from .skill import Page, Skill, SkillState, Step
from .trajectory import EXPLORE
from .trial import Habit

__all__ = ["Library"]

_RECENT: Final = 50
"""Rewards that a mean follows."""
_RECENT_PRICES: Final = 30
_INHERITED: Final = 5
"""Pulls' worth that a skill takes over from the one it replaces."""
_DOUBTED: Final = 2
"""Pulls' worth that is left of a skill's evidence once it is doubted."""
_RIVALS: Final = 4
"""Confirmed skills of one place beyond which none is mined."""
_GOOD: Final = 0.2
"""Worth of a skill that arrived from which on none is mined beside it."""

Score = tuple[int, float]
"""How often, and the mean."""


class Library:
    """Skills by name, in the order of their birth.

    Args:
        chooser: it is told of what is new, replaced and retired.

    Attributes:
        skills: all of them, retired ones too.
        habits: changes that lower prices; every skill takes them up.
        varied: what has been tried as a variant; labels.
        asked: by skill, ln(price after / before) on arrival.
    """

    def __init__(self, chooser: Chooser) -> None:
        """Have no skill."""
        self.skills: dict[str, Skill] = {}
        self.habits: list[Habit] = []
        self.varied: dict[str, bool] = {}
        self.asked: dict[str, Score] = {}
        self._scores: dict[str, dict[str, Score]] = {}
        self._chooser = chooser
        self._count = 0

    def confirmed(self) -> list[Skill]:
        """Return the skills that are in use."""
        return [one for one in self.skills.values() if one.state == "confirmed"]

    def at(self, page: Page) -> list[Skill]:
        """Return the skills in use whose precondition holds."""
        return [one for one in self.confirmed() if holds(one.before, page)]

    def pulls(self, name: str) -> Score:
        """Return how often a skill was chosen, and its mean reward."""
        scores = self._scores.get(name, {}).values()
        n = sum([k for k, _ in scores])
        return n, sum([k * mean for k, mean in scores]) / max(n, 1)

    def worth(self, name: str) -> float:
        """Return a skill's mean reward, drawn to one half as if by one pull more."""
        n, mean = self.pulls(name)
        return (n * mean + 0.5) / (n + 1)

    def best(self, skills: Sequence[Skill]) -> Skill:
        """Return the skill of the greatest worth."""
        return max(skills, key=lambda one: (self.worth(one.name), one.name))

    def learn(self, context: str, arm: str, reward: float) -> None:
        """Take in what came of a choice."""
        if arm != EXPLORE:
            if self.skills[arm].state == "retired":
                return
            scores = self._scores.setdefault(arm, {})
            n, mean = scores.get(context, (0, 0.0))
            n += 1
            scores[context] = n, mean + (reward - mean) / min(n, _RECENT)
        self._chooser.learn(context, (), arm, reward)

    def used(self, name: str, *, arrived: bool, episode: int) -> None:
        """Note that a skill was carried out."""
        one = self.skills[name]
        arrivals = one.arrivals + arrived
        self.skills[name] = replace(
            one, tries=one.tries + 1, arrivals=arrivals, used=episode
        )

    def price(self, name: str, change: float) -> None:
        """Note by how much the price's logarithm had changed on arrival."""
        n, mean = self.asked.get(name, (0, 0.0))
        n = min(n + 1, _RECENT_PRICES)
        self.asked[name] = n, mean + (change - mean) / n

    def doubt(self, name: str) -> None:
        """Believe of a skill little of what it brought so far."""
        scores = self._scores.get(name, {})
        self._chooser.forget(name)
        for context, (n, mean) in scores.items():
            scores[context] = min(n, _DOUBTED), mean
            self._chooser.prior(context, name, min(1.0, mean), min(n, _DOUBTED))
        self.asked.pop(name, None)

    def give_up(self, skill: Skill) -> str:
        """Give up the habits that a skill has; return the place of them, or ''."""
        mine = [one for one in self.habits if one.given_up(skill.steps) != skill.steps]
        if not mine:
            return ""
        self.habits = [one for one in self.habits if one not in mine]
        for one in self.skills.values():
            steps = one.steps
            for habit in mine:
                steps = habit.given_up(steps)
            if steps and steps != one.steps:
                self.skills[one.name] = replace(one, steps=steps)
                self.asked.pop(one.name, None)
        return mine[0].where

    # -- skills that come and go

    def start_with(self, skills: Iterable[Skill]) -> None:
        """Take skills of others into use; what is retired stays so.

        Raises:
            AgentError: two of them have one name.
        """
        given: dict[str, Skill] = dict(self.skills)
        for one in skills:
            if one.name in given:
                msg = f"two skills are called {one.name!r:.60}: rename one of them"
                raise AgentError(msg)
            state: SkillState = "retired" if one.state == "retired" else "confirmed"
            given[one.name] = replace(one, state=state, born=0, used=0)
        self.skills = given
        numbers = [int(n) for name in given for n in re.findall("[0-9]{1,9}", name)]
        self._count = max(numbers, default=0)

    def add(self, like: Skill, steps: Sequence[Step], why: str, episode: int) -> Skill:
        """Return a new skill, on probation, that differs from another in its steps."""
        self._count += 1
        child = Skill(
            name=f"{like.name.split('~')[0]}~{self._count}",
            before=like.before,
            steps=tuple(steps),
            after=like.after,
            origin=(*like.origin[:1], f"{like.name}: {why}"),
            born=episode,
        )
        self.skills[child.name] = child
        return child

    def confirm(self, name: str) -> None:
        """Take a skill into use."""
        self.skills[name] = replace(self.skills[name], state="confirmed")

    def retire(self, name: str) -> None:
        """Use a skill no longer."""
        self.skills[name] = replace(self.skills[name], state="retired")
        self._scores.pop(name, None)
        self._chooser.forget(name)

    def supersede(self, old: str, new: str) -> None:
        """Put a skill in another's place: it is believed to be worth as much."""
        scores = self._scores.setdefault(new, {})
        for context, (n, mean) in self._scores.get(old, {}).items():
            scores[context] = min(n, _INHERITED), mean
            self._chooser.prior(context, new, min(1.0, mean), min(n, _INHERITED))
        self.retire(old)
        support = self.skills[old].support
        self.skills[new] = replace(self.skills[new], support=support)
        self.confirm(new)

    def take_up(self, habit: Habit, episode: int) -> None:
        """Change every skill that a habit belongs to."""
        self.habits.append(habit)
        for one in self.confirmed():
            steps = habit.taken_up(one)
            if steps != one.steps:
                child = self.add(one, steps, habit.change.verb, episode)
                self.supersede(one.name, child.name)

    def mine(
        self, found: Iterable[Candidate], arrived: Iterable[str], origin: str, born: int
    ) -> None:
        """Take in the procedures of a success.

        One that does what a known skill does makes it more general; else it is new,
        unless a good skill arrived from there in the same episode.
        """
        good = [name for name in arrived if self.worth(name) > _GOOD]
        for one in found:
            bound = all(all(step.args.values()) for step in one.steps)
            if not bound or self._merged(one):
                continue
            if all(taken.by not in (EXPLORE, REPAIR) for taken in one.taken):
                continue
            rivals = [s.name for s in self.confirmed() if s.before == one.before]
            if len(rivals) >= _RIVALS or any(name in good for name in rivals):
                continue
            self._count += 1
            verbs = "-".join([step.verb.split("_")[0] for step in one.steps])
            skill = Skill(
                name=f"{verbs}-{self._count}",
                before=one.before,
                steps=one.steps,
                after=one.after,
                origin=(origin,),
                support=1,
                born=born,
                state="confirmed",
            )
            for habit in self.habits:
                skill = replace(skill, steps=habit.taken_up(skill))
            self.skills[skill.name] = skill

    def _merged(self, seen: Candidate) -> bool:
        """Make the skill that does the same more general; return whether one does."""
        known = [one for one in self.skills.values() if one.state != "retired"]
        known.sort(key=lambda one: (one.state != "confirmed", -one.support, one.name))
        for one in known:
            merged = unify(one, seen)
            if merged is not None:
                support = one.support + 1
                self.skills[one.name] = replace(merged, support=support)
                return True
        return False

    def by_place(self) -> dict[tuple[str, ...], list[Skill]]:
        """Return the skills in use, by the place where they start."""
        groups: dict[tuple[str, ...], list[Skill]] = {}
        for one in self.confirmed():
            groups.setdefault(place(one.before), []).append(one)
        return groups

    # -- keeping

    def dump(self) -> dict[str, Any]:
        """Return all but the skills themselves, as plain data."""
        return {
            "habits": msgspec.to_builtins(self.habits),
            "varied": list(self.varied),
            "asked": {name: list(score) for name, score in self.asked.items()},
            "scores": {
                name: {context: list(score) for context, score in scores.items()}
                for name, scores in self._scores.items()
            },
            "count": self._count,
        }

    def load(self, skills: Iterable[Skill], data: dict[str, Any]) -> None:
        """Take over skills, and what `dump` returned."""
        self.skills = {one.name: one for one in skills}
        self.habits = msgspec.convert(data["habits"], list[Habit])
        self.varied = dict.fromkeys(data["varied"], True)
        self.asked = {name: (n, mean) for name, (n, mean) in data["asked"].items()}
        self._scores = {
            name: {context: (n, mean) for context, (n, mean) in scores.items()}
            for name, scores in data["scores"].items()
        }
        self._count = data["count"]
