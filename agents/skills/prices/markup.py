"""The markup: what codes and fees make of a price until it is paid."""

from math import exp
from typing import Final

__all__ = ["Markup"]

_HOPE: Final = -0.3
"""ln(total / price) that is hoped for as long as nothing is known."""
_LUCK: Final = 0.08
"""By how much it may turn out better."""
_CENT: Final = 0.005


class Markup:
    """Follows ln(total / price) from one payment to the next.

    >>> markup = Markup()
    >>> markup.note(0.0)
    >>> round(markup.most(100.0), 2)
    100.0
    """

    def __init__(self) -> None:
        """Know nothing."""
        self.known: float | None = None

    def note(self, now: float, share: float = 0.5) -> None:
        """Take in what was to be paid at last; it counts for a share."""
        before = now if self.known is None else self.known
        self.known = before + (now - before) * share

    def most(self, budget: float, *, hopeful: bool = False) -> float:
        """Return the dearest price that codes and fees leave within a budget.

        Args:
            budget: of the task, for one unit.
            hopeful: whether it may turn out better than usual.
        """
        usual = _HOPE if self.known is None else self.known - _LUCK * hopeful
        return budget / exp(usual) + _CENT
