"""What is told of a skill: its steps with the values that are known to work."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from msgspec.structs import replace

from test_time_gym.agents.skills.perception.arguments import fields_of
from test_time_gym.agents.skills.perception.candidates import (
    best_offer,
    feature_of,
    known_place,
)
from test_time_gym.agents.skills.perception.vocabulary import (
    PAUSE,
    PAYING,
    PROCEED,
    Vocabulary,
)
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step

from .beliefs import Beliefs

__all__ = ["SiteKnowledge", "heard", "told"]

_OFTEN: Final = 10
"""Successes that what others say counts for at most."""
Arguments = dict[str, tuple[Binding, ...]]


class SiteKnowledge(NamedTuple):
    """What an agent knows of a site besides its skills."""

    words: Vocabulary
    beliefs: Beliefs
    day: str
    """The cheapest one, where there are several; or ""."""
    minutes: int
    """From the opening to the time at which prices are lowest; 0: at once."""


def told(skill: Skill, known: SiteKnowledge) -> Skill:
    """Return a skill with the day, time, offer, card and code its agent would take.

    An agent chooses these values when it carries a skill out; people and models who
    read it are told which ones they are now.
    """
    steps: list[Step] = []
    verbs = [step.verb for step in skill.steps]
    for step in skill.steps:
        if step.verb == known.words.search:
            steps += _waiting(known)
        if step.verb == PROCEED:
            steps += _code(verbs, known)
        steps.append(_filled(step, known))
    return replace(skill, steps=tuple(steps))


def _waiting(known: SiteKnowledge) -> Iterator[Step]:
    if known.minutes:
        minutes = (Binding(value=known.minutes),)
        yield Step(verb=PAUSE, args={"minutes": minutes}, best_effort=True)


def _code(verbs: list[str], known: SiteKnowledge) -> Iterator[Step]:
    """Yield how to apply the code that lowers prices, if no step does it yet."""
    for verb, fields in known.words.arguments.items():
        for field in fields:
            if field.about == "code" and verb not in (*PAYING, *verbs):
                feature = known.beliefs.favourite(f"{verb} {field.name}")
                value = known_place("code", feature)[1]
                if value is not None:
                    args: Arguments = {field.name: (Binding(value=value),)}
                    yield Step(verb=verb, args=args, best_effort=True)


def _filled(step: Step, known: SiteKnowledge) -> Step:
    args = dict(step.args)
    for field in known.words.arguments.get(step.verb, ()):
        if field.name == known.words.day and known.day:
            args[field.name] = (Binding(value=known.day),)
        elif field.name in args and field.about == "offer":
            args[field.name] = (Binding(path=best_offer(known.words)),)
        elif field.name in args and field.about in ("card", "parts"):
            kind = f"{step.verb} {field.name}"
            path, value = known_place(field.about, known.beliefs.favourite(kind))
            if path or value is not None:
                args[field.name] = (Binding(path=path, value=value),)
    return replace(step, args=args)


def heard(skills: Iterable[Skill]) -> Iterator[tuple[str, str, float]]:
    """Yield what the skills of others say of values: kinds, features, how often."""
    for skill in skills:
        often = float(min(_OFTEN, 1 + skill.completions))
        for step in skill.steps:
            if skill.state == "retired" or step.verb in (*PAYING, PAUSE):
                continue
            for field in fields_of(step.verb):
                said = [
                    feature_of(field.about, one.path, one.value)
                    for one in step.args.get(field.name, ())
                ]
                kind = f"{step.verb} {field.name}"
                yield from [(kind, one, often) for one in said if one]
