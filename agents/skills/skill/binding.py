"""Bindings: the value that an argument has on a page, and where it may come from."""

import re
from typing import Any, Final

from test_time_gym.agents.skills.perception.arguments import affinity
from test_time_gym.agents.skills.perception.page import is_offered
from test_time_gym.agents.skills.perception.places import (
    is_of_task,
    places,
    value_at,
)

from .skill import Binding, Step

__all__ = ["bindings_of", "fixed", "resolve"]


def resolve(binding: Binding, observation: dict[str, Any]) -> Any:
    """Return the value that a binding leads to on a page, or `MISSING`."""
    if not binding.path:
        return binding.value
    return value_at(binding.path, observation)


_RANKED: Final = re.compile(r"\[(?:fitting )?(?:least|most) ")


_INDEX: Final = re.compile(r"\[(?:fitting )?-?\d+\]")


def _rank(argument: str, binding: Binding) -> tuple[int, int, str]:
    """Return how likely a binding is meant: what generalises first."""
    path = binding.path
    if not path:
        return 4, 0, ""
    if is_of_task(path) and path.endswith(f".{argument}"):
        return 0, 0, path
    if _RANKED.search(path):
        return 1, -affinity(argument, path), path
    if path.endswith("~number"):
        return 2, -9, path
    if _INDEX.search(path) and "~" not in path:
        return 5, -affinity(argument, path), path
    return (2 if affinity(argument, path) else 3), -affinity(argument, path), path


def bindings_of(
    argument: str, value: Any, observation: dict[str, Any]
) -> tuple[Binding, ...]:
    """Return every binding that gives this value on this page, the likeliest first.

    A number is bound only to places that are called like the argument: that two
    numbers are equal is often chance.
    """
    found = []
    if not is_offered(value, observation):
        # Offers change with the task: what is written on one of them is no constant.
        found.append(Binding(value=value))
    for path, there, _ in places(observation):
        same = there == value and type(there) is type(value)
        if same and (isinstance(value, str) or affinity(argument, path)):
            found.append(Binding(path=path))
    found.sort(key=lambda binding: _rank(argument, binding))
    return tuple(dict.fromkeys(found))


def fixed(verb: str, args: dict[str, Any]) -> Step:
    """Return a step with these very values."""
    return Step(verb=verb, args={k: (Binding(value=v),) for k, v in args.items()})
