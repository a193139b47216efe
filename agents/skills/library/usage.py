"""Usage: how skills did recently; older tries count less and less.

Weights are whole millionths of a try, so that every machine computes the same.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct

__all__ = ["ONE", "Use", "Worth", "faded", "noted"]

ONE: Final = 1_000_000
"""The weight of a try of now."""

Worth = Callable[[str], tuple[float, float]]
"""From a skill's name to its mean, 0 to 1, and to how many tries that rests on."""


class Use(Struct, frozen=True, omit_defaults=True):
    """A skill's record of use."""

    tries: int = 0
    """Sum of weights."""
    completions: int = 0
    """Sum of the weights of tries that were completed."""


def noted(uses: Mapping[str, Use], tries: Iterable[tuple[str, bool]]) -> dict[str, Use]:
    """Return the record with more tries.

    Args:
        uses: by name of the skill.
        tries: the skill, and whether it arrived.

    >>> noted({}, [("pay", True), ("pay", False)])
    {'pay': Use(tries=2000000, completions=1000000)}
    """
    found = dict(uses)
    for name, arrived in tries:
        known = found.get(name, Use())
        found[name] = Use(known.tries + ONE, known.completions + ONE * arrived)
    return found


def faded(uses: Mapping[str, Use], keep_ppm: int = 980_000) -> dict[str, Use]:
    """Return the record after an episode: every weight shrinks.

    Args:
        uses: by name of the skill.
        keep_ppm: what is left of a weight, in millionths; 980,000 halves it in 34
            episodes.
    """
    left = {
        name: Use(use.tries * keep_ppm // ONE, use.completions * keep_ppm // ONE)
        for name, use in uses.items()
    }
    return {name: use for name, use in left.items() if use.tries}
