"""The result of a command: one JSON value for programs, tables for people."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any, Final, TypeVar

from .terminal import clean, say

__all__ = ["emit", "fields", "plain", "say_json", "table"]

_TABLE_MAX: Final = 10_000
"""Columns a table may have before its cells are cut off after all."""

_Result = TypeVar("_Result")


def emit(
    result: _Result,
    show: Callable[[_Result], object],
    *,
    as_json: bool,
    data: Callable[[_Result], Any] | None = None,
) -> None:
    """Print a result, once.

    Args:
        result: what the command has found.
        show: prints it for people.
        as_json: print JSON instead.
        data: what the JSON is made of; otherwise `plain`.
    """
    if as_json:
        say_json((plain if data is None else data)(result))
    else:
        show(result)


def plain(result: Any) -> Any:
    """Return a result as data that JSON knows.

    Its own ``as_dict`` comes first; then a dataclass, a named tuple and a msgspec
    struct are taken field by field.
    """
    if hasattr(result, "as_dict"):
        return result.as_dict()
    if is_dataclass(result) and not isinstance(result, type):
        return asdict(result)
    if hasattr(result, "_asdict"):
        return result._asdict()
    if hasattr(result, "__struct_fields__"):
        import msgspec

        return msgspec.to_builtins(result)
    return result


def say_json(value: object) -> None:
    """Print the result for machines: one JSON value, in ASCII."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def fields(pairs: Mapping[str, Any], *, width: int, margin: str = "") -> None:
    """Print a line for each pair, the values below one another; None is left out.

    Args:
        pairs: name → value.
        width: of the column of names.
        margin: before each line.
    """
    for name, value in pairs.items():
        if value is not None:
            say(f"{margin}{name:<{width}} {value}")


def table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a table as wide as it needs: cells are never cut off.

    Columns of figures are aligned to the right, all others to the left.

    Args:
        rows: header → cell, all with the same headers; None is shown as a dash.
            Without any, nothing is printed.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from test_time_gym.tables.titled_table import is_figures

    if not rows:
        return
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for header in rows[0]:
        justify = "right" if is_figures([row[header] for row in rows]) else "left"
        grid.add_column(Text(clean(header)), justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for row in rows:
        cells = ("-" if cell is None else clean(cell) for cell in row.values())
        grid.add_row(*map(Text, cells))
    console = Console(file=sys.stdout, highlight=False, width=_TABLE_MAX)
    console.width = max(1, console.measure(grid).maximum)
    with console.capture() as capture:
        console.print(grid)
    # Written by us, so that a closed pipe raises instead of ending the process.
    lines = map(str.rstrip, capture.get().split("\n"))
    sys.stdout.write("\n".join(lines))
