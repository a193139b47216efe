"""Pages in words for a model, each told after any other."""

from typing import Any

from test_time_gym.market.domain import Trade

from .history import PageText
from .pages import PageStyle, PageWriter

__all__ = ["page_text"]


def page_text(
    trade: Trade, style: PageStyle, offers_per_page: int | None = None
) -> PageText:
    """Return what writes a page, knowing the page before it, if that is shown, too.

    A history may leave out pages, so that what is written depends on nothing else.
    """
    writer = PageWriter(trade, style, offers_per_page)

    def write(page: dict[str, Any], before: dict[str, Any] | None) -> str:
        writer.begin()
        if before is not None:
            writer.write(before)
        return writer.write(page)

    return write
