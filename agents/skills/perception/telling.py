"""Telling: what fields of pages are called among people."""

from typing import Final

from .page import Page
from .vocabulary import all_offers

__all__ = ["LISTS", "is_of_cart", "is_opening", "limit_in_words"]

LISTS: Final = {
    **dict.fromkeys(all_offers(), "offer"),
    "wallet": "card",
    "messages": "message",
}
"""What the things in the lists of a page are called."""
_LIMITS: Final[dict[tuple[str, str | int], str]] = {("max_stops", 0): "non-stop"}


def limit_in_words(name: str, value: str | int) -> str:
    """Return what a limit with a value is called, or an empty text.

    >>> limit_in_words("max_stops", 0), limit_in_words("max_stops", 1)
    ('non-stop', '')
    """
    return _LIMITS.get((name, value), "")


def is_of_cart(path: str) -> bool:
    """Return whether a path leads to what is in the cart."""
    return path.startswith("cart.")


def is_opening(page: Page) -> bool:
    """Return whether a page with these features is one where nothing was done yet.

    >>> is_opening({"view": "search_results", "payment": "none", "cart": "none"})
    True
    """
    told = [value for name, value in page.items() if name not in ("view", "checks")]
    return len(told) > 1 and all(value == "none" for value in told)
