"""Evolution: how a library came to be, in numbers."""

from collections.abc import Iterable
from typing import Final

from .record import SkillChange

__all__ = ["evolution"]

_KINDS: Final = {
    "born": "born",
    "merged": "merged",
    "used": "used",
    "decayed": "decayed",
    "retired": "retired",
    "superseded": "retired",
}
"""What a change counts as; the others are no part of the balance."""


def evolution(changes: Iterable[SkillChange]) -> dict[str, int]:
    """Return how many skills were born, merged, used, decayed and retired.

    One that was superseded counts as retired. ``used`` counts every execution, and
    ``merged`` a skill that became more general as well as one that became another.

    >>> evolution([SkillChange(episode=1, skill="pay", what="born")])
    {'born': 1, 'merged': 0, 'used': 0, 'decayed': 0, 'retired': 0}
    """
    counts = dict.fromkeys(_KINDS.values(), 0)
    for change in changes:
        kind = _KINDS.get(change.what)
        if kind is not None:
            counts[kind] += 1
    return counts
