"""Styles in which pages are written for models."""

from typing import Final, Literal, get_args

from test_time_gym.market.interface.policy import Misuse, shown

__all__ = ["STYLES", "PageStyle", "verify_offers_per_page", "verify_style"]

PageStyle = Literal["json", "compact", "delta", "text"]
"""How a page is written; see `PageWriter`."""
STYLES: Final[tuple[PageStyle, ...]] = get_args(PageStyle)


def verify_style(style: object) -> PageStyle:
    """Return a style of pages.

    Raises:
        Misuse: there is no such style.
    """
    for known in STYLES:
        if style == known:
            return known
    msg = f"a page is written as {', '.join(STYLES[:-1])} or {STYLES[-1]}, "
    raise Misuse(f"{msg}not {shown(style)}")


def verify_offers_per_page(number: int | None) -> int | None:
    """Return how many offers are told of at once.

    Raises:
        Misuse: it is no positive whole number.
    """
    if number is not None and (type(number) is not int or number < 1):
        raise Misuse(f"offers_per_page is a positive number, not {shown(number)}")
    return number
