"""Long lists in parts: a tool by which a model looks at offers it was not told of."""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, create_model

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.tools import ToolSpec
from test_time_gym.market.interface.verbs import Verb

from .pages import PageStyle, PageWriter

__all__ = ["SHOW_OFFERS", "OfferParts"]

SHOW_OFFERS: Final = "show_offers"
"""Name of the tool."""

Page = dict[str, Any]


class OfferParts:
    """Shows one page's offers in parts; the market hears nothing of it.

    Args:
        trade: whose pages.
        style: in which offers are written.
        offers_per_page: so many are told of at once; None: all.
        page: the page.
    """

    def __init__(
        self, trade: Trade, style: PageStyle, offers_per_page: int | None, page: Page
    ) -> None:
        """Have shown the first part."""
        self._writer = PageWriter(trade, style, offers_per_page)
        self._page = page
        self._parts = self._writer.parts(page)
        self._left = self._parts
        self._offers = trade.words.offers

    def tools(self) -> dict[str, ToolSpec]:
        """Return the tool by its name, while there are parts to look at."""
        if self._parts == 1 or not self._left:
            return {}
        model: type[BaseModel] = create_model(
            "ShowOffers",
            __config__=ConfigDict(extra="forbid"),
            part=(int, Field(ge=1, le=self._parts, description="which part")),
        )
        told = f"Show another part of the {self._offers}, of {self._parts}. "
        spec = ToolSpec(
            verb=Verb.WAIT,
            name=SHOW_OFFERS,
            description=told + "Changes nothing, and takes no time.",
            arguments=model,
            read_only=True,
            final=False,
            repeatable=True,
        )
        return {SHOW_OFFERS: spec}

    def shown(self, action: Page) -> str | None:
        """Return the part that is asked for; None: another action was chosen."""
        if action["verb"] != SHOW_OFFERS or not isinstance(action["payload"], dict):
            return None
        part = action["payload"].get("part")
        if type(part) is not int or not self._left:
            return None
        self._left -= 1
        return self._writer.write_offers(self._page, part)
