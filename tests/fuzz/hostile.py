"""Hostile values, and structure-aware damage to plain data."""

import json
from random import Random
from typing import Any

NUMBERS = (
    *(0, 1, -1, 2, 3, 7, 24, 25, 60, 255, 256, 65_535, 65_536, 1_000_000),
    *(2**31, 2**32, 2**53 - 1, 2**53, -(2**53), 2**63 - 1, 2**63, 2**64, 2**128),
)
TEXTS = (
    *("", " ", "0", "-1", "1_000", "x" * 201, "x" * 60_000, "\0", "\n", "\x1b[31m"),
    *("..", "/", "a/b", "tok_ok", "buyer_0", "buyer_1", "AA1", "DIRECT", "SFO"),
    *("MAD", "2026-02-30", "0000-01-01", "9999-12-31", "2026-06-15T07:15"),
    *("9999-12-31T23:59", "0001-01-01T00:00", "٢٠٢٦-06-15", "\u202e", "é", "𐏿"),
    *("wait", "act", "end", "header", "malformed", "error", "ok", "why", "simulate"),
    *("USD", "JPY", "KWD", "deadline", "load_days", "fixed", "erlang", "leave"),
)
CURVES = ([[0, 0]], [[0, 0], [0, 0]], [[0, 0], [10**12, 1_000_000]], [[5, 5], [1, 1]])


def any_value(dice: Random) -> Any:
    """Return a value that nobody expects."""
    kind = dice.randrange(9)
    if kind < 4:
        return dice.choice(NUMBERS)
    if kind < 6:
        return dice.choice(TEXTS)
    if kind == 6:
        return dice.choice((None, True, False, [], {}, [[]], [{}], {"": None}))
    if kind == 7:
        return [list(point) for point in dice.choice(CURVES)]
    return [dice.choice(NUMBERS)] * dice.choice((1, 2, 30, 300))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) below a value, in order."""
    found, waiting = [], [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict | list):
            keys = _keys(here)
            found += [(here, key) for key in keys]
            waiting += [here[key] for key in keys]
    return found


def _keys(container: Any) -> list[Any]:
    return list(container) if isinstance(container, dict) else [*range(len(container))]


def _copy(value: Any) -> Any:
    """Copy plain data: nothing may come to contain itself."""
    return json.loads(json.dumps(value))


def changed(value: Any, dice: Random, times: int | None = None) -> Any:
    """Return plain data with one to three accidents in it."""
    value = _copy(value)
    for _ in range(times or dice.choice((1, 1, 1, 2, 3))):
        where = places(value)
        if not where:
            return any_value(dice)
        here, key = dice.choice(where)
        _change(here, key, where, dice)
    return value


def _change(here: Any, key: Any, where: list[tuple[Any, Any]], dice: Random) -> None:
    old, kind = here[key], dice.randrange(10)
    if kind < 3 and type(old) is int:
        here[key] = old + dice.choice((-1, 1, 1000, -old, old, -2 * old))
    elif kind == 3:
        del here[key]
    elif kind == 4 and isinstance(here, list):
        here.insert(key, _copy(old))
    elif kind == 4:
        here[dice.choice(TEXTS)] = _copy(old)
    elif kind == 5:
        other, place = dice.choice(where)
        here[key] = _copy(other[place]) if place in _keys(other) else None
    elif kind == 6 and isinstance(old, str) and old:
        at = dice.randrange(len(old))
        here[key] = old[:at] + dice.choice(TEXTS)[:300] + old[at + 1 :]
    else:
        here[key] = any_value(dice)
