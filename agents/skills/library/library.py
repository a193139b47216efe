"""The library: the skills an agent has, and how they did."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from test_time_gym.agents.bandits import Chooser
from test_time_gym.agents.skill_memory.record import SkillChange
from test_time_gym.agents.skills.perception.page import Page, holds
from test_time_gym.agents.skills.perception.place_key import place
from test_time_gym.agents.skills.skill.mining import Candidate, alike, newborn, unify
from test_time_gym.agents.skills.skill.skill import Skill, SkillState, Step
from test_time_gym.agents.skills.skill.trajectory import EXPLORE
from test_time_gym.agents.skills.skill.validation import verify_name
from test_time_gym.market.interface.policy import AgentError

from .skill_stats import SkillStats

__all__ = ["Library"]

_RIVALS: Final = 4
"""Confirmed skills of one place beyond which none is mined."""


_Told = tuple[str, tuple[Step, ...], tuple[Step, ...]]
"""Name of a skill, and its steps as others are told them and as they are."""


class Library:
    """Skills by name, in the order of their birth.

    Args:
        chooser: it is told of what is new, replaced and retired.

    Attributes:
        skills: all of them, retired ones too.
        evidence: what they brought.
        changes: what became of skills in this episode.
        withheld: skills that are not offered in this episode.
        unproven: mined skills that are on probation until they first arrive.
    """

    def __init__(self, chooser: Chooser) -> None:
        """Have no skill."""
        self.skills: dict[str, Skill] = {}
        self.stats: Final = SkillStats(chooser)
        self.changes: list[SkillChange] = []
        self.withheld: dict[str, bool] = {}
        self.unproven: dict[str, bool] = {}
        self._episode, self._origin = 0, ""
        self._count = 0

    def begin(self, episode: int, origin: str) -> list[SkillChange]:
        """Begin an episode, whose name is ``origin``; return its log of changes."""
        self._episode, self._origin = episode, origin
        self.changes = []
        return self.changes

    def note(self, what: str, skill: str, why: str = "", into: str = "") -> None:
        """Note a turn in a skill's life."""
        self.changes.append(
            SkillChange(
                episode=self._episode, skill=skill, what=what, into=into, why=why
            )
        )

    def uses(self, one: Skill) -> bool:
        """Return whether a skill is offered: confirmed, or mined and yet to prove."""
        return one.state == "confirmed" or one.name in self.unproven

    def in_use(self) -> list[Skill]:
        """Return the skills that are in use."""
        unproven = self.unproven
        # `uses`, written out: this is asked several times a step.
        live = [
            one
            for one in self.skills.values()
            if one.state == "confirmed" or one.name in unproven
        ]
        if self.withheld:
            return [one for one in live if one.name not in self.withheld]
        return live

    def at(self, page: Page) -> list[Skill]:
        """Return the skills in use whose precondition holds."""
        return [one for one in self.in_use() if holds(one.precondition, page)]

    def best(self, skills: Sequence[Skill]) -> Skill:
        """Return the skill of the greatest worth."""
        return max(skills, key=lambda one: (self.stats.worth(one.name), one.name))

    def learn(
        self, context: str, arm: str, reward: float, features: Sequence[float] = ()
    ) -> None:
        """Take in what came of a choice, unless it is never to be had again."""
        if arm == EXPLORE or self.skills[arm].state != "retired":
            self.stats.learn(context, arm, reward, features)

    def used(self, name: str, *, arrived: bool, episode: int) -> None:
        """Note that a skill was carried out."""
        one = self.skills[name]
        self.skills[name] = replace(
            one,
            tries=one.tries + 1,
            completions=one.completions + arrived,
            used=episode,
        )
        self.note("used", name, "arrived" if arrived else "did not arrive")
        if arrived and name in self.unproven:
            self.confirm(name)

    # -- skills that come and go

    def start_with(self, skills: Iterable[Skill]) -> None:
        """Take skills of others into use; what is retired stays so.

        Raises:
            AgentError: a name is there twice, or reserved.
        """
        given: dict[str, Skill] = dict(self.skills)
        for one in skills:
            verify_name(one.name)
            if one.name in given:
                msg = f"two skills are called {one.name!r:.60}: rename one of them"
                raise AgentError(msg)
            state: SkillState = "retired" if one.state == "retired" else "confirmed"
            given[one.name] = replace(one, state=state, born=0, used=0)
        self.skills = given

    def _named(self, stem: str) -> str:
        """Return a name that no skill has; a person may have given any."""
        self._count += 1
        while f"{stem}{self._count}" in self.skills:
            self._count += 1
        return f"{stem}{self._count}"

    def _origins(self, known: Iterable[str]) -> tuple[str, ...]:
        """Return where something comes from that this episode has changed."""
        return tuple(dict.fromkeys((*known, self._origin)))

    def confirm(self, name: str) -> None:
        """Take a skill into use for good."""
        self.unproven.pop(name, None)
        self.skills[name] = replace(self.skills[name], state="confirmed")
        self.note("confirmed", name)

    def retire(
        self, name: str, why: str = "", what: str = "retired", into: str = ""
    ) -> None:
        """Use a skill no longer; ``what`` it is called in the log, and why."""
        if self.skills[name].state == "retired":
            return
        self.note(what, name, why, into)
        self.skills[name] = replace(self.skills[name], state="retired")
        self.unproven.pop(name, None)
        self.stats.drop(name)

    def mine(self, found: Iterable[Candidate]) -> None:
        """Take in the procedures of a success.

        One that does what a known skill does makes it more general; else it is new,
        unless there are enough of its place.
        """
        for one in found:
            bound = all(all(step.args.values()) for step in one.steps)
            if not bound or self._merged(one):
                continue
            if all(taken.by != EXPLORE for taken in one.taken):
                continue
            rivals = [
                s.name for s in self.in_use() if s.precondition == one.precondition
            ]
            if len(rivals) >= _RIVALS:
                continue
            verbs = "-".join([step.verb.split("_")[0] for step in one.steps])
            name = self._named(f"{verbs}-")
            self.skills[name] = newborn(one, name, self._origin, self._episode)
            self.unproven[name] = True
            self.note("born", name, f"mined from {self._origin}")

    def _merged(self, seen: Candidate) -> bool:
        """Make the skill that does the same more general; return whether one does."""
        live = [one for one in self.skills.values() if one.state != "retired"]
        known = [one for one in live if alike(one, seen)]
        known.sort(key=lambda one: (not self.uses(one), -one.support, one.name))
        for one in known:
            merged = unify(one, seen)
            if merged is not None:
                if merged != one and not one.by_hand:
                    one = replace(merged, origin=self._origins(one.origin))  # noqa: PLW2901
                    self.note("merged", one.name, f"with {self._origin}", one.name)
                self.skills[one.name] = replace(one, support=one.support + 1)
                return True
        return False

    def by_place(self) -> dict[tuple[str, ...], list[Skill]]:
        """Return the skills in use by where they start."""
        groups: dict[tuple[str, ...], list[Skill]] = {}
        for one in self.in_use():
            groups.setdefault(place(one.precondition), []).append(one)
        return groups

    # -- keeping it small

    def put(self, kept: Iterable[Skill], merged: Mapping[str, str]) -> None:
        """Take over a library that has been tidied up.

        Args:
            kept: all skills that are left, in the order of their birth.
            merged: what others became; what is in neither is forgotten.
        """
        left = {one.name: one for one in kept}
        for name in [name for name in self.skills if name not in left]:
            if name in merged:
                if name not in self.unproven:
                    self.unproven.pop(merged[name], None)
                self.stats.merge(name, merged[name])
                self.note("merged", name, "says the same", merged[name])
            self.stats.drop(name)
            self.unproven.pop(name, None)
        self.skills = {
            name: replace(one, state="probation") if name in self.unproven else one
            for name, one in left.items()
        }

    # -- keeping

    def believe_less(self) -> None:
        """Believe little of what skills in use brought: it was elsewhere."""
        for one in self.skills.values():
            if one.state != "retired":
                self.stats.shrink(one.name)

    def dump(self, told: Iterable[Skill]) -> dict[str, Any]:
        """Return all but the skills themselves, as plain data.

        Args:
            told: the skills as others are told them; of each that differs, both.
        """
        differ = [
            (one.name, one.steps, self.skills[one.name].steps)
            for one in told
            if one.steps != self.skills[one.name].steps
        ]
        return {
            "told": msgspec.to_builtins(differ),
            "evidence": self.stats.dump(),
            "unproven": list(self.unproven),
            "count": self._count,
        }

    def load(self, skills: Iterable[Skill], data: dict[str, Any]) -> None:
        """Take over skills, and what `dump` returned."""
        told = msgspec.convert(data["told"], list[_Told])
        own = {name: (shown, steps) for name, shown, steps in told}
        self.skills = {
            one.name: replace(one, steps=own[one.name][1])
            # What a person has edited meanwhile stays as it is.
            if one.name in own and one.steps == own[one.name][0]
            else one
            for one in skills
        }
        self.stats.load(data["evidence"])
        self.unproven = dict.fromkeys(data["unproven"], True)
        self._count = data["count"]
