"""Successions: which skills followed one another in successes."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from msgspec import Struct

from .call import DEPTH_MAX, follows, height
from .skill import Skill, Step, bare

__all__ = ["TOGETHER", "Succession", "Successions", "caller_of"]

TOGETHER: Final = 3
"""Successes in which two skills followed one another before they become one."""


class Succession(Struct, frozen=True):
    """Two skills that followed one another often enough."""

    first: str
    then: str
    origin: tuple[str, ...]
    """The first `TOGETHER` successes in which they did."""


class Successions:
    """Counts pairs of skills, each of which arrived, with nothing in between.

    >>> seen = Successions()
    >>> [len(seen.note(["search", "add"], f"episode {k}")) for k in range(4)]
    [0, 0, 1, 1]
    """

    def __init__(self) -> None:
        """Have seen nothing."""
        self._seen: dict[str, dict[str, tuple[str, ...]]] = {}

    def note(self, done: Sequence[str], origin: str) -> list[Succession]:
        """Take in a success, and return its pairs that were seen often enough.

        Args:
            done: names of the skills that arrived, in order; an empty name parts what
                did not follow at once.
            origin: name of the episode.
        """
        found: list[Succession] = []
        for first, then in dict.fromkeys(pairwise(done)):
            if not (first and then) or first == then:
                continue
            known = self._seen.setdefault(first, {})
            seen = known.get(then, ())
            if len(seen) < TOGETHER:
                seen = known[then] = (*seen, origin)
            if len(seen) == TOGETHER:
                found.append(Succession(first, then, seen))
        return found

    def rename(self, old: str, new: str) -> None:
        """Count for a skill what was seen of the one that it replaces."""
        following = self._seen.pop(old, {})
        if following:
            self._seen[new] = following | self._seen.get(new, {})
        for known in self._seen.values():
            if old in known:
                known[new] = known.pop(old)

    def forget(self, name: str) -> None:
        """Drop a skill that is retired."""
        self._seen.pop(name, None)
        for known in self._seen.values():
            known.pop(name, None)

    def dump(self) -> dict[str, Any]:
        """Return what was seen, as plain data."""
        return {
            first: {then: list(seen) for then, seen in known.items()}
            for first, known in self._seen.items()
        }

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._seen = {
            first: {then: tuple(seen) for then, seen in known.items()}
            for first, known in data.items()
        }


def caller_of(pair: Succession, skills: Mapping[str, Skill]) -> Skill | None:
    """Return a skill that calls two one after the other, or None if none may.

    Args:
        pair: the two.
        skills: the library.

    Returns:
        A skill on probation, whose name still lacks its number.
    """
    one, two = skills[pair.first], skills[pair.then]
    tall = max(height(one.name, skills), height(two.name, skills))
    used = one.state == two.state == "confirmed"
    if not (used and tall < DEPTH_MAX and follows(one.after, two.before)):
        return None
    stems = [bare(s.name).rpartition("-")[0] or bare(s.name) for s in (one, two)]
    return Skill(
        name="-".join(stems),
        before=one.before,
        steps=(Step(skill=one.name), Step(skill=two.name)),
        after=two.after,
        origin=pair.origin,
        support=len(pair.origin),
    )
