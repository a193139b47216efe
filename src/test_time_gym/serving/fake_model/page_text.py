"""Pages in texts: a model reads the page of the market that a message holds."""

import json
from collections.abc import Iterator
from typing import Any, Final

from .served_error import ServedError

__all__ = ["objects_in", "page_in"]

Page = dict[str, Any]

_NEEDED: Final = (
    *("view", "goal", "minutes_left", "turns_left", "selected", "cart"),
    *("payment_state", "constraints", "team", "wallet", "orders", "messages"),
    *("last_action", "last_action_error", "legal_verbs"),
)
"""Fields of a buyer's page, in every trade."""
_MARKS: Final = ("view", "legal_verbs", "payment_state")
"""What nothing but a page has."""
_DEPTH: Final = 3
"""How deep a page may stand inside another object, such as a tool's result."""
_TRIES: Final = 200
"""Opening braces of one text that are looked at, the last ones of it."""

_decode = json.JSONDecoder().raw_decode


def page_in(text: str) -> Page | None:
    """Return the last page that stands in a text, or None.

    Args:
        text: of a message; the page is a JSON object somewhere in it, perhaps
            inside another one.

    Raises:
        ServedError: the page lacks fields, as a compact page does.

    >>> page_in("Nothing to see.") is None
    True
    """
    found = None
    for value in objects_in(text):
        found = _page_of(value, _DEPTH) or found
    if found is not None:
        lacking = [name for name in _NEEDED if name not in found]
        lacking += ["turns_left"] if type(found.get("turns_left")) is not int else []
        if lacking:
            msg = f"the page has no {lacking[0]}: the fake model reads whole pages, "
            msg += 'as page="json" renders them'
            raise ServedError(400, msg, param="messages")
    return found


def objects_in(text: str) -> Iterator[Page]:
    """Yield the outermost JSON objects of a text."""
    at, tries = text.find("{"), 0
    while at >= 0 and tries < _TRIES:
        tries += 1
        try:
            value, end = _decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield value
        at = text.find("{", end)


def _page_of(value: Any, depth: int) -> Page | None:
    if not isinstance(value, dict):
        return None
    if all(name in value for name in _MARKS):
        return value
    if depth:
        for inner in value.values():
            found = _page_of(inner, depth - 1)
            if found is not None:
                return found
    return None
