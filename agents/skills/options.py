"""Options: what can be done on a page, with which values of its arguments."""

from collections.abc import Sequence
from typing import Any, Final

from test_time_gym.agents.skills.perception.arguments import VALUES
from test_time_gym.agents.skills.perception.deadline import minutes_left
from test_time_gym.agents.skills.perception.page import (
    item_names,
    legal_verbs,
    limits_of,
    minutes_for_code,
    payment_begun,
)
from test_time_gym.agents.skills.perception.places import MISSING
from test_time_gym.agents.skills.perception.vocabulary import (
    ENTER,
    GIVING_UP,
    PAUSE,
    PAYING,
    Vocabulary,
)
from test_time_gym.agents.skills.prices.shopper import Shopper
from test_time_gym.agents.skills.skill.execution import UNLEARNED
from test_time_gym.agents.skills.values.values import Values

__all__ = ["Options"]

_PAUSES: Final = (1, 5, 30)
"""Minutes of the waits that are tried while a payment is on its way."""

_Page = dict[str, Any]
Call = tuple[str, dict[str, Any]]
"""A verb and its arguments."""


class Options:
    """Fills the arguments of verbs by what they are about.

    Args:
        words: of the trade.
        values: chooses cards, codes and the like.
        shopper: chooses offers.
    """

    def __init__(self, words: Vocabulary, values: Values, shopper: Shopper) -> None:
        """Know the verbs."""
        self._words = words
        self._values = values
        self._shopper = shopper

    def chances(self, page: _Page) -> str:
        """Return what decides whether a step is worth it: an offer, a code, a card."""
        if not item_names(page):
            return "" if self._shopper.offer(page) is None else "/fit"
        if payment_begun(page):
            cards = self._words.arguments[ENTER][0]
            return "/spent" if self._values.spent(ENTER, cards, page) else ""
        return "/code" if self._codes(page) else ""

    def known_code(self, page: _Page) -> Call | None:
        """Return how to apply a code that lowered the price before, or None."""
        for verb, field in self._coupons(page):
            value = self._values.proven(verb, field, page)
            if value is not MISSING:
                return verb, {field.name: value}
        return None

    def new_code(self, page: _Page, *, untried: bool = False) -> Call | None:
        """Return how to apply a code of which little is known, or None.

        Args:
            page: with something in the cart.
            untried: whether it must be one that was never tried.
        """
        for verb, field in self._codes(page):
            choose = self._values.untried if untried else self._values.choose
            value = choose(verb, field, page)
            if value is not MISSING:
                return verb, {field.name: value}
        return None

    def value(self, verb: str, argument: str, page: _Page) -> Any:
        """Return the value of an argument by what worked; see `Execution`."""
        for field in self._words.arguments[verb]:
            if field.name == argument:
                if field.about == "offer":
                    best = self._shopper.offer(page)
                    return MISSING if best is None else best
                if field.about in VALUES:
                    return self._values.choose(verb, field, page)
        return UNLEARNED

    def all(self, page: _Page, pointless: Sequence[str] = ()) -> dict[str, Call]:
        """Return by name what can be tried on a page.

        Args:
            page: what is looked at.
            pointless: verbs that are left out.
        """
        found: dict[str, Call] = {}
        for verb in legal_verbs(page):
            if verb == GIVING_UP or verb in pointless:
                continue
            if verb == PAUSE:
                # Before that, it is the price that decides when to wait.
                for minutes in _pauses(page) if payment_begun(page) else ():
                    found[f"{verb} {minutes}"] = verb, {"minutes": minutes}
                continue
            args = self._arguments(verb, page)
            if args is not None:
                found[verb] = verb, args
        return found or {PAUSE: (PAUSE, {"minutes": 1})}

    def _arguments(self, verb: str, page: _Page) -> dict[str, Any] | None:
        """Return the arguments of a verb, or None if one of them is not to be had."""
        args = {}
        for field in self._words.arguments[verb]:
            value = self.value(verb, field.name, page)
            if value is UNLEARNED:
                value = limits_of(page).get(field.name, MISSING)
            if value is not MISSING:
                args[field.name] = value
            elif field.required or field.about == "offer":
                return None
        return args

    def _codes(self, page: _Page) -> list[tuple[str, Any]]:
        """Return the verbs and arguments for which there is a code worth trying."""
        return [
            (verb, field)
            for verb, field in self._coupons(page)
            if self._values.open(verb, field, page)
        ]

    def _coupons(self, page: _Page) -> list[tuple[str, Any]]:
        """Return the verbs that take a code before something is paid."""
        if not item_names(page) or payment_begun(page):
            return []
        return [
            (verb, field)
            for verb in legal_verbs(page)
            if verb not in PAYING
            for field in self._words.arguments[verb]
            if field.about == "code"
        ]


def _pauses(page: _Page) -> list[int]:
    """Return for how long one can wait; for a code no longer than the hold lasts."""
    held, most = minutes_for_code(page), minutes_left(page) - 1
    if held is not None:
        most = min(most, max(held, _PAUSES[0]))
    return [minutes for minutes in _PAUSES if minutes <= most]
