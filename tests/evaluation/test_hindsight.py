"""Perfect hindsight: the best that could have been sold to those who came."""

from itertools import product as every
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_markets import two_airlines

import test_time_gym as ttg
from test_time_gym.evaluation.market.best_sales import best_sales, expected_bound
from test_time_gym.evaluation.market.hindsight import play_hindsight
from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.evaluation.market.market_spec import spec_of, world_of
from test_time_gym.evaluation.market.seller_policies import priced
from test_time_gym.market.errors import Misuse
from test_time_gym.scenarios import load_scenario

LEG = "flights/rm-leg"


def world(policies):
    return world_of(spec_of(priced(load_scenario(LEG), policies).scenario.market, {}))


def products(*rows):
    """Return products with a base price and pools each."""
    return [SimpleNamespace(base_minor=fare, pools=pools) for fare, pools in rows]


@given(
    st.lists(st.integers(1, 500), min_size=3, max_size=3),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.tuples(st.integers(0, 4), st.integers(0, 4)),
)
def test_no_whole_allocation_earns_more(fares, numbers, seats):
    """One class on each of two legs, one through both, buyers of one or two of them."""
    sold = products(*zip(fares, ((0,), (1,), (0, 1)), strict=True))
    buyers = dict(zip(((0,), (1, 2), (2,)), numbers, strict=True))

    value, rows = best_sales(seats, buyers, sold)

    def fits(a, b, c, d):
        legs = a + c + d <= seats[0] and b + c + d <= seats[1]
        return legs and a <= numbers[0] and b + c <= numbers[1] and d <= numbers[2]

    best = max(
        a * fares[0] + b * fares[1] + (c + d) * fares[2]
        for a, b, c, d in every(range(4), repeat=4)
        if fits(a, b, c, d)
    )
    assert best - 1e-6 <= value
    assert value == pytest.approx(sum(n * sold[j].base_minor for _, j, n in rows))
    # Each seat is on two lines at most, which whole numbers solve.
    assert value == pytest.approx(best)


@pytest.mark.parametrize("policy", ["fixed", "emsr_b", "optimal_limits"])
def test_no_policy_earns_more_in_any_run(policy):
    played = world(policy)

    for seed in range(6):
        best, found = play_hindsight(played, seed), play_market(played, seed)
        assert best.arrivals == found.arrivals
        assert found.total.revenue_minor <= best.total.revenue_minor
        assert best.total.used <= best.total.capacity


def test_on_one_leg_the_dearest_who_came_have_the_seats():
    played = world(None)
    seats, came = 90, {}
    for seed in range(5):
        best = play_hindsight(played, seed)
        first = play_market(world("fixed"), seed)
        came = {name: sums[0] for name, sums in first.segments.items()}
        assert came == {name: sums[0] for name, sums in best.segments.items()}
        # Nobody of a dearer class is turned away while a cheaper one has a seat.
        sold = [best.classes["Isar Air", code] for code in "YBMQ"]
        assert sum(sold) == min(seats, sum(sold) + best.total.spilled)
        assert best.total.revenue_minor == sum(
            units * fare
            for units, fare in zip(sold, (560_00, 189_00, 179_00, 169_00), strict=True)
        )
        assert sold[0] >= first.classes["Isar Air", "Y"]


def test_the_mean_of_hindsight_is_below_the_bound_of_expected_demand():
    played = world(None)
    left, bound = 90, 0
    # Buyers of each class, the share of them who would pay its fare, and the fare.
    for mean, share, fare in ((20, 0.7, 560), (60, 0.7, 189), (50, 0.7, 179)):
        sold = min(left, mean * share)
        left, bound = left - sold, bound + sold * fare

    # Rounding and cutting at 0 add a little to the means.
    assert expected_bound(played) / 100 == pytest.approx(bound, rel=0.004)


def test_hindsight_is_compared_like_a_policy():
    found = ttg.compare(LEG, ["hindsight", "emsr_b"], seeds=4)

    (pair,) = [p for p in found.pairs[0] if (p.seller, p.name) == ("", "revenue")]
    assert found.labels == ("hindsight", "emsr_b")
    assert pair.difference < 0
    assert found.markets[0].total.revenue.estimate == pair.baseline


def test_of_buyers_with_taste_hindsight_is_refused():
    with pytest.raises(Misuse, match="choose by logit"):
        ttg.compare(two_airlines(), ["hindsight", "fixed"], seeds=2)
