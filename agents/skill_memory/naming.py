"""Naming: what skills are called by what they do, for people and models."""

from collections.abc import Iterable, Sequence
from typing import Final

from test_time_gym.agents.skills.skill.skill import Skill

from .phrases import Phrase, phrases_of

__all__ = ["names_of", "telling_name"]

_ROOM: Final = 60
"""Letters before a number that tells two of one name apart; the standard allows 64."""


def telling_name(skill: Skill) -> str:
    """Return a name that says what a skill does, with the values that it knows.

    What says most goes first where there is no room for all.

    >>> from test_time_gym.agents.skills.skill.skill import Binding, Step
    >>> wait = Step(verb="wait", args={"minutes": (Binding(value=150),)})
    >>> card = (Binding(path="wallet[brand=diners].token"),)
    >>> pay = Step(verb="enter_card", args={"card_token": card})
    >>> steps = (wait, pay, Step(verb="confirm_payment"))
    >>> telling_name(Skill(name="s", precondition={}, steps=steps, postcondition={}))
    'wait-150-minutes-pay-with-diners'
    """
    phrases = [one for one in phrases_of(skill) if one.name]
    kept: list[int] = []
    for _, place in sorted((one.tells, k) for k, one in enumerate(phrases)):
        if len(_joined(phrases, sorted([*kept, place]))) <= _ROOM:
            kept.append(place)
    if not kept and phrases:
        return phrases[0].name[:_ROOM].rstrip("-")
    return _joined(phrases, sorted(kept)) or "skill"


def names_of(skills: Iterable[Skill]) -> dict[str, str]:
    """Return for each skill's own name the one that says what it does.

    Where two would be equal, the later ones get a number. Skills in use come first,
    so that retired ones change none of their names.
    """
    every = sorted(skills, key=lambda one: one.state == "retired")
    found: dict[str, str] = {}
    taken: dict[str, bool] = {}
    for one in every:
        base = name = telling_name(one)
        number = 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken[name] = True
        found[one.name] = name
    return found


def _joined(phrases: Sequence[Phrase], places: Sequence[int]) -> str:
    return "-".join([phrases[place].name for place in places])
