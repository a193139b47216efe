"""Pages in any style: a model reads what a harness writes, page after page."""

from typing import Any, Final

import yaml

from test_time_gym.agents.llm.pages import PageReader
from test_time_gym.market.domain import Trade
from test_time_gym.scenarios.trades import scenario_types, trade_of

from .page_text import objects_in, page_in
from .served_error import ServedError

__all__ = ["StyledPages"]

Page = dict[str, Any]

_CHANGES: Final = "changes"
_YAML: Final = "view: "
"""How a page begins that is written as text."""
_UNREADABLE: Final = (
    "a page that tells only what has changed needs the page before it: send the whole "
    'conversation, or write pages as page="json"'
)


class StyledPages:
    """Reads the pages of one conversation, in order, whatever their style.

    Pages as ``json`` are read wherever they stand in a text, the others where the
    text holds nothing after them.
    """

    def __init__(self) -> None:
        """Begin with the first page that is shown."""
        self._readers: dict[tuple[Trade, bool], PageReader] = {}
        self._last: PageReader | None = None

    def read(self, text: str) -> Page | None:
        """Return the page that a text holds, or None.

        Raises:
            ServedError: there is a page, and it cannot be read.
        """
        told = next(filter(_is_page, objects_in(text)), None)
        if told is not None and _CHANGES in told:
            if self._last is None:
                raise ServedError(400, _UNREADABLE, param="messages")
            return self._read(self._last, text[text.index("{") :])
        at = text.find(_YAML)
        if told is None and (at == 0 or text[at - 1 : at] == "\n"):
            return self._styled(_loaded(text[at:]), text[at:], yaml_=True)
        if told is not None and _is_short(told):
            return self._styled(told, text[text.index("{") :], yaml_=False)
        return page_in(text)

    def _styled(self, told: Page | None, text: str, *, yaml_: bool) -> Page | None:
        trade = None if told is None else _trade(told.get("forms"))
        if trade is None:
            return None
        reader = self._readers.get((trade, yaml_))
        if reader is None:
            reader = PageReader(trade, "text" if yaml_ else "delta")
            self._readers[trade, yaml_] = reader
        if not yaml_:
            self._last = reader
        return self._read(reader, text)

    def _read(self, reader: PageReader, text: str) -> Page:
        try:
            return reader.read(text)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            msg = f"the page cannot be read: {type(error).__name__}: {error!s:.100}"
            raise ServedError(400, msg, param="messages") from error


def _is_page(value: Page) -> bool:
    changes = value.get(_CHANGES)
    # A second has not always passed, but a turn has.
    return "view" in value or (isinstance(changes, dict) and "turns_left" in changes)


def _is_short(told: Page) -> bool:
    """Return whether a page leaves out what is empty: no error, or no result."""
    return not {"last_action_error", "last_action_result"} <= set(told)


def _loaded(text: str) -> Page | None:
    try:
        told = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _trade(form: Any) -> Trade | None:
    """Return the trade whose search has such a form."""
    if not isinstance(form, dict):
        return None
    for scenario in scenario_types():
        trade = trade_of(scenario)
        if [one.name for one in trade.form] == list(form):
            return trade
    return None
