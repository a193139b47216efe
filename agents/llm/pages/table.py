"""Rows as a table of text: names of columns once, and what all rows share once."""

import csv
import io
from typing import Any, Final

__all__ = ["is_table", "rows_of", "table_of", "with_tables"]

_TABLE: Final = "table"
_SAME: Final = "same"
_FEWEST: Final = 2
"""Rows from which on a table is shorter."""
_SHARED: Final = 4
"""Rows from which on it is shorter to tell apart what all of them share."""
_ABSENT: Final = "-"
"""In place of a field that a row does not have."""
_NULL: Final = ""
_AS_IT_IS: Final = "\\"
"""Before a text that would mean something else."""

Row = dict[str, Any]
Schema = dict[str, Any]


def table_of(rows: list[Row]) -> dict[str, Any]:
    r"""Return rows as a table, a line each; `rows_of` returns them again.

    Values are separated by ``|``; ``-`` stands for a field that a row does not have.

    >>> table_of([{"id": "A", "stops": 0}, {"id": "B", "left": 8}])
    {'table': 'id|stops|left\nA|0|-\nB|-|8'}
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    same = {
        name: rows[0][name]
        for name in names[1:]
        if len(rows) >= _SHARED
        and all(name in row and row[name] == rows[0][name] for row in rows)
    }
    columns = [name for name in names if name not in same]
    text = io.StringIO()
    writer = csv.writer(text, delimiter="|", lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(
            [_written(row[name]) if name in row else _ABSENT for name in columns]
        )
    table: dict[str, Any] = {_TABLE: text.getvalue().rstrip("\n")}
    return table | ({_SAME: same} if same else {})


def with_tables(value: Any) -> Any:
    r"""Return a value in which lists of several rows are tables.

    >>> with_tables({"team": [], "wallet": [{"token": "a"}, {"token": "b"}]})
    {'team': [], 'wallet': {'table': 'token\na\nb'}}
    """
    if isinstance(value, dict):
        return {name: with_tables(value[name]) for name in value}
    if isinstance(value, list) and len(value) >= _FEWEST and _are_flat(value):
        return table_of(value)
    return value


def is_table(value: object) -> bool:
    """Return whether a value is what `table_of` returns."""
    return isinstance(value, dict) and _TABLE in value


def rows_of(table: dict[str, Any], row: Schema) -> list[Row]:
    """Return the rows of a table; what all rows share stands last.

    Args:
        table: as `table_of` returns it.
        row: the schema of a row, which tells the types of its fields.
    """
    fields, same = row["properties"], table.get(_SAME, {})
    lines = csv.reader(io.StringIO(table[_TABLE]), delimiter="|")
    columns = next(lines)
    return [
        {
            name: _read(text, fields.get(name, {}))
            for name, text in zip(columns, line, strict=True)
            if text != _ABSENT
        }
        | same
        for line in lines
    ]


def _are_flat(rows: list[Any]) -> bool:
    return all(
        isinstance(row, dict)
        and not any(isinstance(one, dict | list) for one in row.values())
        for row in rows
    )


def _written(value: Any) -> str:
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    marked = text in (_ABSENT, _NULL) or text.startswith(_AS_IT_IS)
    return f"{_AS_IT_IS}{text}" if marked else text


def _read(text: str, schema: Schema) -> Any:
    if text.startswith(_AS_IT_IS):
        return text.removeprefix(_AS_IT_IS)
    choices = schema.get("anyOf", [schema])
    kinds = [kind for one in choices for kind in _kinds(one)]
    if text == _NULL and "null" in kinds:
        return None
    if "boolean" in kinds:
        return text == "yes"
    whole = text.removeprefix("-").isdigit()
    return int(text) if "integer" in kinds and whole else text


def _kinds(schema: Schema) -> list[str]:
    """Return the types that a schema allows."""
    nested = [kind for one in schema.get("anyOf", ()) for kind in _kinds(one)]
    return [*nested, *([schema["type"]] if "type" in schema else ())]
