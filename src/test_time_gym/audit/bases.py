"""Bases: how many buyers a segment expects in a market, by its name or a pattern."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

__all__ = ["base_of"]

_DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def base_of(
    markets: Mapping[str, int] | Sequence[str] | None, group: Sequence[str], usual: int
) -> int:
    """Return how many are expected in a group; 0 where a segment does not come.

    Args:
        markets: as declared; None: all of them, with the usual number.
        group: what was searched for.
        usual: number where none is declared.

    >>> table = {"SFO-*": 20, "SFO-MAD": 60}
    >>> [base_of(table, (a, b, "2026-06-02"), 5) for a, b in (("SFO", "MAD"),
    ...     ("SFO", "LIS"), ("LIS", "SFO"))]
    [60, 20, 5]
    >>> base_of(["LIS-*"], ("SFO", "LIS", "2026-06-02"), 5)
    0
    """
    if markets is None:
        return usual
    name = "-".join(value for value in group if not _DATE.fullmatch(value))
    fits = [key for key in markets if _fits(key, name)]
    if not isinstance(markets, Mapping):
        return usual if fits else 0
    if name in fits:
        return markets[name]
    fits.sort(key=lambda key: len(key.replace("*", "")))
    return markets[fits[-1]] if fits else usual


def _fits(key: str, name: str) -> bool:
    """Return whether a name is a key, with any text in the place of its stars."""
    first, *others = key.split("*")
    if not others:
        return key == name
    if not name.startswith(first):
        return False
    at = len(first)
    for part in others[:-1]:
        found = name.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return name.endswith(others[-1]) and at <= len(name) - len(others[-1])
