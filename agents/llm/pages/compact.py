"""Compact pages: lists of rows as tables, and nothing said of what is empty.

What is left out is told by the page's schema, so that a page can be read again whole.
"""

from typing import Any, Final

from .table import is_table, rows_of, with_tables

__all__ = ["compact_page", "whole_page"]

Page = dict[str, Any]
Schema = dict[str, Any]

LEGAL: Final = "legal_verbs"
_OTHERS: Final = "not_legal_now"
_DONE: Final = "last_action"
_RESULT: Final = "last_action_result"
_BETWEEN: Final = ": "
_EMPTY: Final[dict[str, Any]] = {
    "array": [],
    "boolean": False,
    "integer": 0,
    "string": "",
}
ONCE: Final = ("goal", "deadline", "currency", "team")
"""What stays the same throughout an episode, and is told on its first page."""


def compact_page(page: Page, schema: Schema) -> Page:
    """Return a page without what is empty, its lists of rows as tables.

    Args:
        page: as the JSON observation shows it.
        schema: of the page; see `page_schema`.
    """
    told: Page = _shortened(page, schema)
    if page[_RESULT]:
        told[_DONE] += f"{_BETWEEN}{told.pop(_RESULT)}"
    verbs = _verbs(schema)
    others = [verb for verb in verbs if verb not in page[LEGAL]]
    if len(others) < len(page[LEGAL]):
        del told[LEGAL]
        told[_OTHERS] = others
    return told


def whole_page(told: Page, schema: Schema) -> Page:
    """Return the page of which a compact one tells.

    Args:
        told: what `compact_page` returned.
        schema: of the page; see `page_schema`.
    """
    if _OTHERS in told:
        others = told[_OTHERS]
        told = {name: told[name] for name in told if name != _OTHERS}
        told[LEGAL] = [verb for verb in _verbs(schema) if verb not in others]
    verb, found, result = (told.get(_DONE) or "").partition(_BETWEEN)
    if found:
        told = told | {_DONE: verb, _RESULT: result}
    whole: Page = _restored(told, schema)
    return whole


def _verbs(schema: Schema) -> list[str]:
    verbs: list[str] = schema["properties"][LEGAL]["items"]["enum"]
    return verbs


def _shortened(value: Any, schema: Schema) -> Any:
    """Return a value without what its schema tells of it."""
    schema = _of_value(schema, value)
    if isinstance(value, dict):
        fields, needed = schema.get("properties", {}), schema.get("required", ())
        kept = {name: _shortened(value[name], fields.get(name, {})) for name in value}
        return {
            name: one
            for name, one in kept.items()
            if name not in needed or value[name] != _nothing(fields[name])
        }
    if isinstance(value, list):
        return with_tables([_row(one, schema.get("items", {})) for one in value])
    return value


def _row(value: Any, schema: Schema) -> Any:
    """Return one of several; a column of numbers is not to have holes."""
    if not isinstance(value, dict):
        return value
    short = _shortened(value, schema)
    return {
        name: short.get(name, one)
        for name, one in value.items()
        if name in short or type(one) is int
    }


def _restored(value: Any, schema: Schema) -> Any:
    """Return a value with what its schema says was left out."""
    schema = _of_value(schema, value)
    if schema.get("type") == "object" and isinstance(value, dict):
        fields, needed = schema["properties"], schema["required"]
        return {
            name: _restored(value[name], one) if name in value else _nothing(one)
            for name, one in fields.items()
            if name in value or name in needed
        }
    if schema.get("type") == "array":
        items = schema["items"]
        rows = rows_of(value, items) if is_table(value) else value
        return [_restored(one, items) for one in rows]
    return value


def _of_value(schema: Schema, value: Any) -> Schema:
    """Return the one of several schemas that is not for null."""
    choices = schema.get("anyOf")
    if choices is None or value is None:
        return schema
    return next((one for one in choices if one.get("type") == "object"), schema)


def _nothing(schema: Schema) -> Any:
    """Return what was left out: the empty value of a field's type."""
    choices = schema.get("anyOf", ())
    if {"type": "null"} in choices:
        return None
    kind = choices[0]["type"] if choices else schema.get("type")
    if kind == "object":
        needed = schema["required"]
        return {name: _nothing(schema["properties"][name]) for name in needed}
    return _EMPTY.get(str(kind))
