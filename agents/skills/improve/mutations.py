"""Mutations: the steps of a skill with one change."""

from typing import Any, Final

from test_time_gym.agents.skills.perception.arguments import affinity, fields_of
from test_time_gym.agents.skills.perception.places import best_offer_places, is_of_offer
from test_time_gym.agents.skills.skill.binding import rebound
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step

__all__ = ["Steps", "mutations"]

_NEAR: Final = 2
"""Words that an argument and a place have in common when the place is surely meant."""

Steps = tuple[Step, ...]


def mutations(skill: Skill, observation: dict[str, Any]) -> list[tuple[str, Steps]]:
    """Return a skill's steps with one step less, or one that takes the best offer.

    What stands in them as a tactic (`Step.best_effort`) stays.

    Returns:
        What is changed, and the steps.
    """
    found: list[tuple[str, Steps]] = []
    there = best_offer_places(observation)
    steps = skill.steps
    for k, step in enumerate(steps):
        for field in fields_of(step.verb):
            now = step.args.get(field.name)
            if now and not is_of_offer(now[0].path):
                continue
            for path in there:
                if affinity(field.name, path) >= _NEAR and not (
                    now and now[0].path == path
                ):
                    changed = rebound(step, field.name, (Binding(path=path),))
                    label = f"{k}.{field.name}={path}"
                    found.append((label, (*steps[:k], changed, *steps[k + 1 :])))
        if len(steps) > 1 and not step.best_effort:
            found.append((f"drop {k}", (*steps[:k], *steps[k + 1 :])))
    return found
