"""The schema of pages fits every page that is shown, and what the last action did."""

import pytest
from jsonschema import Draft202012Validator

import test_time_gym as ttg
from test_time_gym.agents.base import make_agent
from test_time_gym.market.interface.page import PageConfig
from test_time_gym.market.interface.page_schema import page_schema
from test_time_gym.scenarios import load_scenario


class Watched:
    """Another agent, whose pages are kept."""

    def __init__(self, name):
        self.pages = []
        self._agent = make_agent(name, 3)

    def act(self, page):
        self.pages.append(page)
        return self._agent.act(page)


def pages_of(scenario, policy, *, episodes=2, agents=2):
    seen = [Watched(policy) for _ in range(agents)]
    ttg.run(scenario, seen, n_agents=agents, seed=5, episodes=episodes, regret=False)
    return [page for one in seen for page in one.pages]


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("flights/outage", "random"),
        ("flights/instalments", "cheapest"),
        ("flights/refunds", "rebooker"),
        ("flights/family", "cheapest"),
        ("hotels/city-break", "random"),
    ],
)
def test_every_page_fits_the_schema_of_its_trade(name, policy):
    schema = page_schema(load_scenario(name).market.trade)
    Draft202012Validator.check_schema(schema)

    pages = pages_of(name, policy)

    errors = Draft202012Validator(schema).iter_errors
    assert [error for page in pages for error in errors(page)] == []
    assert len(pages) > 20


def test_a_site_with_other_names_has_a_schema_with_those():
    renamed = PageConfig(renamed={"price": "fare", "token": "card_ref"})
    site = load_scenario("flights/rush").model_copy(update={"page": renamed})
    page = pages_of(site, "random", episodes=1, agents=1)[-1]

    own = Draft202012Validator(page_schema(site.market.trade, site.page))
    usual = Draft202012Validator(page_schema(site.market.trade))
    assert own.is_valid(page)
    assert not usual.is_valid(page)


def test_a_page_says_what_the_last_action_did_or_what_was_wrong():
    env = ttg.envs.FlightBookingEnv(seed=67)
    page, _ = env.reset()
    assert (page["currency"], page["last_action_result"]) == ("USD", None)
    told = []
    agent = make_agent("cheapest")
    over = False
    while not over:
        page, _, over, _, _ = env.step(agent.act(page))
        told.append((page["last_action"], page["last_action_result"]))

    assert told == [
        ("search_flights", "10 flights found"),
        ("filter_results", "4 of 10 flights pass the filters"),
        ("add_to_cart", "in the cart: UA950; total 799 USD"),
        ("apply_coupon", None),
        ("proceed_to_payment", "held for 897 s at 799 USD; now enter a card"),
        ("enter_card", "tok_3ds is entered; nothing is paid yet"),
        ("confirm_payment", "the payment's status is requires_challenge"),
        ("wait", "time has passed"),
        ("answer_challenge", "the payment's status is captured"),
    ]
    env.close()
