"""Columns: what a site calls the fields of its lists, by their order."""

from functools import lru_cache
from typing import Any

from test_time_gym.market.interface.page import CARD_FIELDS

from .vocabulary import Vocabulary

__all__ = ["usual_page"]


def usual_page(observation: dict[str, Any], words: Vocabulary) -> dict[str, Any]:
    """Return a page whose offers and cards have the usual names of their fields.

    A site may call a field otherwise.  Which one is meant shows in its place in the
    row: the fields that have their usual names say between which others it stands.

    >>> from test_time_gym.agents.skills.perception.vocabulary import vocabulary_of
    >>> page = {"flights": [{"ref": "PG1", "cost": 210, "leaves": "08:10"}],
    ...         "wallet": [{"handle": "card_a", "brand": "visa"}]}
    >>> usual_page(page, vocabulary_of(page))["flights"]
    [{'id': 'PG1', 'price': 210, 'depart': '08:10'}]
    """
    changed = {}
    for name, fields in ((words.offers, words.offer_fields), ("wallet", CARD_FIELDS)):
        rows: list[dict[str, Any]] = observation[name]
        if rows:
            # What only some have, as how few are left, stands in the longest row.
            longest: dict[str, Any] = max(rows, key=len)
            names = _names(tuple(longest), fields)
            if names:
                changed[name] = [
                    {names.get(key, key): value for key, value in row.items()}
                    for row in rows
                ]
    return observation | changed if changed else observation


@lru_cache(maxsize=256)
def _names(row: tuple[str, ...], fields: tuple[str, ...]) -> dict[str, str]:
    """Return by unknown names in a row the usual names that they stand for."""
    found: dict[str, str] = {}
    at = 0
    for name in row:
        if name in fields:
            at = fields.index(name) + 1
        elif at < len(fields):
            found[name] = fields[at]
            at += 1
    taken = [*found.values(), *[name for name in row if name in fields]]
    return found if len(set(taken)) == len(taken) else {}
