"""What the rules say of actions, remembered by situation for all runs of a world.

The rules are the only definition of what is legal.  Asking all of them for each
observation would cost more than everything else in a step, so that their answers
are kept for the situations in which they were given.  A situation is all that a rule
looks at; tests compare what is remembered with the rules in every state.
"""

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["RuleCache", "remembered"]

_KEPT: Final = 4096
"""Situations of one kind; then all of that kind are forgotten."""

T = TypeVar("T")


class RuleCache:
    """Answers of the rules, by situation.

    Attributes:
        verbs: names of the verbs that have a legal payload; not to be changed.
        masks: of all actions of the vector door, read-only.
        parts: of some of its actions, one byte for each.
        pages: of all of them, whichever offers are in the cart.
    """

    __slots__ = ("masks", "pages", "parts", "verbs")

    def __init__(self) -> None:
        """Start knowing nothing."""
        self.verbs: dict[Hashable, list[str]] = {}
        self.masks: dict[Hashable, NDArray[np.int8]] = {}
        self.parts: dict[Hashable, bytes] = {}
        self.pages: dict[Hashable, bytes] = {}


def remembered(known: dict[Hashable, T], situation: Any, ask: Callable[[], T]) -> T:
    """Return what is known of a situation; ask the rules if nothing is.

    >>> known = {}
    >>> [remembered(known, ("cart", n), lambda: n) for n in (1, 1, 2)], len(known)
    ([1, 1, 2], 2)
    """
    answer = known.get(situation)
    if answer is None:
        if len(known) >= _KEPT:
            known.clear()
        answer = known[situation] = ask()
    return answer
