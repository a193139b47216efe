"""Reading pages that were written for models: the page again, whole."""

import json
from typing import Any

import yaml

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.page_schema import page_schema

from .compact import ONCE, whole_page
from .delta import changed_page
from .page_writer import CHANGES, MORE
from .style import PageStyle, verify_style
from .table import is_table, rows_of

__all__ = ["PageReader"]

Page = dict[str, Any]
Schema = dict[str, Any]


class PageReader:
    """Reads what a `PageWriter` wrote, page after page of one episode.

    Scripted policies, and models that are scripted, read pages through it.  Pages of
    several parts, and those of sites that rename fields, are not read again.

    Args:
        trade: whose pages.
        style: in which they are written.

    Raises:
        Misuse: there is no such style.
    """

    def __init__(self, trade: Trade, style: PageStyle = "json") -> None:
        """Begin with the first page of an episode."""
        self._style = verify_style(style)
        self._schema = page_schema(trade)
        self._offers = trade.words.offers
        self._before: Page = {}

    def read(self, text: str) -> Page:
        """Return the page that was written."""
        told: Page = yaml.safe_load(text) if self._style == "text" else json.loads(text)
        if CHANGES in told and self._style == "delta":
            changes = _with_rows(told[CHANGES], self._schema)
            told = changed_page(self._before, changes)
        told = {name: told[name] for name in told if name != MORE}
        if self._style == "json":
            page = told
        else:
            once = {n: one for n, one in self._before.items() if n in ONCE}
            page = self._before = whole_page(once | told, self._schema)
        known = self._schema["properties"][self._offers]["items"]["properties"]
        rows = [{n: r[n] for n in r if n in known} for r in page[self._offers]]
        return page | {self._offers: rows}


def _with_rows(value: Any, schema: Schema) -> Any:
    """Return a value, or changes of it, with its tables as rows."""
    items = schema.get("items")
    if is_table(value):
        return rows_of(value, items or {})
    if not isinstance(value, dict):
        return value
    if items is not None:
        return {name: _with_rows(one, schema) for name, one in value.items()}
    fields = schema.get("properties", {})
    return {name: _with_rows(one, fields.get(name, {})) for name, one in value.items()}
