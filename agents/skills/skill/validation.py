"""Validation: whether a skill that a person wrote can be carried out at all."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Final

from test_time_gym.agents.skills.perception.arguments import fields_of, verb_names
from test_time_gym.agents.skills.perception.page import FEATURES, Page
from test_time_gym.agents.skills.perception.places import SOME_PATHS
from test_time_gym.market.interface.policy import AgentError

from .skill import RESERVED, Skill, Step

__all__ = ["validate", "verify_name"]

_GOAL: Final = {"outcome": ("success",)}
"""With what an episode can be meant to end."""
_PART: Final = r"[a-z_0-9]+(?:\[[^\[\]]+\])?"
_PATH: Final = re.compile(rf"{_PART}(?:\.{_PART})*(?:~(?:number|last word))?")


def validate(skill: Skill) -> None:
    """Raise when a skill asks for something that does not exist.

    Args:
        skill: as written.

    Raises:
        AgentError: the place in the skill, and what is wrong there.
    """
    verify_name(skill.name)
    _vet_page("before", skill.precondition, FEATURES)
    _vet_page("after", skill.postcondition, {**FEATURES, **_GOAL})
    for k, step in enumerate(skill.steps):
        _vet_step(f"steps[{k}]", step)


def verify_name(name: str) -> None:
    """Raise `AgentError` for a name that means something else."""
    if name in RESERVED:
        msg = f"no skill can be called {name!r}: what an agent does without a skill is "
        raise AgentError(msg + "called so; choose another name")


def _vet_page(where: str, page: Page, known: Mapping[str, Collection[str]]) -> None:
    for name, value in page.items():
        _vet_name(where, name, known)
        if known[name]:
            _vet_name(f"{where}.{name}", value, known[name])


def _vet_step(where: str, step: Step) -> None:
    _vet_name(f"{where}.verb", step.verb, verb_names())
    fields = fields_of(step.verb)
    for name, bindings in step.args.items():
        _vet_name(f"{where}.args", name, [field.name for field in fields])
        if not bindings:
            raise AgentError(f"{where}.args.{name}: say where it comes from")
        for one in bindings:
            if one.path and not _PATH.fullmatch(one.path):
                msg = f"{where}.args.{name}: {one.path!r:.60} is no path, such as "
                raise AgentError(msg + " or ".join(SOME_PATHS))
    # Trades call one thing by several names, and a step needs it by one of them.
    given = [field.about or field.name for field in fields if field.name in step.args]
    for field in fields:
        if field.required and (field.about or field.name) not in given:
            raise AgentError(f"{where}.args: {step.verb} needs {field.name}")


def _vet_name(where: str, name: str, known: Collection[str]) -> None:
    if name in known:
        return
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
    raise AgentError(f"{where}: {name!r:.60} does not exist; {hint:.400}")
