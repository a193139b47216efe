"""What a policy decides, as rows: checked, and in the order of what it concerns."""

import re
from collections.abc import Container, Sequence
from typing import Any, Final

from ..clock import HORIZON_MS
from ..errors import MarketBug
from .policy import Change

__all__ = ["REASON", "Rows", "pairs_of", "rows_of"]

REASON: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
"""What the reason of a change looks like."""

Rows = list[tuple[int, int, str]]
"""Product or pool, its new value, and the reason."""


def pairs_of(rows: Rows) -> tuple[tuple[int, int], ...]:
    """Return rows without their reasons."""
    return tuple((of, to) for of, to, _ in rows)


def rows_of(
    name: str, what: str, changes: Sequence[Change], own: Container[int]
) -> Rows:
    """Return changes in the order of what they concern.

    Raises:
        MarketBug: one is not as it has to be.
    """
    found: dict[int, Change] = {}
    for change in changes:
        row: Any = change  # what a policy says is checked here, not by its type
        of, to, reason = row
        if of not in own or of in found:
            msg = f"{name} sets the {what} of {of}, "
            msg += "twice" if of in found else "which it does not offer"
            raise MarketBug(msg)
        if type(to) is not int or not 0 <= to <= HORIZON_MS:
            msg = f"{name} sets the {what} of {of} to {to!r}: no whole number from 0 on"
            raise MarketBug(msg)
        if not REASON.fullmatch(reason):
            msg = f"{name} sets the {what} of {of} and gives as reason {reason!r}: "
            msg += "a reason is up to 32 letters, digits, dots, dashes, underscores"
            raise MarketBug(msg)
        found[of] = change
    return [(of, found[of].to, found[of].reason) for of in sorted(found)]
