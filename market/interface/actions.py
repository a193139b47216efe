"""Actions: what comes in from an agent, and what the market understands of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from msgspec import Struct

from ..domain import COUNT, MONEY, TEXT_MAX, Argument
from ..errors import Misuse
from ..events import CRASHES
from ..integers import as_integer
from ..money import MONEY_MAX, parse_major
from .verbs import WAIT_MAX, Verb, VerbTable

__all__ = [
    "CRASHES",
    "Action",
    "Crashed",
    "Input",
    "Malformed",
    "SetPrices",
    "ThinkingTime",
    "TurnInput",
    "decode_action",
    "money_of",
]

PAYLOAD_MAX: Final = 4096
"""Characters of a payload given as JSON text."""


class Action(Struct, frozen=True, gc=False):
    """A decoded action: a verb and canonical arguments (texts and integers)."""

    verb: Verb
    args: dict[str, Any]


class SetPrices(Struct, frozen=True):
    """A seller's decoded action: product id → price in minor units."""

    prices: dict[str, int]


@dataclass(frozen=True, slots=True)
class Malformed:
    """An action that says nothing the market understands, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Crashed:
    """In place of an action: the agent does not go on, and why."""

    why: str
    outcome: str = "error"
    """One of `CRASHES`."""


@dataclass(frozen=True, slots=True)
class ThinkingTime:
    """Before an action: for so long the agent is busy with finding it."""

    ms: int
    """Of simulated time; more than 0."""
    prompt_tokens: int = 0
    completion_tokens: int = 0


TurnInput = Action | SetPrices | Malformed | Crashed
"""What a turn puts into the market."""
Input = TurnInput | ThinkingTime
"""The same, and time that an agent takes before it: all that the journal keeps."""


def decode_action(
    action: object, table: VerbTable, exponent: int
) -> Action | Malformed:
    """Decode a structured action.

    Args:
        action: ``{"verb": number or name, "payload": …}``; the payload is a
            mapping, JSON text of one, a bare value for verbs with one argument,
            or nothing.
        table: the verbs in the words of the trade.
        exponent: decimal digits of the currency (for ``max_price``).

    Returns:
        The action with canonical arguments, or what was wrong with it: the
        mistake of an agent is answered by the market, not raised.

    Raises:
        Misuse: the action is None, which is for agents that are done.
    """
    if action is None:
        msg = "None is only for agents that are done"
        raise Misuse(msg)
    try:
        return _decode(action, table, exponent)
    except Exception:  # noqa: BLE001 - an object may raise anything when it is touched
        return Malformed("something in the action fails when it is read")


def _decode(action: object, table: VerbTable, exponent: int) -> Action | Malformed:
    if not isinstance(action, Mapping):
        return Malformed(
            'an action is {"verb": number or name, "payload": ...}, '
            f"not {type(action).__name__}"
        )
    extra = [
        key
        for key in action
        if not isinstance(key, str) or key not in ("verb", "payload")
    ]
    if extra:
        return Malformed(f"unknown key {_show(extra[0])}; use verb and payload")
    verb = _verb(action.get("verb"), table)
    if isinstance(verb, Malformed):
        return verb
    payload = _payload(verb, action.get("payload"), table)
    if isinstance(payload, Malformed):
        return payload
    return _arguments(verb, payload, table, exponent)


def _verb(value: object, table: VerbTable) -> Verb | Malformed:
    if isinstance(value, str):
        verb = table.by_name.get(value)
        return Malformed(f"unknown verb {_show(value)}") if verb is None else verb
    number = as_integer(value)
    if number is None or not 0 <= number < len(Verb):
        return Malformed(f"verb is a name or 0 to {len(Verb) - 1}, not {_show(value)}")
    return Verb(number)


def _payload(  # noqa: PLR0911 - one for each form
    verb: Verb, value: object, table: VerbTable
) -> dict[str, Any] | Malformed:
    """Return the payload's mapping, whatever form it was given in."""
    known = table.arguments[verb]
    if value is None or (isinstance(value, str) and not value.strip()):
        return {}
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        if len(value) > PAYLOAD_MAX:
            return Malformed(f"payload is longer than {PAYLOAD_MAX} characters")
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return Malformed("payload is not valid JSON")
    if isinstance(value, Mapping):
        return dict(value)
    required = [one.name for one in known.values() if one.required]
    if len(required) == 1:
        return {required[0]: value}
    if len(known) == 1:
        return {next(iter(known)): value}
    names = ", ".join(known) or "no arguments"
    return Malformed(f"payload of {table.names[verb]} is an object of {names}")


def _arguments(
    verb: Verb, payload: dict[str, Any], table: VerbTable, exponent: int
) -> Action | Malformed:
    arguments = table.arguments[verb]
    args: dict[str, Any] = {}
    for name, value in payload.items():
        if not isinstance(name, str) or name not in arguments:
            known = ", ".join(arguments) or "no arguments"
            told = f"has no argument {_show(name)}; it takes {known}"
            return Malformed(f"{table.names[verb]} {told}")
        if value is None:
            continue
        canonical = _canonical(arguments[name], value, exponent)
        if canonical is None:
            wanted = arguments[name].wants(exponent)
            return Malformed(f"{name} is {wanted}, not {_show(value)}")
        args[name] = canonical
    for name, argument in arguments.items():
        if argument.required and name not in args:
            return Malformed(f"{table.names[verb]} needs {name}")
    return Action(verb, dict(sorted(args.items())))


def _canonical(argument: Argument, value: object, exponent: int) -> str | int | None:
    """Return the canonical form of an argument, or None when it is not one."""
    kind = argument.kind
    if kind is COUNT:
        number = as_integer(value)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            number = int(value) if len(value) <= len(str(WAIT_MAX)) else None
        return number if number is not None and 0 <= number <= argument.most else None
    if kind is MONEY:
        return money_of(value, exponent)
    if not isinstance(value, str):
        return None
    # A kind of text may lie about itself: what is checked is what is kept.
    text = str.__str__(value)
    if not 1 <= len(text) <= TEXT_MAX:
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    return text if kind.fits(text) else None


def money_of(value: object, exponent: int) -> int | None:
    """Return a sum in minor units, or None when it is none."""
    if isinstance(value, float | np.floating):
        # repr is the shortest text that reads back as this number.
        value = repr(float(value)).removesuffix(".0")
    if not isinstance(value, str):
        number = as_integer(value)
        if number is None or not 0 <= number <= MONEY_MAX:
            return None
        value = str(number)
    minor = parse_major(value, exponent)
    return minor if minor is not None and minor <= MONEY_MAX else None


def _show(value: object) -> str:
    """Return a short, safe text for a value that came from outside."""
    if isinstance(value, str):
        clean = value[:40].encode("ascii", "replace").decode()
        return repr(clean)
    if isinstance(value, bool | float) or (
        isinstance(value, int) and abs(value) < 10**30
    ):
        return str(value)
    return type(value).__name__
