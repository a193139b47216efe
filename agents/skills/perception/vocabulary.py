"""The vocabulary: words of pages and verbs that belong to a trade, in one place."""

from typing import Final

__all__ = ["ADD", "FILTER", "GIVING_BACK", "OFFERS", "PAUSE", "PAYING", "ROUTE"]

OFFERS: Final = "flights"
"""The field of a page that lists what can be bought."""
ROUTE: Final = ("from", "to")
"""Fields of the form that name what is wanted, apart from the day."""
FILTER: Final = "filter_results"
"""The verb whose arguments are limits, as constraints are."""
ADD: Final = "add_to_cart"
"""The verb after which the cart repeats an offer as it was shown."""
PAYING: Final = ("confirm_payment", "answer_challenge")
"""Verbs that cost money: after them a purchase may be complete."""
GIVING_BACK: Final = ("cancel_order",)
"""Verbs after which a ticket may be no more."""
PAUSE: Final = "wait"
"""The verb that lets time pass, by ``minutes``."""
