"""Best prices earn in the market what theory says; mistakes in it are noticed."""

from dataclasses import replace
from functools import partial

import pytest
from tests.theory.support import complaints

from test_time_gym.market.pricing import gallego_van_ryzin
from test_time_gym.validation import all_cases
from test_time_gym.validation.cases.best_prices_in_the_market import (
    WAKES,
    value_at_wakes,
)
from test_time_gym.validation.departures import departures

CASE = next(case for case in all_cases() if case.id == "C/market-best/20-10")


def test_what_waking_costs_is_far_less_than_what_a_long_run_can_see():
    best = gallego_van_ryzin(20, 10).value
    costs = [best - value_at_wakes(20, 10, wakes) for wakes in (WAKES // 2, WAKES)]

    assert [round(cost, 4) for cost in costs] == [0.0206, 0.0101]


@pytest.mark.long
def test_the_best_prices_earn_what_theory_says():
    assert complaints(CASE) == []


def planted(**changes):
    """Return a case whose market is not the one that its theory is about."""
    world = CASE.play.keywords["world"]
    pricing = world.keywords["pricing"] | changes.pop("pricing", {})
    other = partial(
        departures, *world.args, **{**world.keywords, "pricing": pricing, **changes}
    )
    return replace(CASE, play=partial(CASE.play, world=other))


@pytest.mark.long
@pytest.mark.parametrize(
    "changes",
    [
        {"seats": 11},
        {"seats": 9},
        {"pricing": {"buyers_milli": 8_000}},
        {"pricing": {"scale_minor": 14_000}},
        {"pricing": {"ceiling_ppm": 1_400_000}},
    ],
    ids=[
        "a unit more",
        "a unit less",
        "too few buyers are forecast",
        "an elasticity that is off",
        "a ceiling",
    ],
)
def test_a_market_or_a_policy_that_is_off_is_noticed(changes):
    said = complaints(planted(**changes))

    assert any(text.endswith(" is not 15.4729") for text in said)
