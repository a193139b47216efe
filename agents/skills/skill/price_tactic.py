"""Price tactics: changes that lower prices at a site, as parts of skills."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from test_time_gym.agents.skills.perception.place_key import place

from .skill import Skill, Step

__all__ = ["PriceTactic", "with_tactics"]


class PriceTactic(Struct, frozen=True):
    """A change that lowers prices at a site, and where it belongs."""

    where: str
    """The place at which it was tried."""
    kind: Literal["instead", "before", "here"]
    verb: str
    """Of the step that it changes or stands before, unless it belongs ``here``."""
    change: Step
    origin: str = ""
    """The episode that confirmed it."""

    def taken_up(self, skill: Skill) -> tuple[Step, ...]:
        """Return a skill's steps with this tactic; the same if it does not belong."""
        steps = skill.steps
        start, end = (
            "/".join(place(skill.precondition)),
            "/".join(place(skill.postcondition)),
        )
        if self.kind == "here":
            known = any(step.verb == self.change.verb for step in steps)
            return steps if known or start != self.where else (self.change, *steps)
        last = steps[-1]
        if start == self.where or end != self.where or last.verb != self.verb:
            return steps
        if self.kind == "before":
            rest = [step for step in steps[:-1] if step.verb != self.change.verb]
            return (*rest, self.change, last)
        optional = tuple([o for o in last.optional if o not in self.change.args])
        args = {**last.args, **self.change.args}
        return (*steps[:-1], replace(last, args=args, optional=optional))

    def given_up(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """Return a skill's steps without this tactic; the same if it is not in them."""
        if self.kind != "instead":
            return tuple([step for step in steps if not self._is(step)])
        return tuple([self._undone(step) for step in steps])

    def _is(self, step: Step) -> bool:
        """Return whether a step is this change, with bindings that narrowed since."""
        change = self.change
        alike = (step.verb, step.best_effort) == (change.verb, change.best_effort)
        return alike and all(_narrowed(step, name, change) for name in change.args)

    def _undone(self, step: Step) -> Step:
        if step.verb != self.verb:
            return step
        mine = [name for name in self.change.args if _narrowed(step, name, self.change)]
        args = {name: bound for name, bound in step.args.items() if name not in mine}
        return replace(step, args=args) if mine else step


def with_tactics(skill: Skill, tactics: Iterable[PriceTactic]) -> Skill:
    """Return a new skill with tactics; it comes from their episodes, too."""
    for tactic in tactics:
        steps = tactic.taken_up(skill)
        if steps != skill.steps:
            origin = tuple(dict.fromkeys((*skill.origin, tactic.origin)))
            skill = replace(skill, steps=steps, origin=origin)
    return skill


def _narrowed(step: Step, name: str, change: Step) -> bool:
    """Return whether an argument has bindings of a change, and no others."""
    bound = step.args.get(name, ())
    return bool(bound) and all(one in change.args[name] for one in bound)
