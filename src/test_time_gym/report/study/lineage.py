"""Lineage: which skills a learner came to have, what each does, and what became of it.

All of it is told in words: a reader need not know what a precondition is.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from test_time_gym.agents.skill_memory import SkillChange, names_of
from test_time_gym.agents.skill_memory.render import steps_of, summary_of, what_for
from test_time_gym.agents.skills.skill.skill import Skill

__all__ = ["lineage_of"]

_SAID: Final = {
    "born": "learned",
    "confirmed": "confirmed: it arrived where it should",
    "merged": "made more general",
    "superseded": "replaced by a better one",
    "decayed": "retired",
    "retired": "retired",
    "withheld": "not offered",
    "edited": "edited by a person",
}
_ENDS: Final = ("superseded", "decayed", "retired")
_EPISODE: Final = re.compile(r"^(mined from|with) .*#([0-9]+)$")


def lineage_of(
    skills: Sequence[Skill], history: Iterable[SkillChange]
) -> list[dict[str, Any]]:
    """Return each skill that a learner has had, in the order of their births.

    Of each: ``name``, ``called`` (by what it does), ``state``, ``does``, ``when`` to
    use it, ``steps``, ``born`` and ``gone`` (episodes; 0: it began with it; None:
    still there), ``into`` (what it became part of, or what replaced it), ``fate``,
    ``events`` (of each ``episode``, ``what``, ``text``, ``into``) and ``uses`` (of each
    episode the number, how often it was tried, and how often it arrived).
    """
    known = {one.name: one for one in skills}
    called = names_of(skills)
    lives: dict[str, list[SkillChange]] = {name: [] for name in known}
    for change in history:
        lives.setdefault(change.skill, []).append(change)
    found = [
        _life(name, known.get(name), called.get(name, name), changes)
        for name, changes in lives.items()
    ]
    return sorted(found, key=lambda one: one["born"])


def _life(
    name: str, skill: Skill | None, called: str, changes: Sequence[SkillChange]
) -> dict[str, Any]:
    born = next((one.episode for one in changes if one.what == "born"), 0)
    end = next((one for one in reversed(changes) if _ends(one)), None)
    if skill is not None and skill.state != "retired":
        end = None
    lost = f"Its steps are no longer kept; they were called {name}."
    return {
        "name": name,
        "called": called,
        "state": "forgotten" if skill is None else skill.state,
        "does": lost if skill is None else f"{summary_of(skill)}.",
        "when": "" if skill is None else what_for(skill),
        "steps": [] if skill is None else [one for one in steps_of(skill) if one],
        "by_hand": skill is not None and skill.by_hand,
        "born": born,
        "gone": None if end is None else end.episode,
        "into": "" if end is None or end.into == name else end.into,
        "fate": _fate(skill, end),
        "events": [_event(one) for one in changes if one.what != "used"],
        "uses": _uses(changes),
    }


def _ends(change: SkillChange) -> bool:
    return change.what in _ENDS or (
        change.what == "merged" and change.into not in ("", change.skill)
    )


def _fate(skill: Skill | None, end: SkillChange | None) -> str:
    """Return what became of a skill, in words."""
    if end is None:
        if skill is None:
            return "no longer kept"
        return "in use" if skill.state == "confirmed" else "on probation"
    return _told(end)


def _event(change: SkillChange) -> dict[str, Any]:
    return {
        "episode": change.episode,
        "what": change.what,
        "text": _told(change),
        "into": "" if change.into == change.skill else change.into,
    }


def _told(change: SkillChange) -> str:
    """Return a turn in a skill's life, in words.

    >>> _told(SkillChange(episode=4, skill="pay", what="born",
    ...                   why="mined from flights/sites/7#4"))
    'learned from the success of episode 4'
    >>> _told(SkillChange(episode=9, skill="pay", what="merged", into="buy",
    ...                   why="says the same"))
    'became part of buy: says the same'
    """
    said = _SAID.get(change.what, change.what)
    if change.what in ("merged", "superseded") and change.into != change.skill:
        verb = "became part of" if change.what == "merged" else "replaced by"
        said = f"{verb} {change.into}"
    source = _EPISODE.match(change.why)
    if source and change.what == "born":
        return f"{said} from the success of episode {source[2]}"
    if source and change.what == "merged":
        return f"{said} by the success of episode {source[2]}"
    return f"{said}: {change.why}" if change.why else said


def _uses(changes: Sequence[SkillChange]) -> list[list[int]]:
    counts: dict[int, list[int]] = {}
    for one in changes:
        if one.what == "used":
            count = counts.setdefault(one.episode, [0, 0])
            count[0] += 1
            count[1] += one.why == "arrived"
    return [[episode, *count] for episode, count in counts.items()]
