"""Tools: the verbs as functions that a program or a language model can call.

One pydantic model for each verb, made from the verb table in the words of a trade.
Function schemas of all kinds, the text grammar, help and documents are made from it.
"""

from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, create_model

from ..domain import COUNT, MONEY, TEXT, TEXT_MAX, Argument, Trade
from .verbs import ROWS, Verb, VerbTable, verb_table

__all__ = ["DIALECT", "ToolSpec", "action_schema", "tool_specs", "whole_numbers"]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
"""Which JSON Schema all schemas are written in."""

_OWN_PAGE: Final = "Changes nothing but your own page."
_MARKET: Final = "Changes the market: stock, money, or what others see."
_FINAL: Final = "It cannot be taken back for nothing."
_ENDS: Final = "Changes nothing for others; the episode is over afterwards."


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """A verb as a tool."""

    verb: Verb
    name: str
    """In the words of the trade: ``search_flights``."""
    description: str
    """What it does, and whether it changes anything."""
    arguments: type[BaseModel]
    """Model of its arguments; all that are optional are None by default."""
    read_only: bool
    """Whether it changes nothing but the caller's own page."""
    final: bool
    """Whether it does what cannot be taken back, or only at a price."""
    repeatable: bool
    """Whether the same again, with the same arguments, changes nothing further."""

    def parameters(self, *, strict: bool = False) -> dict[str, Any]:
        """Return the JSON Schema of the arguments.

        Args:
            strict: as strict function calling wants it: every argument is required,
                and null stands for one that is left out.
        """
        return deepcopy(_parameters(self.arguments, strict=strict))


def whole_numbers(arguments: Any) -> Any:
    """Return arguments of a tool, their floats that are whole as integers.

    To JSON Schema ``5.0`` is an integer, and some programs write all numbers so.  In
    Python it is none, and the market takes none.

    >>> whole_numbers({"minutes": 5.0, "max_price": 99.5})
    {'minutes': 5, 'max_price': 99.5}
    """
    if isinstance(arguments, dict):
        return {name: _whole_number(value) for name, value in arguments.items()}
    return _whole_number(arguments)


@lru_cache(maxsize=64)
def tool_specs(trade: Trade) -> tuple[ToolSpec, ...]:
    """Return the verbs of a trade as tools, by number; computed once.

    Verbs that the trade's site does not have are left out.

    >>> from test_time_gym.scenarios.flights.domain import FLIGHTS
    >>> [tool.name for tool in tool_specs(FLIGHTS)][:3]
    ['search_flights', 'filter_results', 'select_flight']
    """
    table = verb_table(trade)
    return tuple(
        _spec(table, row.verb) for row in ROWS if row.verb not in table.without
    )


def action_schema(trade: Trade) -> dict[str, Any]:
    """Return the JSON Schema of a structured action: ``{"verb": …, "payload": …}``."""
    return {
        "$schema": DIALECT,
        "title": f"An action in {trade.name}",
        "oneOf": [
            {
                "type": "object",
                "description": tool.description,
                "properties": {
                    "verb": {"enum": [tool.name, int(tool.verb)]},
                    "payload": tool.parameters(),
                },
                "required": _needed(tool),
                "additionalProperties": False,
            }
            for tool in tool_specs(trade)
        ],
    }


@lru_cache(maxsize=1024)
def _parameters(arguments: type[BaseModel], *, strict: bool) -> dict[str, Any]:
    """Return `ToolSpec.parameters`; a model is asked for them at every call."""
    schema = arguments.model_json_schema(by_alias=True)
    needed = schema.get("required", [])
    known = {
        name: _plain(one, nullable=strict and name not in needed)
        for name, one in schema.get("properties", {}).items()
    }
    return {
        "type": "object",
        "properties": known,
        "required": list(known) if strict else needed,
        "additionalProperties": False,
    }


def _needed(tool: ToolSpec) -> list[str]:
    return ["verb", "payload"] if tool.parameters()["required"] else ["verb"]


def _spec(table: VerbTable, verb: Verb) -> ToolSpec:
    row, name = ROWS[verb], table.names[verb]
    told = [f"{row.meaning[0].upper()}{row.meaning[1:]}."]
    told.append(_MARKET if row.shared else _ENDS if row.final else _OWN_PAGE)
    if row.shared and row.final:
        told.append(_FINAL)
    fields: dict[str, Any] = {
        _attribute(one.name): _field(one) for one in table.arguments[verb].values()
    }
    model: type[BaseModel] = create_model(
        "".join(map(str.capitalize, name.split("_"))),
        __config__=ConfigDict(extra="forbid", populate_by_name=True),
        __doc__=row.meaning,
        **fields,
    )
    return ToolSpec(
        verb=verb,
        name=name,
        description=" ".join(told),
        arguments=model,
        read_only=not row.shared and not row.final,
        final=row.final,
        repeatable=row.repeatable,
    )


def _attribute(name: str) -> str:
    """Return the name of a model's field; ``from`` is a word of Python."""
    return f"{name}_" if name == "from" else name


def _field(argument: Argument) -> tuple[Any, Any]:
    """Return a field's type and description, as `create_model` takes them."""
    kind = argument.kind
    # What a plain text is goes without saying.
    told = argument.meaning
    if kind is not TEXT or not told:
        told = f"{told}; {kind.words}" if told else kind.words
    if kind is COUNT:
        base: Any = Annotated[int, Field(ge=0, le=argument.most)]
    elif kind is MONEY:
        base = Annotated[float, Field(ge=0)]
    else:
        limits = Field(min_length=1, max_length=TEXT_MAX, pattern=kind.pattern or None)
        base = Annotated[str, limits]
    if argument.required:
        return base, Field(alias=argument.name, description=told)
    return base | None, Field(None, alias=argument.name, description=told)


def _plain(schema: dict[str, Any], *, nullable: bool) -> dict[str, Any]:
    """Return an argument's schema without what says the same twice."""
    kept = {key: schema[key] for key in schema if key not in ("title", "default")}
    choices = kept.pop("anyOf", ())
    for one in choices:
        if one != {"type": "null"}:
            kept = one | kept
    if nullable:
        kept["type"] = [kept["type"], "null"]
    return kept


def _whole_number(value: Any) -> Any:
    whole = isinstance(value, float) and value.is_integer()
    return int(value) if whole else value
