"""Places: where on a page a value stands, as a path, and which value a path leads to.

A path is written as a person would point: names separated by dots, a choice in
brackets after the name of a list, and a word of a text after a tilde::

    constraints.max_stops           flights[least price].id
    wallet[brand=visa].token        wallet[0].token
    messages[-1].text~number        messages[-1].text~last word
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from .constraints import fits
from .vocabulary import all_offers

__all__ = [
    "CLOCKS",
    "MISSING",
    "SOME_PATHS",
    "is_of_message",
    "is_of_task",
    "places",
]

MISSING: Final = object()
"""There is no such place on the page."""

CLOCKS: Final = (
    "goal",
    "now",
    "deadline",
    "minutes_left",
    "turns_left",
    "legal_verbs",
    "last_action",
    "last_action_result",
    "last_action_error",
    "currency",
    "team",
)
"""Fields that say nothing an argument could come from."""
_OFFERS: Final = all_offers()
SOME_PATHS: Final = ("constraints.dates[-1]", "wallet[0].token")
"""Paths as a person may write them."""
_NUMBER: Final = re.compile(r"[0-9]{4,}")
_WORD: Final = re.compile(r"[A-Za-z0-9_-]+")
_PART: Final = re.compile(r"([a-z_0-9]+)(?:\[([^\]]*)\])?")

_Place = tuple[str, Any, str]
"""Path, value, and the text of which the value is a word."""
_Getter = tuple[str, str, str]
"""Name, selector of a list's element, and words of a text."""


@lru_cache(maxsize=4096)
def _parsed(path: str) -> tuple[tuple[_Getter, ...], str]:
    """Return a path's parts, and the words that are taken of a text."""
    places, _, words = path.partition("~")
    parts = []
    for part in re.split(r"\.(?![^\[]*\])", places):
        found = _PART.fullmatch(part)
        if found is None:
            return (), ""
        name, selector = found.group(1), found.group(2)
        kind, _, key = (selector or "").partition(" ")
        parts.append((name, kind, key) if key else (name, selector or "", ""))
    return tuple(parts), words


def value_at(path: str, observation: dict[str, Any]) -> Any:
    parts, words = _parsed(path)
    found: Any = observation if parts else MISSING
    for name, kind, key in parts:
        if not isinstance(found, dict) or name not in found:
            return MISSING
        found = found[name]
        if kind == "fitting":
            wanted = observation["constraints"]
            kept = [one for one in found if fits(one, wanted)]
            chosen, _, rank = key.partition(" ")
            found = _select(kept, chosen, rank)
        elif kind:
            found = _select(found, kind, key)
    if words:
        return _word(found, words)
    return MISSING if found is None or isinstance(found, dict | list) else found


def _select(things: Any, kind: str, key: str) -> Any:
    if not isinstance(things, list) or not things:
        return MISSING
    if key:
        ranked = [t for t in things if isinstance(t, dict) and _is_amount(t.get(key))]
        if not ranked:
            return MISSING
        best = min if kind == "least" else max
        return best(ranked, key=lambda thing: float(thing[key]))
    name, equals, value = kind.partition("=")
    if equals:
        wanted = (t for t in things if isinstance(t, dict) and t.get(name) == value)
        return next(wanted, MISSING)
    try:
        return things[int(kind)]
    except (IndexError, ValueError):
        return MISSING


def _word(text: Any, words: str) -> Any:
    if not isinstance(text, str):
        return MISSING
    found = (_NUMBER if words == "number" else _WORD).findall(text)
    return found[-1] if found else MISSING


def _is_amount(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return True
    return isinstance(value, str) and value.replace(".", "", 1).isdecimal()


def places(observation: dict[str, Any], but: tuple[str, ...] = CLOCKS) -> list[_Place]:
    """Return every place on a page that an argument could come from.

    Args:
        observation: the page.
        but: fields that are left out.

    Returns:
        Of each its path, its value, and the text that the value is a word of, if it is.
    """
    found: list[_Place] = []
    for name, value in observation.items():
        if name in but:
            continue
        if name in _OFFERS:
            wanted = observation["constraints"]
            found += _listed(name, [one for one in value if fits(one, wanted)])
        else:
            _within(name, value, found)
    return found


def _within(path: str, value: Any, found: list[_Place]) -> None:
    kind = type(value)
    if kind is str or kind is int:
        found.append((path, value, ""))
    elif kind is dict:
        for name, inner in value.items():
            _within(f"{path}.{name}", inner, found)
    elif kind is list and value:
        found += _listed(path, value)


def _listed(path: str, things: list[Any]) -> tuple[_Place, ...]:
    """Return the places in a list, which is much the same on many pages."""
    rows = [tuple(one.items()) if isinstance(one, dict) else one for one in things]
    try:
        return _of_rows(path, tuple(rows))
    except TypeError:  # Something in it has no hash.
        return tuple(_of_things(path, things))


@lru_cache(maxsize=2048)
def _of_rows(path: str, rows: tuple[Any, ...]) -> tuple[_Place, ...]:
    things = [dict(one) if isinstance(one, tuple) else one for one in rows]
    return tuple(_of_things(path, things))


def _of_things(path: str, things: list[Any]) -> Iterator[_Place]:
    for k, one in enumerate(things):
        for place, value, text in _of_list(path, things, k, one):
            if path not in _OFFERS:
                yield place, value, text
            elif "=" not in place:
                yield place.replace("[", "[fitting ", 1), value, text


def _of_list(path: str, things: list[Any], k: int, one: Any) -> Iterator[_Place]:
    if not isinstance(one, dict):
        for selector in _ends(things, k):
            yield f"{path}[{selector}]", one, ""
        return
    selectors = list(_selectors(things, k, one))
    for name, value in one.items():
        if isinstance(value, bool) or not isinstance(value, str | int):
            continue
        for selector in selectors:
            if not selector.startswith(f"{name}="):
                place = f"{path}[{selector}].{name}"
                yield place, value, ""
                if name == "text":
                    yield from _words(place, str(value))


def _words(place: str, text: str) -> Iterator[_Place]:
    numbers, words = _NUMBER.findall(text), _WORD.findall(text)
    if numbers:
        yield f"{place}~number", numbers[-1], text
    if words:
        yield f"{place}~last word", words[-1], text


def _selectors(things: list[Any], k: int, one: dict[str, Any]) -> Iterator[str]:
    """Yield the ways to choose one of several things."""
    for key, value in one.items():
        if isinstance(value, bool):
            continue
        amount = _is_amount(value)
        if not amount and (not isinstance(value, str) or " " in value):
            continue
        others = [t[key] for t in things if isinstance(t, dict) and key in t]
        if not amount:
            if others.index(value) == k:
                yield f"{key}={value}"
        elif len(others) > 1 and all(map(_is_amount, others)):
            amounts = [float(other) for other in others]
            if amounts.index(min(amounts)) == k:
                yield f"least {key}"
            if amounts.index(max(amounts)) == k:
                yield f"most {key}"
    yield from _ends(things, k)


def _ends(things: list[Any], k: int) -> Iterator[str]:
    yield str(k)
    if k == len(things) - 1 and k > 0:
        yield "-1"


def is_of_message(path: str) -> bool:
    """Return whether a path leads to what a message brings."""
    return path.startswith("messages")


def is_of_task(path: str) -> bool:
    """Return whether a path leads to a constraint of the task."""
    return path.startswith("constraints.")
