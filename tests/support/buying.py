"""Purchases whose pages are told to values, and what is believed then."""

import pytest
from tests.support.visits import Visit, site

from test_time_gym.agents.skills.perception.page import contradictions, trouble
from test_time_gym.agents.skills.perception.places import MISSING
from test_time_gym.agents.skills.perception.vocabulary import vocabulary_of
from test_time_gym.agents.skills.values.values import Values
from test_time_gym.market.interface.policy import policy_stream

FLIGHTS = vocabulary_of({"flights": []})
CARD, CODE, PARTS, ANSWER = (
    ("enter_card", "card_token"),
    ("apply_coupon", "code"),
    ("choose_instalments", "count"),
    ("answer_challenge", "code"),
)


def field(verb, name):
    return next(one for one in FLIGHTS.arguments[verb] if one.name == name)


def fresh(**settings):
    return Values(policy_stream(5), 1.0, **settings)


def done(values, verb, args, seen, then=None, error=""):
    """Tell values of a step on a page, and of the page that followed."""
    values.took(verb, args, FLIGHTS.arguments[verb], seen)
    values.look(then or seen, error, dear=False)


class Buying:
    """A visit whose answers are told to values."""

    def __init__(self, scenario, seed=1):
        self._visit = Visit(scenario, seed)
        self.values = fresh()

    @property
    def page(self):
        return self._visit.page

    def do(self, verb, **args):
        self.values.took(verb, args, FLIGHTS.arguments[verb], self.page)
        shown = self._visit.do(verb, **args)
        dear = "budget" in contradictions(shown)
        self.values.look(shown, trouble(shown), dear=dear)
        return shown

    def fill_cart(self):
        offers = self.do("search_flights")["flights"]
        return self.do("add_to_cart", flight_id=offers[0]["id"])

    def pay(self, card):
        self.do("enter_card", card_token=card)
        return self.do("confirm_payment")

    def known(self, argument):
        """Return what is believed of the values of an argument, each as itself."""
        known = self.values.dump().get(" ".join(argument), {})
        own = ("=", "token=")
        return {
            name.partition("=")[2]: pytest.approx(of)
            for name, of in known.items()
            if name.startswith(own)
        }

    def choices(self, argument, times=60):
        """Return the values that are chosen now, each once, in the order of names."""
        chosen = {self.asked("choose", argument) for _ in range(times)}
        return sorted(chosen - {MISSING})

    def asked(self, what, argument):
        return getattr(self.values, what)(argument[0], field(*argument), self.page)


def at_till(scenario=None, seed=1):
    buying = Buying(scenario or site(3), seed)
    buying.fill_cart()
    buying.do("proceed_to_payment")
    return buying
