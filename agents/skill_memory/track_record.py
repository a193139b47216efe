"""Track records: where a skill was learned, how often it worked, when it failed."""

import re
from collections.abc import Iterable
from typing import Final

from test_time_gym.agents.skills.skill.skill import Skill

from .record import SkillChange

__all__ = ["failure_of", "last_failures", "where_of", "worked"]

_INSTANCE: Final = re.compile(r"([a-z0-9_-]+(?:/[a-z0-9_-]+)*?)(?:/([0-9]+))?#[0-9]+")
_PLACES: Final = 3


def where_of(skill: Skill) -> str:
    """Return the scenario, and its sites, that a skill comes from; empty: unknown.

    >>> one = Skill(name="s", precondition={}, steps=(), postcondition={},
    ...             origin=("flights/sites/7#131", "flights/sites/9#4", "by hand"))
    >>> where_of(one)
    'flights/sites sites 7 and 9'
    """
    found: dict[str, list[str]] = {}
    for origin in skill.origin:
        match = _INSTANCE.fullmatch(origin)
        if match:
            sites = found.setdefault(match[1], [])
            if match[2] and match[2] not in sites:
                sites.append(match[2])
    said = []
    for scenario, sites in found.items():
        plural = "site" if len(sites) == 1 else "sites"
        said.append(f"{scenario} {plural} {_listed(sites)}" if sites else scenario)
    return _listed(said)


def worked(skill: Skill) -> str:
    """Return how often a skill arrived where it should.

    >>> worked(Skill(name="s", precondition={}, steps=(), postcondition={}, tries=13,
    ...              completions=12))
    'worked in 12 of 13 tries'
    """
    if not skill.tries:
        return "not tried yet"
    tries = "try" if skill.tries == 1 else "tries"
    return f"worked in {skill.completions} of {skill.tries} {tries}"


def failure_of(skill: Skill, failed: int | None) -> str:
    """Return when a skill failed last, in words; None: it is not known when."""
    if skill.tries == skill.completions:
        return "never"
    return "not recorded" if failed is None else f"episode {failed}"


def last_failures(changes: Iterable[SkillChange]) -> dict[str, int]:
    """Return the last episode in which skills did not arrive, by their names."""
    return {
        one.skill: one.episode
        for one in changes
        if one.what == "used" and one.why != "arrived"
    }


def _listed(texts: list[str]) -> str:
    if len(texts) > _PLACES:
        return f"{', '.join(texts[:_PLACES])} and {len(texts) - _PLACES} more"
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))
