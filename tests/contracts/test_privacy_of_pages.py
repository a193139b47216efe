"""The kit's check of privacy looks at pages, infos, rewards and rendered text."""

import importlib.util
from functools import partial
from pathlib import Path

import pytest

from test_time_gym import market_v0, testing
from test_time_gym.dst.adversaries import HABITS
from test_time_gym.market.streams import Streams
from test_time_gym.scenarios import load_scenario
from test_time_gym.testing import ConformanceError
from test_time_gym.testing.privacy import check_privacy

_SPEC = importlib.util.spec_from_file_location(
    "planted_pages", Path(__file__).parent / "planted_pages.py"
)
pages = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(pages)


def busy(env, agent):
    """Ask for quotes, fill the cart and empty it again."""
    unwrapped = env.unwrapped
    turn, cart = len(unwrapped.deeds[agent]), unwrapped.shop.cart[agent]
    if turn % 3 == 0:
        return pages.QUOTE
    return pages.ADD if turn % 3 == 1 and cart < pages.CART_MAX else pages.DROP


def check(env_fn, **more):
    check_privacy(env_fn, busy, "buyer_0", "buyer_1", lambda *_: pages.WAIT, **more)


SPACES = ("check_returned_data", "check_wrappers")
SECRET = ("search_flights", "add_to_cart", "apply_coupon", "remove_from_cart")


def everything(text):
    return text


@pytest.mark.parametrize("env_fn", [pages.ToyPages, pages.TextPages])
def test_good_pages_pass(env_fn):
    check(env_fn, render=everything)


LEAKS = [
    (pages.CountsEverybodysAttempts, r"observation\['payment'\]\['attempts'\] differs"),
    (pages.NumbersQuotesOverAll, r"'next_quote'\] differs: 'quote-\d+'"),
    (pages.WritesToEverybody, r"observation\['messages'\] differs"),
    (pages.OrdersKeysByUse, "keys"),
    (pages.TextCountsEverybodysAttempts, "observation differs: '{"),
    (pages.InfosTellEverybodysTerms, r"info\['terms'\]\['penalty'\] differs"),
    (pages.InfosTellInBetween, r"while 'buyer_1' is to act: info\['terms'\]"),
    (pages.ObservesInBetween, r"while 'buyer_\d' is to act: observation"),
    (pages.PaysForOthersCarts, r"reward differs: 0\.001"),
    (pages.RendersCarts, "render differs"),
    (pages.RendersNothing, r"render\(\) returns nothing"),
]


@pytest.mark.parametrize(("env_fn", "message"), LEAKS)
def test_a_planted_leak_is_found_and_named(env_fn, message):
    with pytest.raises(ConformanceError, match=message):
        check(env_fn, render=everything)


def test_what_a_spectator_sees_is_compared_only_where_it_is_asked_for():
    check(pages.RendersCarts)


def test_render_may_be_reduced_to_what_the_watcher_sees():
    check(pages.RendersCarts, render=lambda text: text.partition("}{")[0])


def test_a_report_passes_the_text_on():
    report = testing.check_environment(
        pages.ToyPages,
        privacy={
            "private_action": busy,
            "watcher": "buyer_0",
            "rival": "buyer_1",
            "idle": lambda *_: pages.WAIT,
            "render": everything,
        },
        skip=dict.fromkeys(SPACES, "its pages have no space"),
    )

    assert "check_privacy" in report.passed


@pytest.mark.parametrize("maker", [market_v0.env, market_v0.parallel_env])
def test_our_own_json_pages_keep_a_rivals_search_and_cart_to_itself(maker):
    declared = load_scenario("flights/rush")
    turns = {"max_turns": 12, "click_ms": 1000, "page_ms": 1000}
    even = declared.model_copy(
        update={"turns": declared.turns.model_copy(update=turns)}
    )
    shopper = HABITS["shopper"](Streams(5).get("shopper"))

    def private(env, agent):
        unwrapped = env.unwrapped
        seat = unwrapped.turns.by_name[agent]
        if seat not in unwrapped.turns.ready:
            return None
        action = shopper.act(unwrapped._adapter.observe(seat))
        return action if action["verb"] in SECRET else None

    check_privacy(
        partial(maker, even, n_agents=2, observation="json"),
        private,
        "buyer_0",
        "buyer_1",
        idle=lambda *_: {"verb": "wait", "payload": {}},
    )
