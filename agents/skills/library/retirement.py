"""Retirement: which skills are no longer offered, and why; decided here alone."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Final

from test_time_gym.agents.skills.skill.skill import Skill

from .library import Library
from .skill_stats import SkillStats
from .usage import ONE, Use, Worth

__all__ = ["failed", "over_capacity", "retire"]

_PATIENCE: Final = 4
"""Pulls after which a skill can be the best of its place."""
_TRIES: Final = 5
"""Tries without a completion after which a skill is retired."""
_PULLS: Final = 6
"""Pulls after which a skill can be found to be worse than another."""
_LEAST_VARIANCE: Final = 0.04
_FIRST_TRIES: Final = 3
"""Tries on probation without one completion after which a skill has failed."""
_LEAST_SHARE: Final = ONE // 4
"""Share of its recent tries below which a skill has become bad, in millionths …"""
_RECENT: Final = 3 * ONE
"""… and the weight of recent tries from which that counts."""
_PER_PLACE: Final = 8
"""Live skills with the same precondition; the others go, the worst first."""


# -- after every episode


def retire(library: Library) -> None:
    """Retire skills that are never completed, or that others of their place beat.

    What a person has written, or an agent began with, stays.
    """
    for one in library.in_use():
        if one.tries >= _TRIES and not (one.completions or one.by_hand):
            library.retire(one.name, f"none of its {one.tries} tries arrived")
    for group in library.by_place().values():
        for name in _outdone(group, library.stats):
            if not library.skills[name].by_hand:
                library.retire(name, "brought less than others of its place")


def _outdone(group: Sequence[Skill], stats: SkillStats) -> list[str]:
    """Return what brought less than the best, by more than a standard error."""
    of = {one.name: stats.pulls(one.name) for one in group}
    means = [mean for n, mean in of.values() if n >= _PATIENCE]
    found = []
    for name, (n, mean) in of.items():
        variance = max(mean * (1 - mean), _LEAST_VARIANCE)
        if n >= _PULLS and mean + sqrt(variance / n) < max(means):
            found.append(name)
    return found


# -- at maintenance


def failed(
    skills: Sequence[Skill],
    uses: Mapping[str, Use],
    worth: Worth,
    *,
    per_place: int = _PER_PLACE,
) -> dict[str, str]:
    """Return what has failed, has become bad, or is too much for one page, and why.

    Args:
        skills: the library.
        uses: their recent record of use, by name.
        worth: by which the worst is found. Of equals the one later in the alphabet
            is worse; hand-written ones go last.
        per_place: how many skills with the same precondition stay.

    Returns:
        The reasons, by name in alphabetical order.
    """
    why = {}
    for skill in skills:
        reason = _failure(skill, uses.get(skill.name, Use()))
        if reason and skill.state != "retired":
            why[skill.name] = reason
    live = [one for one in skills if one.state != "retired" and one.name not in why]
    for crowd in _by_precondition(live).values():
        for skill in _worst_first(crowd, worth)[:-per_place]:
            why[skill.name] = f"{len(crowd)} skills for one page, {per_place} stay"
    return dict(sorted(why.items()))


def _failure(skill: Skill, use: Use) -> str:
    """Return why a skill has failed; empty: it has not."""
    new = skill.state == "probation" and not skill.completions
    if new and skill.tries >= _FIRST_TRIES:
        return f"none of its first {skill.tries} tries arrived"
    enough = use.tries >= _RECENT
    if enough and use.completions * ONE < use.tries * _LEAST_SHARE:
        share = 100 * use.completions // use.tries
        return f"of late {share} % of its tries arrived"
    return ""


def _by_precondition(
    skills: Sequence[Skill],
) -> dict[tuple[tuple[str, str], ...], list[Skill]]:
    groups: dict[tuple[tuple[str, str], ...], list[Skill]] = {}
    for skill in skills:
        groups.setdefault(tuple(sorted(skill.precondition.items())), []).append(skill)
    return groups


def _worst_first(live: list[Skill], worth: Worth) -> list[Skill]:
    by_name = sorted(live, key=lambda skill: skill.name, reverse=True)
    return sorted(by_name, key=lambda skill: (skill.by_hand, *worth(skill.name)))


def over_capacity(
    skills: Sequence[Skill], capacity: int, worth: Worth
) -> tuple[list[Skill], list[str]]:
    """Let go of skills until no more are left than the capacity.

    Retired ones go first, the one longest out of use before the others. Then the
    least worthy of the page with the most skills goes, never the only one of a page.
    What is on probation or by hand stays, even if that is more than the capacity.

    Args:
        skills: the library.
        capacity: how many may stay.
        worth: how well skills do. Of equals the one later in the alphabet goes first.

    Returns:
        What stays, in its order, and the names of skills that were in use and went.
    """
    retired = [one for one in skills if one.state == "retired" and not one.by_hand]
    retired.sort(key=lambda one: (one.used or one.born, one.born, one.name))
    surplus = max(0, len(skills) - capacity)
    gone = dict.fromkeys([one.name for one in retired[:surplus]], True)
    dropped: list[str] = []
    while len(skills) - len(gone) > capacity:
        left = [one for one in skills if one.name not in gone]
        name = _least(left, worth)
        if name is None:
            break
        gone[name] = True
        dropped.append(name)
    return [one for one in skills if one.name not in gone], dropped


def _least(left: list[Skill], worth: Worth) -> str | None:
    """Return the least worthy of the page with the most skills that may go."""
    places = _by_precondition([one for one in left if one.state == "confirmed"])
    crowds = sorted(places.items(), key=lambda item: (-len(item[1]), item[0]))
    for _, live in crowds:
        loose = [one for one in live if not one.by_hand]
        if len(live) > 1 and loose:
            loose.sort(key=lambda one: one.name, reverse=True)
            return min(loose, key=lambda one: worth(one.name)).name
    return None
