"""Variants: new skills from a known one, by one change."""

from typing import Any, Final

from msgspec.structs import replace

from .binding import affinity, bindings_of, places, resolve
from .explorer import fields_of, kind_of
from .skill import Binding, Skill, Step

__all__ = ["siblings", "variants"]

_BEST: Final = "flights[fitting least price]"
_OFFERS: Final = ("flights", "forms", "cart")
_NEAR: Final = 2
"""Words that an argument and a place have in common when the place is surely meant."""

Steps = tuple[Step, ...]


def variants(skill: Skill, observation: dict[str, Any]) -> list[tuple[str, Steps]]:
    """Return a skill's steps with one step less, or one that takes the best offer.

    What stands in them as a habit (`Step.spare`) stays.

    Returns:
        What is changed, and the steps.
    """
    found: list[tuple[str, Steps]] = []
    # Read off any offer: on a page with a single one nothing else tells it apart.
    there = [f"{_BEST}.{name}" for one in observation["flights"][:1] for name in one]
    steps = skill.steps
    for k, step in enumerate(steps):
        for field in fields_of(step.verb):
            now = step.args.get(field.name)
            if now and not now[0].path.startswith("flights["):
                continue
            for path in there:
                if affinity(field.name, path) >= _NEAR and not (
                    now and now[0].path == path
                ):
                    changed = _rebound(step, field.name, (Binding(path=path),))
                    label = f"{k}.{field.name}={path}"
                    found.append((label, (*steps[:k], changed, *steps[k + 1 :])))
        if len(steps) > 1 and not step.spare:
            found.append((f"drop {k}", (*steps[:k], *steps[k + 1 :])))
    return found


def siblings(skill: Skill, observation: dict[str, Any]) -> list[Steps]:
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
            if not path or path.startswith(_OFFERS):
                continue
            kind, now = kind_of(path), resolve(bindings[0], observation)
            others = [v for p, v, _ in there if kind_of(p) == kind and v != now]
            for value in dict.fromkeys(others):
                changed = _rebound(step, name, bindings_of(name, value, observation))
                found.append((*steps[:k], changed, *steps[k + 1 :]))
    return found


def _rebound(step: Step, name: str, bindings: tuple[Binding, ...]) -> Step:
    optional = tuple([one for one in step.optional if one != name])
    return replace(step, args={**step.args, name: bindings}, optional=optional)
