"""Adoption: what becomes of a library when skills are read from files."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from test_time_gym.agents.skills.skill.skill import Skill

from .record import SkillChange

__all__ = ["adopt"]


def adopt(
    library: Sequence[Skill], found: Iterable[Skill], episode: int
) -> tuple[list[Skill], list[SkillChange]]:
    """Take skills that were read from files into a library.

    One that is new, or does something else than the library has it do, is from now on
    by hand.  A new one is in use at once.  What the library counts of a known skill
    is kept.

    Args:
        library: as it is; skills that were not found in files stay.
        found: as read.
        episode: in which this happens.

    Returns:
        The library as it is then, and what has changed.
    """
    skills = {skill.name: skill for skill in library}
    changes = []
    for skill in found:
        known = skills.get(skill.name)
        if known is None:
            # A person vouches for it: it need not prove itself.
            live = "confirmed" if skill.state == "probation" else skill.state
            what, new = "born", replace(skill, state=live)
        else:
            what, new = "edited", _edited(known, skill)
        if new != known:
            skills[skill.name] = replace(new, by_hand=True)
            changes.append(
                SkillChange(episode=episode, skill=skill.name, what=what, why="by hand")
            )
    return list(skills.values()), changes


def _edited(known: Skill, found: Skill) -> Skill:
    return replace(
        known,
        precondition=found.precondition,
        steps=found.steps,
        postcondition=found.postcondition,
        state=found.state,
    )
