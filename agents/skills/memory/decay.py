"""Decay: which skills are no longer offered."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..skill import Skill
from .record import Change
from .use import ONE, Use, Worth, worth_of

__all__ = ["Rules", "decay"]


class Rules(Struct, frozen=True, kw_only=True):
    """When a skill is retired."""

    first_tries: int = 3
    """On probation: when it has failed so often without having arrived once."""
    least_share_ppm: int = 250_000
    """When fewer of its recent tries arrived, in millionths."""
    least_tries_ppm: int = 3 * ONE
    """Weight of recent tries from which their share counts, in millionths of one."""
    per_place: int = 8
    """Live skills with the same precondition; the others go, the worst first."""


def decay(
    skills: Sequence[Skill],
    uses: Mapping[str, Use],
    episode: int,
    *,
    rules: Rules | None = None,
    worth: Worth | None = None,
) -> tuple[list[Skill], list[Change]]:
    """Retire what has failed, what has become bad, and what is too much.

    A retired skill stays in the list.

    Args:
        skills: the library.
        uses: their recent record of use, by name.
        episode: in which this happens.
        rules: when a skill is retired.
        worth: by which the worst is found; by default from ``uses``. Of equals the
            one later in the alphabet is worse; hand-written ones go last.

    Returns:
        The library in its order, and what has changed.
    """
    rules = Rules() if rules is None else rules
    worth = worth_of(uses) if worth is None else worth
    why = {}
    for skill in skills:
        reason = _failure(skill, uses.get(skill.name, Use()), rules)
        if reason and skill.state != "retired":
            why[skill.name] = reason
    places: dict[tuple[tuple[str, str], ...], list[Skill]] = {}
    for skill in skills:
        if skill.state != "retired" and skill.name not in why:
            places.setdefault(tuple(sorted(skill.before.items())), []).append(skill)
    for live in places.values():
        for skill in _worst_first(live, worth)[: -rules.per_place]:
            why[skill.name] = f"{len(live)} skills for one page, {rules.per_place} stay"
    kept = [
        replace(skill, state="retired") if skill.name in why else skill
        for skill in skills
    ]
    changes = [
        Change(episode=episode, skill=name, what="decayed", why=reason)
        for name, reason in sorted(why.items())
    ]
    return kept, changes


def _failure(skill: Skill, use: Use, rules: Rules) -> str:
    """Return why a skill has failed; empty: it has not."""
    new = skill.state == "probation" and not skill.arrivals
    if new and skill.tries >= rules.first_tries:
        return f"none of its first {skill.tries} tries arrived"
    enough = use.tries >= rules.least_tries_ppm
    if enough and use.arrivals * ONE < use.tries * rules.least_share_ppm:
        share = 100 * use.arrivals // use.tries
        return f"of late {share} % of its tries arrived"
    return ""


def _worst_first(live: list[Skill], worth: Worth) -> list[Skill]:
    by_name = sorted(live, key=lambda skill: skill.name, reverse=True)
    return sorted(by_name, key=lambda skill: (skill.by_hand, *worth(skill.name)))
