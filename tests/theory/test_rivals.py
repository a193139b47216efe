"""Rivals under logit demand come to Nash and joint prices; mistakes are noticed."""

from dataclasses import replace
from functools import partial

import pytest
from tests.theory.support import complaints, simulated

from test_time_gym.validation import all_cases
from test_time_gym.validation.rivals import rivals

CASES = {case.id: case for case in all_cases()}


@pytest.mark.slow
@pytest.mark.parametrize("case", simulated("E1", "E2"), ids=lambda case: case.id)
def test_prices_and_profits_are_those_of_theory(case):
    assert complaints(case) == []


def planted(sellers=lambda sellers: sellers, demand=lambda demand: demand):
    """Return E1 in a market that is not the one that its theory is about."""
    case = CASES["E1/market/nash"]
    right = case.play.keywords["world"]
    world = partial(
        rivals,
        sellers(right.args[0]),
        seats=right.keywords["seats"],
        demand=tuple(map(demand, right.keywords["demand"])),
    )
    return replace(case, play=partial(case.play, world=world), replications=8)


def off(**changes):
    """Return a change of what the first airline is told."""

    def told(sellers):
        first, *others = sellers
        return (replace(first, pricing=dict(first.pricing, **changes)), *others)

    return told


@pytest.mark.parametrize(
    ("changes", "quantity"),
    [
        ({"sellers": lambda sellers: (*sellers, sellers[0])}, "price"),
        ({"sellers": lambda sellers: sellers[:1]}, "price"),
        ({"sellers": off(cost_minor=1_010_000)}, "price"),
        ({"sellers": off(scale_minor=252_500)}, "price"),
        ({"sellers": off(reprice_every_s=10**6)}, "price"),
        (
            {"demand": lambda one: dict(one, buyers_per_departure=1700)},
            "profit of each, from a buyer",
        ),
    ],
    ids=[
        "a rival more",
        "a rival less",
        "a cost that is off",
        "an elasticity that is off",
        "a stale rival price",
        "more buyers",
    ],
)
def test_a_market_or_a_policy_that_is_a_little_off_is_noticed(changes, quantity):
    said = complaints(planted(**changes))

    assert any(text.startswith(quantity) and " is not " in text for text in said)
