"""The sixteen verbs, their payloads, and the decoding of structured actions.

The index is the number in ``Discrete``; it is never renumbered.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any, Final

import numpy as np
from msgspec import Struct

from ..errors import Misuse
from ..integers import as_integer
from ..money import parse_major, show

__all__ = [
    "FIELDS",
    "VERBS",
    "Action",
    "Crashed",
    "Field",
    "Input",
    "Malformed",
    "Verb",
    "decode_action",
]

PAYLOAD_MAX: Final = 4096
"""Characters of a payload given as JSON text."""
TEXT_MAX: Final = 200
"""Characters of one text argument."""
WAIT_MAX: Final = 525_600
"""Minutes: a year."""
MONEY_MAX: Final = 10**14
"""Minor units: far beyond all prices, and a number that a journal may hold."""
STOPS_MAX: Final = 99
PARTS_MAX: Final = 99
SEATS_MAX: Final = 999


class Verb(IntEnum):
    """What an agent may do."""

    SEARCH_FLIGHTS = 0
    FILTER_RESULTS = 1
    SELECT_FLIGHT = 2
    ADD_TO_CART = 3
    PROCEED_TO_PAYMENT = 4
    ENTER_CARD = 5
    CONFIRM_PAYMENT = 6
    APPLY_COUPON = 7
    RESTART = 8
    ABORT = 9
    ANSWER_CHALLENGE = 10
    WAIT = 11
    REMOVE_FROM_CART = 12
    CHOOSE_INSTALMENTS = 13
    CANCEL_ORDER = 14
    SEND_MESSAGE = 15


VERB_NAMES: Final = tuple(verb.name.lower() for verb in Verb)
"""``search_flights`` … ``send_message``, by index."""

VERBS: Final = {VERB_NAMES[verb]: verb for verb in Verb}
"""The verbs by their names."""


@dataclass(frozen=True, slots=True)
class Field:
    """One argument of a verb."""

    name: str
    kind: str
    """``text``, ``airport``, ``date``, ``time``, ``count`` or ``money``."""
    required: bool = False
    meaning: str = ""
    most: int = 0
    """Largest number, of a ``count``."""

    def wants(self, exponent: int) -> str:
        """Return what it takes, in words.

        Args:
            exponent: decimal digits of the currency.

        >>> Field("max_stops", "count", most=99).wants(2)
        'a whole number from 0 to 99'
        """
        if self.kind == "count":
            return f"a whole number from 0 to {self.most}"
        if self.kind == "money":
            most = MONEY_MAX // 10**exponent
            return f"an amount from 0 to {most}, such as {show(87050, exponent)}"
        return _KINDS[self.kind]


FIELDS: Final[dict[Verb, tuple[Field, ...]]] = {
    Verb.SEARCH_FLIGHTS: (
        Field("from", "airport", meaning="origin; default: the form's"),
        Field("to", "airport", meaning="destination; default: the form's"),
        Field("date", "date", meaning="departure date; default: the form's"),
    ),
    Verb.FILTER_RESULTS: (
        Field("depart_after", "time", meaning="earliest departure, inclusive"),
        Field("depart_before", "time", meaning="latest departure, inclusive"),
        Field("max_stops", "count", meaning="most stops", most=STOPS_MAX),
        Field("airline", "text", meaning="name of the airline, in any case"),
        Field("max_price", "money", meaning="dearest price, in major units"),
    ),
    Verb.SELECT_FLIGHT: (Field("flight_id", "text", required=True),),
    Verb.ADD_TO_CART: (
        Field("flight_id", "text", meaning="default: the selected flight"),
    ),
    Verb.PROCEED_TO_PAYMENT: (),
    Verb.ENTER_CARD: (Field("card_token", "text", required=True),),
    Verb.CONFIRM_PAYMENT: (
        Field("idempotency_key", "text", meaning="same key: same answer, one charge"),
    ),
    Verb.APPLY_COUPON: (Field("code", "text", required=True),),
    Verb.RESTART: (),
    Verb.ABORT: (Field("reason", "text", meaning="why, for people"),),
    Verb.ANSWER_CHALLENGE: (Field("code", "text", required=True),),
    Verb.WAIT: (
        Field("minutes", "count", meaning="default: look again at once", most=WAIT_MAX),
    ),
    Verb.REMOVE_FROM_CART: (Field("flight_id", "text", required=True),),
    Verb.CHOOSE_INSTALMENTS: (Field("count", "count", required=True, most=PARTS_MAX),),
    Verb.CANCEL_ORDER: (
        Field("order_id", "text", required=True),
        Field("flight_id", "text"),
        Field("seats", "count", most=SEATS_MAX),
    ),
    Verb.SEND_MESSAGE: (
        Field("to", "text", required=True, meaning="a team mate's name"),
        Field("text", "text", required=True),
    ),
}
"""Arguments of every verb, in the order in which they are documented."""

_NAMED_FIELDS: Final = {
    verb: {field.name: field for field in fields} for verb, fields in FIELDS.items()
}


class Action(Struct, frozen=True):
    """A decoded action: a verb and canonical arguments (texts and integers)."""

    verb: Verb
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Malformed:
    """An action that says nothing the market understands, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Crashed:
    """In place of an action: the agent's own program failed, and how."""

    why: str


Input = Action | Malformed | Crashed
"""What a turn puts into the market, as the journal keeps it."""


def decode_action(action: object, exponent: int) -> Action | Malformed:
    """Decode a structured action.

    Args:
        action: ``{"verb": number or name, "payload": …}``; the payload is a
            mapping, JSON text of one, a bare value for verbs with one argument,
            or nothing.
        exponent: decimal digits of the currency (for ``max_price``).

    Returns:
        The action with canonical arguments, or what was wrong with it: the
        mistake of an agent is answered by the market, not raised.

    Raises:
        Misuse: the action is None, which is for agents that are done.

    >>> decode_action({"verb": "wait", "payload": {"minutes": 5}}, 2)
    Action(verb=<Verb.WAIT: 11>, args={'minutes': 5})
    >>> decode_action({"verb": 0, "payload": ""}, 2)
    Action(verb=<Verb.SEARCH_FLIGHTS: 0>, args={})
    """
    if action is None:
        msg = "None is only for agents that are done"
        raise Misuse(msg)
    try:
        return _decode(action, exponent)
    except Exception:  # noqa: BLE001 - an object may raise anything when it is touched
        return Malformed("something in the action fails when it is read")


def _decode(action: object, exponent: int) -> Action | Malformed:
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
    verb = _verb(action.get("verb"))
    if isinstance(verb, Malformed):
        return verb
    payload = _payload(verb, action.get("payload"))
    if isinstance(payload, Malformed):
        return payload
    return _arguments(verb, payload, exponent)


def _verb(value: object) -> Verb | Malformed:
    if isinstance(value, str):
        verb = VERBS.get(value)
        return Malformed(f"unknown verb {_show(value)}") if verb is None else verb
    number = as_integer(value)
    if number is None or not 0 <= number < len(Verb):
        return Malformed(f"verb is a name or 0 to {len(Verb) - 1}, not {_show(value)}")
    return Verb(number)


def _payload(verb: Verb, value: object) -> dict[str, Any] | Malformed:
    """Return the payload's mapping, whatever form it was given in."""
    fields = FIELDS[verb]
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
    if len(fields) >= 1 and sum(field.required for field in fields) <= 1:
        first = next((f for f in fields if f.required), fields[0])
        if len(fields) == 1 or first.required:
            return {first.name: value}
    names = ", ".join(field.name for field in fields) or "no arguments"
    return Malformed(f"payload of {VERB_NAMES[verb]} is an object of {names}")


def _arguments(
    verb: Verb, payload: dict[str, Any], exponent: int
) -> Action | Malformed:
    fields = _NAMED_FIELDS[verb]
    args: dict[str, Any] = {}
    for name, value in payload.items():
        if not isinstance(name, str) or name not in fields:
            known = ", ".join(fields) or "no arguments"
            return Malformed(
                f"{VERB_NAMES[verb]} has no argument {_show(name)}; it takes {known}"
            )
        if value is None:
            continue
        canonical = _canonical(fields[name], value, exponent)
        if canonical is None:
            wanted = fields[name].wants(exponent)
            return Malformed(f"{name} is {wanted}, not {_show(value)}")
        args[name] = canonical
    for name, field in fields.items():
        if field.required and name not in args:
            return Malformed(f"{VERB_NAMES[verb]} needs {name}")
    return Action(verb, dict(sorted(args.items())))


_KINDS: Final = {
    "text": f"a text of 1 to {TEXT_MAX} characters",
    "airport": "a three-letter code such as SFO",
    "date": "a date such as 2026-06-15",
    "time": "a time such as 10:00",
}


def _canonical(field: Field, value: object, exponent: int) -> str | int | None:
    """Return the canonical form of an argument, or None when it is not one."""
    if field.kind == "count":
        number = as_integer(value)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            number = int(value) if len(value) <= len(str(WAIT_MAX)) else None
        return number if number is not None and 0 <= number <= field.most else None
    if field.kind == "money":
        return _money(value, exponent)
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
    return text if _SHAPES[field.kind](text) else None


def _money(value: object, exponent: int) -> int | None:
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


def _is_date(text: str) -> bool:
    if len(text) != len("2026-06-15") or not text.isascii():
        return False
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    if len(text) != len("10:00") or text[2] != ":" or not text.isascii():
        return False
    hours, minutes = text[:2], text[3:]
    return (hours + minutes).isdigit() and hours <= "23" and minutes <= "59"


_SHAPES: Final = {
    "text": lambda _text: True,
    "airport": lambda text: (
        len(text) == len("SFO") and text.isascii() and text.isalpha() and text.isupper()
    ),
    "date": _is_date,
    "time": _is_time,
}


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
