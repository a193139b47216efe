"""The elasticity of demand is that of the closed form, with stock or without."""

from math import exp, log
from statistics import NormalDist

import pytest
from pydantic import ValidationError
from small_markets import WIDE, scenario
from worlds import fare, flight, segment

import test_time_gym as ttg

STEP = log(1.05 / 0.95)
FARE = 120_00
SIGMA_PPM = 400_000


def arc(demand):
    """Return the elasticity of a demand of the factor on prices."""
    return log(demand(1.05) / demand(0.95)) / STEP


def payers(factor):
    """Return the share of buyers who would pay so many fares."""
    law = NormalDist(log(FARE), SIGMA_PPM / 10**6)
    return 1 - law.cdf(log(factor * FARE))


def market_of(*, seats, buyers=300, **declared):
    one = segment(
        buyers=buyers,
        willingness_median_minor=FARE,
        willingness_sigma_ppm=SIGMA_PPM,
        choice=WIDE,
    )
    return scenario(
        flights=[flight(seats=seats, fares=[fare("Y", FARE)])],
        demand=[one | declared],
    )


@pytest.mark.parametrize("seats", [1000, 5])
def test_demand_has_the_elasticity_of_the_survival_function_at_any_stock(seats):
    found = ttg.market(market_of(seats=seats), seeds=2)

    (told,) = found.segments
    assert told.demand_elasticity.estimate == pytest.approx(arc(payers), abs=1e-5)
    assert told.demand_elasticity.standard_error < 1e-9
    assert told.declared_elasticity is None
    # Five seats are sold out at any of these prices.
    assert seats == 1000 or found.total.own_elasticity.estimate == 0


def test_demand_of_a_logit_choice_is_that_of_what_is_on_sale():
    choice = {"reference_minor": FARE, "scale_minor": 30_00}
    one = scenario(
        flights=[
            flight(name, seats=1000, fares=[fare("Y", FARE)]) for name in ("A1", "B1")
        ],
        demand=[segment(buyers=300, willingness_median_minor=10**9, choice=choice)],
    )

    def buy(factor):
        weight = 2 * exp((FARE - factor * FARE) / 30_00)
        return weight / (1 + weight)

    (told,) = ttg.market(one, seeds=2).segments

    assert told.demand_elasticity.estimate == pytest.approx(arc(buy), abs=1e-5)


def test_who_would_buy_the_cheapest_has_the_elasticity_of_its_willingness():
    one = market_of(seats=1000, choice="cheapest_fence")

    (told,) = ttg.market(one, seeds=1).segments

    assert told.demand_elasticity.estimate == pytest.approx(arc(payers), abs=1e-5)


def test_what_is_declared_stands_beside_what_is_measured_and_changes_nothing():
    silent, says = market_of(seats=50), market_of(seats=50, elasticity_milli=-700)

    one, other = ttg.market(silent, seeds=2), ttg.market(says, seeds=2)

    assert other.segments[0].declared_elasticity == -0.7
    assert "-0.70" in str(other)
    assert one.as_dict() == other.as_dict() | {
        "segments": [other.segments[0].as_dict() | {"declared_elasticity": None}]
    }


def test_nothing_is_measured_where_nobody_comes_or_nobody_asks():
    (told,) = ttg.market(market_of(seats=50, buyers=0), seeds=2).segments
    (unasked,) = ttg.market(market_of(seats=50), seeds=1, elasticity=False).segments

    assert told.demand_elasticity == (None, None)
    assert unasked.demand_elasticity is None


@pytest.mark.parametrize("milli", [0, 1400, -20_001])
def test_an_elasticity_that_demand_cannot_have_is_refused(milli):
    with pytest.raises(ValidationError, match=r"dearer offers are bought by fewer"):
        market_of(seats=50, elasticity_milli=milli)
