"""One price until the stock is gone earns what theory says; mistakes are noticed."""

from dataclasses import replace
from functools import partial

import pytest
from tests.theory.support import complaints, simulated

from test_time_gym.validation import all_cases
from test_time_gym.validation.departures import departures

CASES = {case.id: case for case in all_cases()}


@pytest.mark.slow
@pytest.mark.parametrize("case", simulated("A10", "C"), ids=lambda case: case.id)
def test_a_fixed_price_earns_what_theory_says(case):
    assert complaints(case) == []


def planted(case, change=lambda sold: sold, **market):
    """Return a case whose market is not the one that its theory is about."""
    world = case.play.keywords["world"]
    (sold,) = world.args[0]
    other = partial(departures, [change(sold)], **{**world.keywords, **market})
    return replace(case, play=partial(case.play, world=other))


@pytest.mark.parametrize(
    ("change", "market"),
    [
        (lambda sold: sold, {"seats": 11}),
        (lambda sold: sold, {"seats": 9}),
        (lambda sold: replace(sold, fare=sold.fare + 0.2), {}),
        (lambda sold: replace(sold, buyers=sold.buyers - 10), {}),
    ],
    ids=["a unit more", "a unit less", "a dearer price", "fewer buyers"],
)
def test_a_market_that_is_a_little_off_is_noticed(change, market):
    said = complaints(planted(CASES["C/market/20-10"], change, **market))

    assert any(text.endswith((" is not 14.8132", " is not 8.7489")) for text in said)


def test_one_period_more_is_noticed():
    count = {"kind": "rounded_normal", "mean_milli": 31_000, "sd_milli": 0}

    said = complaints(
        planted(CASES["A10/market"], lambda sold: replace(sold, count=count))
    )

    assert said == [
        "buyers 31 ± 0 is not 30",
        "buyers 31 ± 0 would not notice a period more (31)",
    ]
