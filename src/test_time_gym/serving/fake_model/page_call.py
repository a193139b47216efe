"""Calls: an action of a scripted policy as the call of a tool that was offered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from test_time_gym.market.interface.verbs import VerbTable, verb_table
from test_time_gym.scenarios.trades import scenario_types, trade_of

__all__ = ["PageCall", "called", "fitted", "table_of"]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PageCall:
    """A verb by its name, and its arguments."""

    name: str
    arguments: Json


def table_of(page: Json) -> VerbTable | None:
    """Return the verbs of the trade that a page is of, or None if none is known."""
    for scenario in scenario_types():
        table = verb_table(trade_of(scenario))
        if table.trade.words.offers in page:
            return table
    return None


def called(action: Any, table: VerbTable | None) -> PageCall:
    """Return an action with its verb's name and its arguments by name.

    Args:
        action: ``{"verb": number or name, "payload": …}``; the payload may be JSON
            text, or the value of the only argument.
        table: the verbs of the trade; None: only names can be understood.

    Raises:
        KeyError: it has no verb.
        IndexError: there is no verb of this number.
        TypeError: it is no action.

    >>> from test_time_gym.scenarios.flights.domain import FLIGHTS
    >>> called({"verb": 2, "payload": "IB58"}, verb_table(FLIGHTS))
    PageCall(name='select_flight', arguments={'flight_id': 'IB58'})
    """
    verb, payload = action["verb"], action.get("payload")
    name = table.names[verb] if table and isinstance(verb, int) else str(verb)
    if isinstance(payload, str) and payload.lstrip()[:1] == "{":
        payload = json.loads(payload)
    if isinstance(payload, dict):
        return PageCall(name, dict(payload))
    if payload in (None, "") or table is None or name not in table.by_name:
        return PageCall(name, {})
    known = table.arguments[table.by_name[name]].values()
    needed = [one.name for one in known if one.required]
    first = [*needed, *(one.name for one in known)][:1]
    return PageCall(name, dict.fromkeys(first, payload))


def fitted(call: PageCall, tools: Sequence[Json]) -> PageCall | None:
    """Return a call as the schema of its tool wants it, or None if there is no such.

    Strict schemas require every argument, and null for what is left out.

    >>> names = {"type": "object", "required": ["from", "to"]}
    >>> tools = [{"name": "search_flights", "parameters": names}]
    >>> fitted(PageCall("search_flights", {"to": "MAD"}), tools).arguments
    {'from': None, 'to': 'MAD'}
    """
    for tool in tools:
        if tool["name"] == call.name:
            schema = tool.get("parameters")
            schema = schema if isinstance(schema, dict) else {}
            wanted = dict.fromkeys(_names(schema.get("required")))
            given = wanted | call.arguments
            kinds = schema.get("properties")
            kinds = kinds if isinstance(kinds, dict) else {}
            fit = {name: _as(value, kinds.get(name)) for name, value in given.items()}
            return PageCall(call.name, fit)
    return None


def _names(required: Any) -> list[str]:
    return [str(name) for name in required] if isinstance(required, list) else []


def _as(value: Any, schema: Any) -> Any:
    """Return a value in the type that a schema asks for, if it can be had."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    kinds = kind if isinstance(kind, list) else [kind]
    counts = "integer" in kinds or "number" in kinds
    if type(value) is int and "string" in kinds and not counts:
        return str(value)
    if isinstance(value, str) and counts and "string" not in kinds:
        return _number(value)
    return value


def _number(text: str) -> int | float | str:
    """Return the number that a text is, if it is one.

    >>> _number("870"), _number("870.50"), _number("all")
    (870, 870.5, 'all')
    """
    whole, point, rest = text.partition(".")
    if not (text.isascii() and whole.isdigit() and (rest.isdigit() or not point)):
        return text
    return float(text) if point else int(whole)
