"""Buyers who wait for a lower price pay what theory says; mistakes are noticed."""

from dataclasses import replace
from functools import partial
from itertools import accumulate
from math import log

import pytest
from tests.theory.support import complaints, simulated

from test_time_gym.market.streams import Streams
from test_time_gym.validation import all_cases
from test_time_gym.validation.cases.waiting_for_lower_prices import (
    falling,
    share_after_the_fall,
)

CASES = {case.id: case for case in all_cases()}


@pytest.mark.slow
@pytest.mark.parametrize("case", simulated("H"), ids=lambda case: case.id)
def test_who_waits_pays_what_theory_says(case):
    assert complaints(case) == []


@pytest.mark.parametrize("times", [1, 2, 5])
def test_the_share_that_sees_the_lower_price_is_that_of_drawn_looks(times):
    before, after, mean, buyers = 6, 4, 2, 20_000
    dice, day = Streams(1).get("looks"), 10**9

    def looks():
        left = before * dice.below(day) / day
        gaps = [dice.below(day) / day for _ in range(times)]
        return left, accumulate(-mean * log(1 - gap) for gap in gaps)

    seen = 0
    for _ in range(buyers):
        left, at = looks()
        seen += any(left <= one < left + after for one in at)

    theory = share_after_the_fall(before, after, mean, times)
    assert abs(seen / buyers - theory) <= 4 * (theory * (1 - theory) / buyers) ** 0.5


def planted(patience, **market):
    """Return the case of who compares with the last price, with another market."""
    right = CASES["H/last-seen"]
    (declared,) = right.play.keywords["world"].args
    other = partial(falling, declared | patience, **market)
    return replace(right, play=partial(right.play, world=other), replications=20)


@pytest.mark.parametrize(
    ("patience", "market"),
    [
        ({"times": 1}, {}),
        ({"mean_hours": 24}, {}),
        ({"share_ppm": 300_000}, {}),
        ({"belief": "myopic"}, {}),
        ({}, {"low": 1.4}),
    ],
    ids=["a look less", "sooner back", "fewer", "nobody waits", "another price"],
)
def test_a_market_that_is_a_little_off_is_noticed(patience, market):
    said = complaints(planted(patience, **market))

    assert any(" is not " in text for text in said)
