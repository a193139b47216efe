"""A table of figures for people, and what stands above it."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final, NamedTuple

from test_time_gym.market.errors import one_line

__all__ = ["FIGURE", "TitledTable", "aligned", "html_of", "is_figures"]

FIGURE: Final = re.compile(r"[-+]?[0-9][0-9,./]*[%!]?(?: (?:→|of|to|±|\+|\().*)?")
"""A figure, perhaps with its bounds, parts or denominator."""
_ROWS: Final = 50
"""Rows of a table that a page of HTML shows."""
_LONGEST: Final = 200
"""Characters of a cell there."""
_LINE: Final = "border-bottom:1px solid rgba(128,128,128,.35)"
_CELL: Final = f"padding:.2em .8em;white-space:nowrap;{_LINE}"


class TitledTable(NamedTuple):
    """A table, and what stands above it."""

    title: str
    rows: Sequence[Mapping[str, Any]]
    """Header → cell, all with the same headers; None is shown as a dash."""


def is_figures(cells: Sequence[Any]) -> bool:
    """Return whether a column holds nothing but figures, and one at least.

    >>> is_figures(["1,200", "3 of 4", None]), is_figures(["7 seats"]), is_figures([])
    (True, False, False)
    """
    known = [str(cell) for cell in cells if cell is not None]
    return bool(known) and all(map(FIGURE.fullmatch, known))


def aligned(tables: Sequence[TitledTable]) -> str:
    """Return tables as text, columns one below the other.

    >>> print(aligned([TitledTable("t", [{"a": "x", "b": None}])]))
    t
    <BLANKLINE>
    a  b
    x  -
    """
    blocks = []
    for title, rows in tables:
        lines = [
            list(rows[0]),
            *(["-" if cell is None else cell for cell in row.values()] for row in rows),
        ]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        body = (
            "  ".join(
                cell.ljust(width) for cell, width in zip(line, widths, strict=True)
            ).rstrip()
            for line in lines
        )
        blocks.append("\n".join([title, "", *body]))
    return "\n\n".join(blocks)


def html_of(tables: Sequence[TitledTable]) -> str:
    """Return tables as a piece of HTML, for notebooks.

    All texts are escaped.  It has neither scripts nor colours of its own, so that it
    takes those of the page, light or dark; of a long table it shows the first rows.

    >>> html_of([TitledTable("<b>", [{"a": 1}])])[:43]
    '<div class="ttgym"><p>&lt;b&gt;</p><table s'
    """
    return f'<div class="ttgym">{"".join(map(_html, tables))}</div>'


def _html(table: TitledTable) -> str:
    title, rows = table
    head = f"<p>{_text(title)}</p>"
    if not rows:
        return head
    sides = {
        name: "right" if is_figures([row[name] for row in rows]) else "left"
        for name in rows[0]
    }
    lines = [_line("th", {name: name for name in sides}, sides)]
    lines += [_line("td", row, sides) for row in rows[:_ROWS]]
    left = len(rows) - _ROWS
    below = f"<p>and {left:,} more rows</p>" if left > 0 else ""
    style = "border-collapse:collapse;color:inherit;background:transparent"
    return f'{head}<table style="{style}">{"".join(lines)}</table>{below}'


def _line(tag: str, row: Mapping[str, Any], sides: Mapping[str, str]) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    cells = (
        f'<{tag}{scope} style="{_CELL};text-align:{side}">{_text(row[name])}</{tag}>'
        for name, side in sides.items()
    )
    return f'<tr style="background:transparent">{"".join(cells)}</tr>'


def _text(cell: object) -> str:
    text = "–" if cell is None else str(cell)
    short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return escape(one_line(short))
