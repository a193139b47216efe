"""Room: what a library lets go of when it holds too much."""

from collections.abc import Sequence

from ..skill import Skill
from .use import Worth

__all__ = ["make_room"]


def make_room(
    skills: Sequence[Skill], capacity: int, worth: Worth
) -> tuple[list[Skill], list[str]]:
    """Let go of skills until no more are left than there is room for.

    Retired ones go first, the one longest out of use before the others. Then the
    least worthy of the page with the most skills goes, never the only one of a page.
    What is on probation or by hand stays, even if that is more than there is room for.

    Args:
        skills: the library.
        capacity: how many may stay.
        worth: how well skills do. Of equals the one later in the alphabet goes first.

    Returns:
        What stays, in its order, and the names of skills that were in use and went.
    """
    retired = [one for one in skills if one.state == "retired" and not one.by_hand]
    retired.sort(key=lambda one: (one.used or one.born, one.born, one.name))
    surplus = max(0, len(skills) - capacity)
    gone = dict.fromkeys([one.name for one in retired[:surplus]], True)
    dropped: list[str] = []
    while len(skills) - len(gone) > capacity:
        left = [one for one in skills if one.name not in gone]
        name = _least(left, worth)
        if name is None:
            break
        gone[name] = True
        dropped.append(name)
    return [one for one in skills if one.name not in gone], dropped


def _least(left: list[Skill], worth: Worth) -> str | None:
    """Return the least worthy of the page with the most skills that may go."""
    places: dict[tuple[tuple[str, str], ...], list[Skill]] = {}
    for one in left:
        if one.state == "confirmed":
            places.setdefault(tuple(sorted(one.before.items())), []).append(one)
    crowds = sorted(places.items(), key=lambda item: (-len(item[1]), item[0]))
    for _, live in crowds:
        loose = [one for one in live if not one.by_hand]
        if len(live) > 1 and loose:
            loose.sort(key=lambda one: one.name, reverse=True)
            return min(loose, key=lambda one: worth(one.name)).name
    return None
