"""Elasticities: in markets with known demand they are those of the closed form."""

from math import exp, log
from statistics import NormalDist

import pytest
from small_markets import WIDE, scenario
from worlds import fare, flight, segment

import test_time_gym as ttg

STEP = log(1.05 / 0.95)
FARE = 120_00


def arc(demand):
    """Return the elasticity of a demand of the factor on prices."""
    return log(demand(1.05) / demand(0.95)) / STEP


def near(figure, theory):
    estimate, error = figure
    return abs(estimate - theory) <= 4 * error and error <= 0.1 * abs(theory)


@pytest.mark.parametrize("sigma_ppm", [200_000, 500_000])
def test_lognormal_willingness_has_the_elasticity_of_its_survival_function(sigma_ppm):
    one = scenario(
        flights=[flight(seats=1000, fares=[fare("Y", FARE)])],
        demand=[
            segment(
                buyers=900,
                willingness_median_minor=FARE,
                willingness_sigma_ppm=sigma_ppm,
                choice=WIDE,
            )
        ],
    )
    law = NormalDist(log(FARE), sigma_ppm / 10**6)

    found = ttg.market(one, seeds=12)

    theory = arc(lambda factor: 1 - law.cdf(log(factor * FARE)))
    assert near(found.total.own_elasticity, theory)
    assert found.sellers[0].own_elasticity == found.total.own_elasticity
    assert found.sellers[0].cross_elasticity is None


@pytest.mark.slow
def test_every_segment_has_the_elasticity_of_its_own_demand():
    sigmas = {"leisure": 150_000, "business": 600_000}
    one = scenario(
        flights=[flight(seats=1000, fares=[fare("Y", FARE)])],
        demand=[
            segment(
                name,
                buyers=500,
                willingness_median_minor=FARE,
                willingness_sigma_ppm=sigma_ppm,
                choice=WIDE,
            )
            for name, sigma_ppm in sigmas.items()
        ],
    )

    found = ttg.market(one, seeds=20)

    for told in found.segments:
        law = NormalDist(log(FARE), sigmas[told.name] / 10**6)
        theory = arc(lambda factor, law=law: 1 - law.cdf(log(factor * FARE)))
        assert near(told.elasticity, theory)
    drawn = ttg.market(one, seeds=2, warm_up="draw")
    assert [told.elasticity for told in drawn.segments] == [None, None]


@pytest.mark.slow
def test_logit_choice_has_the_own_cross_and_market_elasticity_of_its_shares():
    choice = {"reference_minor": FARE, "scale_minor": 30_00}
    one = scenario(
        flights=[
            flight(name, seats=1000, fares=[fare("Y", FARE)], airline=airline)
            for name, airline in (("AA1", "Aurora"), ("BA1", "Boreal"))
        ],
        demand=[segment(buyers=900, willingness_median_minor=10**9, choice=choice)],
    )

    def weight(factor):
        return exp((FARE - factor * FARE) / 30_00)

    def share(factor, moved):
        """Return the share of buyers of one whose fare moves, or of the other."""
        return (weight(factor) if moved else 1) / (2 + weight(factor))

    found = ttg.market(one, seeds=16)
    aurora, boreal = found.sellers

    for seller in (aurora, boreal):
        assert near(seller.own_elasticity, arc(lambda f: share(f, moved=True)))
        assert near(seller.cross_elasticity, arc(lambda f: share(f, moved=False)))
    assert near(
        found.total.own_elasticity, arc(lambda f: weight(f) / (1 + 2 * weight(f)))
    )
    assert found.total.cross_elasticity is None


def test_paired_runs_tell_an_elasticity_more_exactly_than_independent_ones():
    one = scenario(
        flights=[flight(seats=1000, fares=[fare("Y", FARE)])],
        demand=[segment(buyers=900, willingness_median_minor=FARE, choice=WIDE)],
    )

    found = ttg.market(one, seeds=12).total

    # Independent counts of about 450 would have 1/√450 each.
    independent = (2 / 450 / 12) ** 0.5 / STEP
    assert found.own_elasticity.standard_error < 0.6 * independent
    assert ttg.market(one, seeds=12, elasticity=False).total.own_elasticity is None
