"""The vocabulary: the words of a trade's pages and verbs, in one place."""

from functools import cache
from typing import Any, Final

from test_time_gym.market.domain import Argument, Trade
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.market.interface.verbs import Verb, verb_table
from test_time_gym.scenarios.trades import scenario_types, trade_of

__all__ = [
    "ADD",
    "AGAIN",
    "ANSWER",
    "CONFIRM",
    "ENTER",
    "FILTER",
    "GIVING_BACK",
    "GIVING_UP",
    "PAUSE",
    "PAYING",
    "PROCEED",
    "REMOVE",
    "UNDOING",
    "Vocabulary",
    "all_offers",
    "every_verb",
    "offers_key",
    "vocabulary_of",
]

FILTER: Final = "filter_results"
"""The verb whose arguments are limits, as constraints are."""
ADD: Final = "add_to_cart"
"""The verb after which the cart repeats an offer as it was shown."""
PROCEED: Final = "proceed_to_payment"
"""The verb that ends shopping and begins the payment."""
ENTER: Final = "enter_card"
"""The verb that says which card pays."""
CONFIRM: Final = "confirm_payment"
"""The verb that sends a payment."""
ANSWER: Final = "answer_challenge"
"""The verb that answers the bank."""
PAYING: Final = (CONFIRM, ANSWER)
"""Verbs that cost money: after them a purchase may be complete."""
GIVING_BACK: Final = ("cancel_order",)
"""Verbs after which a ticket may be no more."""
GIVING_UP: Final = "abort"
"""The verb that ends an episode."""
AGAIN: Final = "restart"
"""The verb that begins a visit again."""
REMOVE: Final = "remove_from_cart"
"""The verb that takes something out of the cart."""
UNDOING: Final = (AGAIN, REMOVE)
"""Verbs that give up a cart, or a part of it."""
PAUSE: Final = "wait"
"""The verb that lets time pass, by ``minutes``."""


class Vocabulary:
    """The words of one trade.

    Attributes:
        trade: whose words.
        verbs: all verbs, by number.
        arguments: of every verb, by its name.
        offers: the field of a page that lists what can be bought.
        search: the verb that looks for offers.
        select: the verb that marks one.
        browsing: the verbs that look at offers.
        day: argument of the search that several values of a task will do for, or "".
        offer_fields: fields of an offer, in the order in which pages show them.
    """

    def __init__(self, trade: Trade) -> None:
        """Read the tables of a trade."""
        table = verb_table(trade)
        self.trade = trade
        self.verbs: tuple[str, ...] = table.names
        self.arguments: dict[str, tuple[Argument, ...]] = {
            name: tuple(table.arguments[Verb(number)].values())
            for number, name in enumerate(table.names)
        }
        self.offers = trade.words.offers
        self.search = trade.words.search
        self.select = trade.words.select
        self.browsing = (self.search, FILTER, self.select)
        dates = [one.name for one in trade.form if one.kind.name == "date"]
        self.day = dates[0] if len(dates) == 1 else ""
        self.offer_fields = trade.offer_fields


@cache
def _vocabularies() -> dict[str, Vocabulary]:
    """Return the vocabularies of all trades, by the field that lists their offers."""
    trades = [trade_of(one) for one in scenario_types()]
    return {one.words.offers: Vocabulary(one) for one in trades}


def vocabulary_of(page: dict[str, Any]) -> Vocabulary:
    """Return the words of the trade whose page this is.

    Raises:
        AgentError: no trade lists what the page lists.
    """
    known = _vocabularies()
    for name in known:
        if name in page:
            return known[name]
    lists = ", ".join(known)
    msg = f"the skills agent reads pages that list one of {lists}, and this one lists "
    raise AgentError(msg + "none: register the trade of its scenario")


def offers_key(page: dict[str, Any]) -> str:
    """Return the field of a page that lists its offers; "" if it has none."""
    for name in _vocabularies():
        if name in page:
            return name
    return ""


def every_verb() -> dict[str, tuple[Argument, ...]]:
    """Return the verbs of all trades with their arguments; of equal names all."""
    found: dict[str, dict[str, Argument]] = {}
    for words in _vocabularies().values():
        for verb, arguments in words.arguments.items():
            found.setdefault(verb, {}).update({one.name: one for one in arguments})
    return {verb: tuple(args.values()) for verb, args in found.items()}


def all_offers() -> tuple[str, ...]:
    """Return what all trades call their lists of offers."""
    return tuple(_vocabularies())
