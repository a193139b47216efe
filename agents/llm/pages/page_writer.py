"""Writing pages for models: whole, compact, as changes, or as text."""

import json
from typing import Any, Final

import yaml

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.page_schema import page_schema

from .compact import ONCE, compact_page
from .delta import changes_of
from .style import PageStyle, verify_offers_per_page, verify_style
from .table import with_tables

__all__ = ["CHANGES", "MORE", "PageWriter"]

CHANGES: Final = "changes"
"""Key of a page that tells only what has changed since the one before."""
MORE: Final = "more"
"""Key that says which part of the offers a page tells of."""
_WIDTH: Final = 10_000

Page = dict[str, Any]


class PageWriter:
    """Writes pages as text for a model; it remembers none of them.

    Args:
        trade: whose pages; offers are told with what the trade says of them besides.
        style: ``json`` (whole), ``compact`` (JSON with tables, without what is empty,
            what stays the same on the first page alone), ``delta`` (the first
            page compact, the others as changes) or ``text`` (compact, as YAML).
        offers_per_page: so many offers are told of at once; None: all.

    Raises:
        Misuse: there is no such style, or the number is not positive.
    """

    def __init__(
        self,
        trade: Trade,
        style: PageStyle = "json",
        offers_per_page: int | None = None,
    ) -> None:
        """Check the style and the number."""
        self.style: PageStyle = verify_style(style)
        self._trade = trade
        self._schema = page_schema(trade)
        self._most = verify_offers_per_page(offers_per_page)

    def write(self, page: Page, before: Page | None = None) -> str:
        """Return a page as text, with the first part of its offers.

        Args:
            page: as the JSON observation shows it.
            before: the page that the reader was shown last; None: this is the first.
        """
        told = self._told(page, 1)
        if self.style == "json":
            return _json(told)
        if before is not None and self.style == "delta":
            changes = changes_of(self._told(before, 1), told)
            return _json({CHANGES: with_tables(changes)})
        compact = compact_page(told, self._schema)
        if before is not None:
            compact = {n: compact[n] for n in compact if n not in ONCE}
        return _yaml(compact) if self.style == "text" else _json(compact)

    def write_offers(self, page: Page, part: int) -> str:
        """Return one part of a page's offers as text, and nothing else of it.

        Args:
            page: as the JSON observation shows it.
            part: counted from 1; a part that is none is the nearest one.
        """
        told = self._told(page, part)
        kept = {name: told[name] for name in (self._trade.words.offers, MORE)}
        if self.style == "json":
            return _json(kept)
        tables = with_tables(kept)
        return _yaml(tables) if self.style == "text" else _json(tables)

    def parts(self, page: Page) -> int:
        """Return on how many parts a page's offers stand."""
        offers = len(page[self._trade.words.offers])
        return 1 if self._most is None else max(1, -(-offers // self._most))

    def _told(self, page: Page, part: int) -> Page:
        name = self._trade.words.offers
        offers, parts = page[name], self.parts(page)
        if parts > 1 and self._most is not None:
            part = min(max(1, part), parts)
            offers = offers[(part - 1) * self._most : part * self._most]
        more, form = self._trade.read_also, page["forms"]
        # What the form says of all offers, only a whole page repeats for each.
        asked = form if self.style == "json" else {}
        told = page | {name: [row | asked | more(row) for row in offers]}
        if parts > 1:
            told[MORE] = f"part {part} of {parts} of {len(page[name])} {name}"
        return told


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as such."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _yaml(value: Any) -> str:
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=None,
        sort_keys=False,
        width=_WIDTH,
    )
    return text
