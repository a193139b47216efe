"""All prices multiplied: the same buyers, and what they then pay."""

from math import log
from statistics import NormalDist

import pytest
from small_markets import WIDE, scenario
from worlds import fare, flight, segment

from test_time_gym.evaluation.market import compare_prices
from test_time_gym.market.errors import Misuse

FARE = 120_00


def market_of(seats=1000):
    demand = segment(
        buyers=400,
        willingness_median_minor=FARE,
        willingness_sigma_ppm=400_000,
        choice=WIDE,
    )
    return scenario(
        flights=[flight(seats=seats, fares=[fare("Y", FARE)])], demand=[demand]
    )


def test_the_price_is_multiplied_and_fewer_buy():
    found = compare_prices(market_of(), 1.5, seeds=12)
    as_is, dearer = (one.total for one in found.markets)
    law = NormalDist(log(FARE), 0.4)

    assert found.labels == ("prices × 1", "prices × 1.5")
    assert as_is.yield_per_unit == (FARE, 0)
    assert dearer.yield_per_unit == (1.5 * FARE, 0)
    buyers, error = dearer.sold
    assert abs(buyers - 400 * (1 - law.cdf(log(1.5 * FARE)))) <= 4 * error
    assert found.pairs[0][0].difference == pytest.approx(
        dearer.revenue.estimate - as_is.revenue.estimate
    )


def test_where_all_is_sold_anyway_dearer_pays():
    revenue = compare_prices(market_of(seats=20), "1.5", seeds=3).pairs[0][0]

    assert (revenue.baseline, revenue.mean) == (20 * FARE, 30 * FARE)


@pytest.mark.parametrize(
    "factor", [0, -1, "nan", "inf", "much", 0.001, 101, "1.0000001", True, None]
)
def test_what_is_no_factor_is_refused(factor):
    with pytest.raises(Misuse, match=r"multiplied by a number from 0\.01 to 100"):
        compare_prices(market_of(), factor, seeds=1)


def test_a_price_beyond_all_bounds_is_refused():
    one = scenario(flights=[flight(fares=[fare("Y", 10**9)])], demand=[segment()])

    with pytest.raises(Misuse, match="multiply prices by less"):
        compare_prices(one, 100, seeds=1)
