"""Calls: steps of a skill that carry out another skill."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from test_time_gym.market.interface.policy import AgentError

from .skill import Page, Skill

__all__ = [
    "DEPTH_MAX",
    "called",
    "flat",
    "follows",
    "height",
    "redirected",
    "verify_calls",
]

DEPTH_MAX: Final = 4
"""Most calls inside one another: a skill calls one that calls one, and so on."""


def called(skill: Skill) -> tuple[str, ...]:
    """Return the names of the skills that a skill calls, in the order of its steps."""
    return tuple([step.skill for step in skill.steps if step.skill])


def flat(name: str, library: Mapping[str, Skill]) -> list[str]:
    """Return the skills without calls that a skill comes down to, in their order."""
    inner = called(library[name]) if name in library else ()
    return [last for one in inner for last in flat(one, library)] or [name]


def follows(first: Page, then: Page) -> bool:
    """Return whether what one skill promises is nothing that the next one forbids.

    >>> follows({"view": "cart"}, {"view": "cart", "payment": "none"})
    True
    >>> follows({"view": "cart"}, {"view": "payment"})
    False
    """
    return all(first.get(name, value) == value for name, value in then.items())


def redirected(skill: Skill, renamed: Mapping[str, str]) -> Skill:
    """Return a skill that calls what others became, by their former names."""
    if not any(name in renamed for name in called(skill)):
        return skill
    steps = [
        replace(step, skill=renamed[step.skill]) if step.skill in renamed else step
        for step in skill.steps
    ]
    return replace(skill, steps=tuple(steps))


def height(name: str, library: Mapping[str, Skill]) -> int:
    """Return how many calls are inside one another below a skill; 0: it calls none.

    A name that the library lacks counts as a skill without calls.

    Raises:
        AgentError: it calls itself on some way, or is higher than `DEPTH_MAX`.
    """
    return _height((name,), library, {})


def verify_calls(skills: Iterable[Skill], *, complete: bool = True) -> None:
    """Raise when a skill calls itself on some way, too deep, or what is not there.

    Args:
        skills: a library.
        complete: they are all skills there are; False: what they call may be
            elsewhere.

    Raises:
        AgentError: the names on the way, and what to change.
    """
    library = {one.name: one for one in skills}
    heights: dict[str, int] = {}
    for one in library.values():
        for name in called(one) if complete else ():
            if name not in library:
                msg = f"skill {one.name!r:.60} calls {name!r:.60}, which is not there: "
                raise AgentError(msg + "add it, or leave the step out")
        _height((one.name,), library, heights)


def _height(
    way: tuple[str, ...], library: Mapping[str, Skill], known: dict[str, int]
) -> int:
    """Return the height of the last skill of a way of calls."""
    name = way[-1]
    if name in way[:-1]:
        shown = " → ".join(way[way.index(name) :])
        msg = f"skills call each other in a circle: {shown:.200}: leave one call out"
        raise AgentError(msg)
    if name in known:
        return known[name]
    if len(way) > 2 * DEPTH_MAX:
        raise AgentError(_too_deep(way[0]))
    inner = called(library[name]) if name in library else ()
    found = max([1 + _height((*way, one), library, known) for one in inner], default=0)
    if found > DEPTH_MAX:
        raise AgentError(_too_deep(name))
    known[name] = found
    return found


def _too_deep(name: str) -> str:
    msg = f"skill {name!r:.60}: more than {DEPTH_MAX} calls inside one another: "
    return msg + "write the steps of a called skill in place of the call"
