"""Options: what can be done on a page, with which values of its arguments."""

import pytest
from tests.support.skill_pages import OFFERS, in_cart, note, page, paying, results
from tests.support.visits import Visit, site

from test_time_gym.agents.skills.options import Options
from test_time_gym.agents.skills.perception.places import MISSING
from test_time_gym.agents.skills.perception.vocabulary import vocabulary_of
from test_time_gym.agents.skills.prices.shopper import Shopper
from test_time_gym.agents.skills.skill.execution import UNLEARNED
from test_time_gym.agents.skills.values.values import Values
from test_time_gym.market.interface.policy import policy_stream


class Known:
    """Options, and what they are chosen by."""

    def __init__(self, task):
        self.words = vocabulary_of(task)
        self.values = Values(policy_stream(3), 0.5)
        self.shopper = Shopper(learning=True, trials=4)
        self.shopper.begin(task)
        self.options = Options(self.words, self.values, self.shopper)

    def fail(self, verb, args, seen, error):
        """Let a step fail on a page."""
        self.values.took(verb, args, self.words.arguments[verb], seen)
        self.values.look(seen, error, dear=False)


def known(task=None):
    return Known(page() if task is None else task)


ADD = {"add_to_cart": ("add_to_cart", {"flight_id": "PG3"})}
EVERYTHING = ["search_flights", "filter_results", "select_flight", "add_to_cart"]


# -- what can be tried


def test_on_a_page_of_results_all_can_be_tried_but_giving_up_and_waiting():
    """PG3 is the cheapest that fits; what filters limit, the task says."""
    seen = results(legal_verbs=[*EVERYTHING, "restart", "wait", "abort"])

    assert known().options.all(seen) == {
        "search_flights": ("search_flights", {}),
        "filter_results": ("filter_results", {"max_stops": 0}),
        "select_flight": ("select_flight", {"flight_id": "PG3"}),
        **ADD,
        "restart": ("restart", {}),
    }


def test_what_fits_nobody_is_not_put_in_the_cart():
    seen = results(flights=[OFFERS[0]], legal_verbs=["add_to_cart", "restart"])

    assert known().options.all(seen) == {"restart": ("restart", {})}


def test_where_nothing_can_be_tried_one_lets_a_minute_pass():
    minute = {"wait": ("wait", {"minutes": 1})}

    for legal in ([], ["abort"], ["wait"], ["add_to_cart"]):
        assert known().options.all(page(legal_verbs=legal)) == minute


@pytest.mark.parametrize(
    ("left", "pauses"), [(31, [1, 5, 30]), (30, [1, 5]), (5, [1]), (1, [])]
)
def test_once_a_payment_has_begun_short_waits_are_tried_within_the_deadline(
    left, pauses
):
    seen = paying("processing", "wait", minutes_left=left)
    found = known().options.all(seen)

    waits = {f"wait {n}": ("wait", {"minutes": n}) for n in pauses}
    assert found == (waits or {"wait": ("wait", {"minutes": 1})})


def test_a_verb_whose_argument_is_not_to_be_had_cannot_be_tried():
    legal = ["answer_challenge", "choose_instalments", "restart"]
    bank = [*page()["messages"], note("Bank: your code is 482913")]
    mute = paying("requires_challenge", legal_verbs=legal, messages=[])
    seen = paying("requires_challenge", legal_verbs=legal, messages=bank)
    seen["payment_state"]["instalments_on_offer"] = [3]

    assert list(known().options.all(mute)) == ["restart"]
    assert list(known().options.all(seen)) == legal


def test_every_option_can_be_done_at_a_site():
    """None is refused as malformed or illegal, from the first page to the receipt."""
    for scenario in (site(3), "hotels/city-break"):
        visit = Visit(scenario)
        ways = known(visit.page)
        first, second = ways.words.search, "add_to_cart"
        steps = [first, second, "proceed_to_payment", "enter_card", "confirm_payment"]
        for verb in steps:
            ways.shopper.took(verb, {}, visit.page, dear=False)
            _, args = ways.options.all(visit.page)[verb]
            seen = visit.do(verb, **args)
            ways.shopper.look(seen, "")
            assert (seen["last_action_error"] or {}).get("code") in (
                *(None, "hard_decline", "insufficient_funds"),
            )
            assert set(ways.options.all(seen)) <= {
                *seen["legal_verbs"],
                *("wait 1", "wait 5", "wait 30"),
            }


# -- values of arguments


def test_an_argument_is_what_it_is_about():
    ways = known()
    seen = in_cart(legal_verbs=EVERYTHING)
    value = ways.options.value

    assert value("add_to_cart", "flight_id", seen) == "PG3"
    assert value("enter_card", "card_token", seen) in ("card_a", "card_b")
    assert value("apply_coupon", "code", seen) in ("SKY20", "JUNE20")
    assert value("remove_from_cart", "flight_id", seen) == "PG3"
    assert value("choose_instalments", "count", seen) is MISSING
    assert value("add_to_cart", "flight_id", page()) is MISSING


@pytest.mark.parametrize(
    ("verb", "argument"),
    [
        ("filter_results", "max_stops"),
        ("search_flights", "date"),
        ("wait", "minutes"),
        ("confirm_payment", "idempotency_key"),
        ("confirm_payment", "nonsense"),
    ],
)
def test_of_other_arguments_the_bindings_of_a_skill_decide(verb, argument):
    assert known().options.value(verb, argument, in_cart()) is UNLEARNED


# -- codes


def test_a_new_code_is_tried_before_something_is_paid():
    """That is while a cart can still be changed."""
    options = known().options
    verbs = ["apply_coupon", "restart"]

    verb, args = options.new_code(in_cart())
    assert (verb, list(args)) == ("apply_coupon", ["code"])
    assert args["code"] in ("SKY20", "JUNE20")
    for seen in (
        in_cart(messages=[]),
        in_cart(legal_verbs=["restart"]),
        page(legal_verbs=verbs),
        paying(legal_verbs=verbs),
        paying("requires_challenge", "answer_challenge"),
    ):
        assert options.new_code(seen) is None
        assert options.known_code(seen) is None


def test_a_code_that_nobody_has_tried_can_be_asked_for():
    ways, seen = known(), in_cart()
    last, first = (
        ("apply_coupon", {"code": "JUNE20"}),
        ("apply_coupon", {"code": "SKY20"}),
    )

    assert ways.options.new_code(seen, untried=True) == last
    ways.fail(*last, seen, "coupon_expired")
    assert ways.options.new_code(seen, untried=True) == first
    ways.fail(*first, seen, "coupon_expired")
    assert ways.options.new_code(seen, untried=True) is None


def test_a_code_that_lowered_the_price_before_is_known():
    ways = known()
    assert ways.options.known_code(in_cart()) is None
    less = in_cart(total=120, coupons=["SKY20"])
    fields = ways.words.arguments["apply_coupon"]
    for _ in range(3):
        ways.values.begin()
        ways.values.took("apply_coupon", {"code": "SKY20"}, fields, in_cart())
        ways.values.look(less, "", dear=False)
        ways.values.took("wait", {}, ways.words.arguments["wait"], less)
    ways.values.begin()

    assert ways.options.known_code(in_cart()) == ("apply_coupon", {"code": "SKY20"})
    assert ways.options.known_code(less) is None


# -- what decides whether a step is worth it


def test_a_page_is_told_by_whether_something_fits():
    options = known().options

    assert options.chances(page()) == ""
    assert options.chances(results()) == "/fit"
    assert options.chances(results(flights=[OFFERS[0]])) == ""


def test_a_cart_is_told_by_whether_a_code_is_worth_trying():
    ways, seen = known(), in_cart()

    assert ways.options.chances(seen) == "/code"
    assert ways.options.chances(in_cart(messages=[])) == ""
    for code in ("SKY20", "JUNE20"):
        ways.fail("apply_coupon", {"code": code}, seen, "coupon_expired")
    assert ways.options.chances(seen) == ""


def test_a_payment_is_told_by_whether_all_cards_are_spent():
    ways, seen = known(), paying("declined")
    for card in ("card_a", "card_b"):
        assert ways.options.chances(seen) == ""
        ways.fail("enter_card", {"card_token": card}, seen, "hard_decline")

    assert ways.options.chances(seen) == "/spent"
