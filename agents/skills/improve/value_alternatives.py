"""Value alternatives: a skill with another card, another code in one argument."""

from typing import Any

from test_time_gym.agents.skills.perception.places import CHANGING, kind_of, places
from test_time_gym.agents.skills.skill.binding import bindings_of, rebound, resolve
from test_time_gym.agents.skills.skill.skill import Skill

from .mutations import Steps

__all__ = ["value_alternatives"]


def value_alternatives(skill: Skill, observation: dict[str, Any]) -> list[Steps]:
    """Return a skill's steps with another value of the same kind for one argument.

    Another card, another code: what stands in a place that differs from the known
    one only by the choice from a list.  Offers are no such things: they change.
    """
    found: list[Steps] = []
    there = places(observation)
    steps = skill.steps
    for k, step in enumerate(steps):
        for name, bindings in step.args.items():
            path = bindings[0].path
            if not path or path.startswith(CHANGING):
                continue
            kind, now = kind_of(path), resolve(bindings[0], observation)
            others = [v for p, v, _ in there if kind_of(p) == kind and v != now]
            for value in dict.fromkeys(others):
                changed = rebound(step, name, bindings_of(name, value, observation))
                found.append((*steps[:k], changed, *steps[k + 1 :]))
    return found
