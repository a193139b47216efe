"""Mining: skills from the steps of a success, generalised over successes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from msgspec.structs import replace

from test_time_gym.agents.skills.perception.arguments import is_learned
from test_time_gym.agents.skills.perception.page import Page, asks_code, payment_begun
from test_time_gym.agents.skills.perception.place_key import features_of_place, place
from test_time_gym.agents.skills.perception.places import MISSING, is_of_task
from test_time_gym.agents.skills.perception.vocabulary import PAUSE, PAYING

from .binding import bindings_of, resolve
from .skill import Binding, Skill, Step
from .trajectory import TACTIC, TRIAL, Taken, Trajectory, shortened, without_loops

__all__ = [
    "GOAL",
    "Candidate",
    "alike",
    "candidates",
    "newborn",
    "procedures",
    "unify",
]

GOAL: Final = {"outcome": "success"}
"""Where the last procedure of an episode arrives; no page shows it."""
STEPS_MAX: Final = 8
"""A longer run of steps in one place is wandering, not a procedure."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of one success: a procedure, seen once."""

    precondition: Page
    steps: tuple[Step, ...]
    postcondition: Page
    taken: tuple[Taken, ...]


def candidates(trajectory: Trajectory) -> list[Candidate]:
    """Return the procedures that a successful episode consisted of.

    Loops are cut out; then a procedure is what was done between two places.  Every
    argument is bound to all that it could have come from (`bindings_of`).
    """
    kept = shortened(without_loops(trajectory.taken))
    found = []
    start = 0
    for k, one in enumerate(kept):
        end = k + 1
        after = kept[end].page if end < len(kept) else {}
        if after and place(after) == place(one.page):
            continue
        run = kept[start:end]
        start = end
        if len(run) <= STEPS_MAX:
            paid = run[-1].verb in PAYING and not (after and asks_code(after))
            goal = dict(GOAL) if paid or not after else features_of_place(after)
            before = features_of_place(run[0].page)
            steps = tuple([_step(taken) for taken in run])
            found.append(Candidate(before, steps, goal, tuple(run)))
    return found


def procedures(taken: list[Taken]) -> Iterator[Candidate]:
    """Yield what the steps to a purchase consisted of.

    What was only done for the price is left out, as waiting before one pays.
    """
    way = [
        one
        for one in taken
        if one.by not in (TRIAL, TACTIC)
        and (one.verb != PAUSE or payment_begun(one.observation))
    ]
    yield from candidates(Trajectory(way))


def newborn(seen: Candidate, name: str, origin: str, born: int) -> Skill:
    """Return a candidate as a skill on probation.

    Args:
        seen: the candidate.
        name: of the skill.
        origin: the episode that it is from.
        born: that episode's number.
    """
    return Skill(
        name=name,
        precondition=seen.precondition,
        steps=seen.steps,
        postcondition=seen.postcondition,
        origin=(origin,),
        support=1,
        born=born,
    )


def _step(taken: Taken) -> Step:
    known = {} if taken.step is None else taken.step.args
    args = {}
    for name, value in sorted(taken.args.items()):
        if name in known and not is_learned(taken.verb, name):
            # Of what the skill knew, all that would have given the same value.
            args[name] = tuple(
                [b for b in known[name] if resolve(b, taken.observation) == value]
            )
        else:
            args[name] = bindings_of(name, value, taken.observation)
    if taken.step is None:
        return Step(verb=taken.verb, args=args)
    return replace(taken.step, args=args)


def alike(skill: Skill, seen: Candidate) -> bool:
    """Return whether a skill does the same things in the same place as was seen.

    What comes of a payment is not in its hands.
    """
    steps, others = skill.steps, seen.steps
    return (
        len(steps) == len(others)
        and [one.verb for one in steps] == [one.verb for one in others]
        and (skill.postcondition == seen.postcondition or steps[-1].verb in PAYING)
        and place(skill.precondition) == place(seen.precondition)
    )


def unify(skill: Skill, seen: Candidate) -> Skill | None:
    """Return a skill that does what this one does and what was seen, or None.

    Anti-unification: of every argument, the bindings that both allow; of the pages
    before and after, the features that agree.  An argument that one of them lacks is
    optional from then on, if it is bound to a constraint of the task: not every
    task has it.

    Args:
        skill: what is known.
        seen: the candidate.
    """
    if not alike(skill, seen):
        return None
    steps, merged = skill.steps, []
    for one, other, taken in zip(steps, seen.steps, seen.taken, strict=True):
        step = _unified(one, other, taken.observation)
        if step is None:
            return None
        merged.append(step)
    return replace(
        skill,
        steps=tuple(merged),
        precondition=_common(skill.precondition, seen.precondition),
        postcondition=_common(skill.postcondition, seen.postcondition),
    )


def _common(page: Page, other: Page) -> Page:
    return {name: value for name, value in page.items() if other.get(name) == value}


def _unified(one: Step, other: Step, page: dict[str, Any]) -> Step | None:
    args: dict[str, tuple[Binding, ...]] = {}
    optional = [*one.optional]
    for name in sorted({**one.args, **other.args}):
        mine, theirs = one.args.get(name, ()), other.args.get(name, ())
        shared = tuple([b for b in mine if b in theirs])
        if theirs and is_learned(one.verb, name):
            common = shared or theirs
        elif mine and theirs:
            common = shared
        elif mine:
            # It was left out: right only where its place is not on the page.
            missing = all(resolve(b, page) is MISSING for b in mine if b.path)
            common = mine if missing else ()
        else:
            common = tuple([b for b in theirs if is_of_task(b.path)])
        if not common:
            return None
        if not (mine and theirs) and name not in optional:
            optional.append(name)
        args[name] = common
    return replace(one, args=args, optional=tuple(sorted(optional)))
