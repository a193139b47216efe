"""Place keys: names for the sorts of pages that an agent tells apart."""

from typing import Final

from .page import Page
from .vocabulary import all_offers

__all__ = [
    "context_key",
    "features_of_place",
    "page_text",
    "place",
    "place_key",
]

_PLACE: Final = ("view", "payment", "cart")
"""Features that say where in a site one is: a procedure ends where they change."""


def place(page: Page) -> tuple[str, ...]:
    """Return where in a site a page is; equal for all pages of a place.

    >>> place({"view": "cart", "payment": "none", "cart": "some", "flights": "none"})
    ('cart', 'none', 'some')
    """
    return tuple(features_of_place(page).values())


def features_of_place(page: Page) -> Page:
    """Return the features that make the place.

    Offers count only until one is in the cart, and trouble only where there is some.
    """
    names = list(_PLACE)
    if page.get("cart") == "none":
        names += all_offers()
    if page.get("trouble", "none") != "none":
        names.append("trouble")
    return {name: page[name] for name in names if name in page}


def place_key(page: Page) -> str:
    """Return the place of a page, as a text.

    >>> place_key({"view": "cart", "payment": "none", "cart": "some"})
    'cart/none/some'
    """
    return "/".join(place(page))


def context_key(page: Page) -> str:
    """Return the bucket in which choices are alike."""
    return f"{place_key(page)}/{page['checks']}"


def page_text(page: Page) -> str:
    """Return all features of a page as a text.

    >>> page_text({"view": "cart", "payment": "none", "cart": "some"})
    'cart/none/some'
    """
    return "/".join(page.values())
