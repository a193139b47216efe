"""Who looks at a market is told of choices that tell two prices no longer apart."""

import pytest
from small_markets import scenario
from worlds import fare, flight, segment

import test_time_gym as ttg

FLIGHTS = [
    flight("AA1", seats=400, fares=[fare("Y", 120_00)]),
    flight("BA2", seats=400, airline="Boreal", fares=[fare("Y", 100_00)]),
]


def market(**choice):
    """Return the market of buyers who would all pay both fares."""
    rich = {"willingness_median_minor": 10**6, "willingness_sigma_ppm": 0}
    buyers = segment(buyers=300, days=9, choice=choice, **rich)
    one = scenario(flights=FLIGHTS, demand=[buyers])
    return ttg.market(one, seeds=2, elasticity=False)


@pytest.mark.parametrize("reference", [500_00, 10**7])
def test_a_choice_beyond_the_utmost_utility_is_told(reference):
    found = market(reference_minor=reference, scale_minor=10_00)
    dear, cheap = (one.sold.estimate for one in found.sellers)

    (note,) = found.notes
    assert "takes a dear offer for as good as a cheap one" in note
    assert "20 times its scale_minor (1000)" in note
    # By the formula it would be one in eight.
    assert 0.4 < dear / (dear + cheap) < 0.6


def test_a_choice_within_it_follows_the_formula_and_nothing_is_told():
    # The cheap fare has the utility 20, and then a little more.
    assert market(reference_minor=300_00, scale_minor=10_00).notes == ()
    assert market(reference_minor=300_01, scale_minor=10_00).notes != ()


def test_buyers_with_a_scale_of_their_own_or_who_take_the_cheapest_are_not_concerned():
    assert market(kind="cheapest_fence").notes == ()
    assert (
        market(reference_minor=10**7, scale_minor=10_00, scale_sigma_ppm=1).notes == ()
    )
