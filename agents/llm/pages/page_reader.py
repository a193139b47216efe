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
        self._once: Page = {}

    def read(self, text: str) -> Page:
        """Return the page that was written."""
        told: Page = yaml.safe_load(text) if self._style == "text" else json.loads(text)
        if self._style == "delta":
            if CHANGES in told:
                told = changed_page(self._before, self._rows(told[CHANGES]))
            else:
                told = self._rows(told)
            self._before = told
        told = {name: told[name] for name in told if name != MORE}
        if self._style == "json":
            page = told
        else:
            page = whole_page(self._once | told, self._schema)
            self._once = {name: page[name] for name in ONCE}
        known = self._schema["properties"][self._offers]["items"]["properties"]
        rows = [{n: r[n] for n in r if n in known} for r in page[self._offers]]
        return page | {self._offers: rows}

    def _rows(self, told: Page) -> Page:
        """Return what is told, with its tables as rows."""
        rows: Page = {}
        for name, value in told.items():
            items = self._schema["properties"].get(name, {}).get("items", {})
            if is_table(value):
                rows[name] = rows_of(value, items)
            elif isinstance(value, dict) and items:
                rows[name] = {
                    key: rows_of(one, items) if is_table(one) else one
                    for key, one in value.items()
                }
        return told | rows
