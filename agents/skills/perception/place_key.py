"""Place keys: names for the sorts of pages that an agent tells apart."""

from typing import Final

from .page import Page
from .vocabulary import OFFERS

__all__ = [
    "context_key",
    "features_of_place",
    "page_kind",
    "page_text",
    "place",
    "place_key",
]

PLACE: Final = ("view", "payment", "cart", OFFERS)
"""Features that say where in a site one is: a procedure ends where they change."""


def place(page: Page) -> tuple[str, ...]:
    """Return where in a site a page is; equal for all pages of a place.

    >>> place({"view": "cart", "payment": "none", "cart": "some", "flights": "none"})
    ('cart', 'none', 'some')
    """
    names = PLACE if page.get("cart") == "none" else PLACE[:-1]
    return tuple([page[name] for name in names if name in page])


def features_of_place(page: Page) -> Page:
    """Return the features that make the place: offers only until one is in the cart."""
    names = PLACE if page.get("cart") == "none" else PLACE[:-1]
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


def page_kind(page: Page) -> str:
    """Return the kind of place that a page is: view, payment, cart and checks.

    >>> page_kind({"view": "cart", "payment": "none", "cart": "some", "checks": "?"})
    'cart/none/some/?'
    """
    return "/".join([page[name] for name in ("view", "payment", "cart", "checks")])


def page_text(page: Page) -> str:
    """Return all features of a page as a text.

    >>> page_text({"view": "cart", "payment": "none", "cart": "some"})
    'cart/none/some'
    """
    return "/".join(page.values())
