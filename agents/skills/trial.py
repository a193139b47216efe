"""Trials: one change of a way known, whose effect on the price shows at once.

A price before and one after, in the same episode, differ by the change and little
else.  So two looks tell what success and failure alone tell in hundreds of episodes.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from .binding import CLOCKS, affinity, bindings_of, places
from .explorer import INVENTED, fields_of
from .mining import place
from .sight import Sight
from .skill import Binding, Skill, Step

__all__ = ["Habit", "Trial", "fixed", "generalised", "trials", "with_habits"]

_UNTRIED: Final = (*CLOCKS, "flights", "cart", "wallet", "orders", "forms")
"""What is no value at all, or differs from task to task: nothing to be tried."""


class Trial(Struct, frozen=True):
    """Something to try on a page."""

    label: str
    """The same change has the same label in every episode."""
    kind: Literal["instead", "before", "here"]
    """Where in a skill the change belongs: in place of the step that led here, right
    before that one, or in front of what is done here."""
    steps: tuple[Step, ...]
    """What to do, with fixed values."""
    change: Step
    """What a skill would do differently."""


class Habit(Struct, frozen=True):
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
        """Return a skill's steps with this habit; the same if it has no place there."""
        steps = skill.steps
        start, end = "/".join(place(skill.before)), "/".join(place(skill.after))
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
        """Return a skill's steps without this habit; the same if it is not in them."""
        if self.kind != "instead":
            return tuple([step for step in steps if not self._is(step)])
        return tuple([self._undone(step) for step in steps])

    def _is(self, step: Step) -> bool:
        """Return whether a step is this change, with bindings that narrowed since."""
        change = self.change
        alike = (step.verb, step.spare) == (change.verb, change.spare)
        return alike and all(_narrowed(step, name, change) for name in change.args)

    def _undone(self, step: Step) -> Step:
        if step.verb != self.verb:
            return step
        mine = [name for name in self.change.args if _narrowed(step, name, self.change)]
        args = {name: bound for name, bound in step.args.items() if name not in mine}
        return replace(step, args=args) if mine else step


def with_habits(skill: Skill, habits: Iterable[Habit]) -> Skill:
    """Return a new skill with habits; it comes from their episodes, too."""
    for habit in habits:
        steps = habit.taken_up(skill)
        if steps != skill.steps:
            origin = tuple(dict.fromkeys((*skill.origin, habit.origin)))
            skill = replace(skill, steps=steps, origin=origin)
    return skill


def _narrowed(step: Step, name: str, change: Step) -> bool:
    """Return whether an argument has bindings of a change, and no others."""
    bound = step.args.get(name, ())
    return bool(bound) and all(one in change.args[name] for one in bound)


def fixed(verb: str, args: dict[str, Any]) -> Step:
    """Return a step with these very values."""
    return Step(verb=verb, args={k: (Binding(value=v),) for k, v in args.items()})


def trials(sight: Sight, lead: Step | None, shunned: list[str]) -> list[Trial]:
    """Return what could be tried on a page, with fixed values; see `generalised`.

    Args:
        sight: of the page.
        lead: the step that led here, if it can be repeated, with the arguments it had.
        shunned: verbs that known skills use here.
    """
    there = places(sight.observation, _UNTRIED)
    found: list[Trial] = []
    legal = sight.observation["legal_verbs"]
    if lead is not None and lead.verb in legal:
        found += _other_arguments(lead, there, sight.observation["forms"])
        found += [_pause(minutes, lead) for minutes in INVENTED]
    for verb in legal:
        if verb in shunned or (lead is not None and verb == lead.verb):
            continue
        required = [field.name for field in fields_of(verb) if field.required]
        if len(required) == 1:
            name = required[0]
            for value, path in _values(name, there):
                step = fixed(verb, {name: value})
                change = replace(step, spare=True)
                found.append(Trial(f"{verb} {name}={path}", "here", (step,), change))
    return found


def generalised(trial: Trial, observation: dict[str, Any]) -> Step:
    """Return a trial's change bound to where its values stand on this page."""
    if trial.kind == "before":
        return trial.change
    args = {
        name: bindings_of(name, bindings[0].value, observation)
        for name, bindings in trial.change.args.items()
    }
    return replace(trial.change, args=args)


def _other_arguments(
    lead: Step, there: list[tuple[str, Any, str]], forms: dict[str, Any]
) -> Iterator[Trial]:
    """Yield the step that led here with one argument changed."""
    for field in fields_of(lead.verb):
        name = field.name
        given = lead.args.get(name)
        now = given[0].value if given else forms.get(name)
        for value, path in _values(name, there):
            if now is not None and value != now:
                change = fixed(lead.verb, {name: value})
                again = replace(lead, args={**lead.args, **change.args})
                label = f"{lead.verb} {name}={path}"
                yield Trial(label, "instead", (again,), change)


def _pause(minutes: int, lead: Step) -> Trial:
    pause = fixed("wait", {"minutes": minutes})
    label = f"wait {minutes} {lead.verb}"
    return Trial(label, "before", (pause, lead), replace(pause, spare=True))


def _values(
    argument: str, there: list[tuple[str, Any, str]]
) -> Iterator[tuple[Any, str]]:
    """Yield the values that an argument's name points at most, and where they stand."""
    scores: dict[Any, tuple[int, str]] = {}
    for path, value, text in there:
        score = affinity(argument, path, text)
        if score > scores.get(value, (0, ""))[0]:
            scores[value] = score, path
    top = max([score for score, _ in scores.values()], default=0)
    for value, (score, path) in scores.items():
        if score == top:
            yield value, path
