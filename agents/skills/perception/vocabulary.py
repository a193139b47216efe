"""The vocabulary: words of pages and verbs that belong to a trade, in one place."""

from typing import Any, Final

from test_time_gym.market.domain import Argument
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.market.interface.verbs import Verb, verb_table
from test_time_gym.scenarios.flights.domain import FLIGHTS

__all__ = [
    "ADD",
    "ARGUMENTS",
    "FILTER",
    "GIVING_BACK",
    "OFFERS",
    "PAUSE",
    "PAYING",
    "ROUTE",
    "VERB_NAMES",
    "verify_page",
]

_TABLE: Final = verb_table(FLIGHTS)
VERB_NAMES: Final = _TABLE.names
"""The verbs, by number."""
ARGUMENTS: Final[dict[str, tuple[Argument, ...]]] = {
    name: tuple(_TABLE.arguments[Verb(number)].values())
    for number, name in enumerate(VERB_NAMES)
}
"""Arguments of every verb, by its name."""
OFFERS: Final = FLIGHTS.words.offers
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


def verify_page(page: dict[str, Any]) -> None:
    """Raise why the agent cannot read the pages of a site.

    Raises:
        AgentError: its trade has other words than those it was taught.
    """
    if OFFERS not in page:
        msg = f"the skills agent reads pages of {FLIGHTS.name} alone, and this one "
        msg += f"lists no {OFFERS}: choose a scenario of {FLIGHTS.name}, or another "
        raise AgentError(msg + "agent, such as cheapest")
