"""Bid prices and offer sets earn what theory says, period by period."""

from dataclasses import replace
from functools import partial

import pytest
from tests.theory.support import complaints

from test_time_gym.validation import all_cases

CASES = {case.id: case for case in all_cases()}
PLAYED = ["B3/market/1", "A10/market/bid-price", "B3/market/10", "B3/market/20"]


@pytest.mark.parametrize(
    "name",
    [PLAYED[0], *(pytest.param(one, marks=pytest.mark.long) for one in PLAYED[1:])],
)
def test_a_leg_earns_what_theory_says(name):
    assert complaints(CASES[name]) == []


def planted(name, chances=lambda chances: chances, rate=None, **changes):
    """Return a case whose leg is not the one that its theory is about."""
    case = CASES[name]
    known = case.play.keywords
    play = partial(
        case.play,
        leg=replace(known["leg"], **changes),
        chances=tuple(chances(dict(known["chances"])).items()),
        rate=known["rate"] if rate is None else rate,
    )
    return replace(case, play=play, replications=20)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("B3/market/10", {"seats": 11}),
        ("B3/market/10", {"periods": 60}),
        ("B3/market/10", {"rate": 0.6}),
        ("B3/market/10", {"pricing": "fixed"}),
        (
            "B3/market/10",
            {"chances": lambda law: law | {("Y", "K"): (0.1, 0.5)}},
        ),
        ("A10/market/bid-price", {"pricing": "fixed"}),
        ("A10/market/bid-price", {"seats": 11}),
    ],
    ids=[
        "a seat more",
        "ten periods more",
        "more buyers",
        "all classes open",
        "who buys Y buys less of it",
        "first come",
        "a seat more, bid prices",
    ],
)
def test_a_leg_or_a_policy_that_is_off_is_noticed(name, changes):
    said = complaints(planted(name, **changes))

    assert any(" is not " in text for text in said)
