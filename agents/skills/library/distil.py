"""Distilling: skills that say the same become one."""

from collections.abc import Sequence

from msgspec.structs import replace

from test_time_gym.agents.skills.perception.page import Page
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step

__all__ = ["distil"]


def distil(skills: Sequence[Skill]) -> tuple[list[Skill], dict[str, str]]:
    """Merge duplicates.

    Two skills are duplicates if they have the same precondition, steps of the same
    verbs and argument names, at least one common binding for every argument, and
    postconditions that agree in something and contradict each other in nothing.
    What remains is what both say: the common bindings, the common postcondition.

    Hand-written skills do as before, and retired ones take no part.

    Args:
        skills: the library.

    Returns:
        What is kept, in its order, and for the others the name of what they became.
    """
    merged: dict[str, str] = {}
    kept = {skill.name: skill for skill in skills}
    while (pair := _next_pair(list(kept.values()))) is not None:
        stays, goes = pair
        kept[stays.name] = stays
        del kept[goes]
        merged[goes] = stays.name
    final = {name: _last(merged, name) for name in merged}
    return list(kept.values()), final


def _next_pair(skills: list[Skill]) -> tuple[Skill, str] | None:
    """Return a skill as it stays, and the name of one that it stands for."""
    live = sorted((s for s in skills if s.state != "retired"), key=_rank)
    for place, one in enumerate(live):
        for other in live[place + 1 :]:
            if other.precondition == one.precondition and not other.by_hand:
                both = _merged(one, other)
                if both is not None:
                    return both, other.name
    return None


def _rank(skill: Skill) -> tuple[bool, bool, int, int, str]:
    """Return what sorts the one that stays before the one that goes."""
    proven = skill.state == "confirmed"
    return not skill.by_hand, not proven, -skill.support, skill.born, skill.name


def _merged(one: Skill, other: Skill) -> Skill | None:
    """Return two skills as one, or None if they say different things."""
    after = _common_page(one.postcondition, other.postcondition)
    if after is None or len(one.steps) != len(other.steps):
        return None
    steps = []
    for mine, theirs in zip(one.steps, other.steps, strict=True):
        step = _common(mine, theirs)
        if step is None:
            return None
        steps.append(step)
    counted = replace(
        one,
        support=one.support + other.support,
        origin=tuple(dict.fromkeys(one.origin + other.origin)),
        born=min(one.born, other.born),
        tries=one.tries + other.tries,
        completions=one.completions + other.completions,
        used=max(one.used, other.used),
    )
    if one.by_hand:
        return counted
    return replace(counted, steps=tuple(steps), postcondition=after)


def _common_page(one: Page, other: Page) -> Page | None:
    """Return the features that two pages share, or None if they contradict."""
    if any(other.get(name, value) != value for name, value in one.items()):
        return None
    common = {name: value for name, value in one.items() if name in other}
    return common if common or one == other else None


def _common(one: Step, other: Step) -> Step | None:
    """Return what two steps both say, or None."""
    if one.verb != other.verb or sorted(one.args) != sorted(other.args):
        return None
    args: dict[str, tuple[Binding, ...]] = {}
    for name, mine in one.args.items():
        theirs = other.args[name]
        args[name] = tuple([binding for binding in mine if binding in theirs])
        if not args[name] and mine != theirs:
            return None
    optional = tuple(dict.fromkeys(one.optional + other.optional))
    return replace(one, args=args, optional=optional)


def _last(merged: dict[str, str], name: str) -> str:
    while name in merged:
        name = merged[name]
    return name
