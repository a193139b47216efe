"""What is no error: zero demand, zero variance, one class, equal fares, no time."""

from math import inf

import pytest
from tests.market.theory.second_methods import normal_tail

from test_time_gym.market.pricing import (
    choice_value,
    dlp,
    edgeworth,
    efficient_sets,
    emsr_a,
    emsr_b,
    gallego_van_ryzin,
    lee_hersh,
    limits_value,
    littlewood,
    logit_bertrand,
    optimal_levels,
    overbooking,
    poisson_pmf,
    revenue_opportunity,
    rounded_normal_pmf,
    to_minor,
    to_seats,
)

EMSR = pytest.mark.parametrize("emsr", [emsr_a, emsr_b])
NOBODY = [1.0]


# ------------------------------------------------------------------- one class


def test_one_class_is_protected_from_nobody():
    assert littlewood([100], [50], [10]) == 0
    assert emsr_a([100], [50], [10]) == emsr_b([100], [50], [10]) == []


def test_one_class_has_no_levels_and_sells_what_is_asked_for():
    best = optimal_levels([100], [[0, 0.5, 0, 0.5]], 2)

    assert (best.levels, best.value) == ((), 150)
    assert limits_value([100], [[0, 0.5, 0, 0.5]], 2, []) == 150


def test_one_class_has_nothing_to_gain_from_limits():
    found = revenue_opportunity([100], [30], 20, [20])

    assert (found.perfect, found.none, found.realised, found.share) == (
        *(2000, 2000, 2000),
        1,
    )


def test_one_class_is_always_accepted():
    found = lee_hersh([100], [1], 3, 5)

    assert (found.value, found.first_come) == (300, 300)


# ----------------------------------------------------------------- equal fares


@EMSR
@pytest.mark.parametrize("fare", [100, 0.1, 0])
def test_of_equal_fares_none_is_protected(emsr, fare):
    # 0.1 three times is not 0.3: an average that is computed may be off.
    assert emsr([fare] * 4, [17.1, 3.3, 9.7, 1], [0, 0.1, 0, 5]) == [0, 0, 0]


def test_of_two_equal_fares_none_is_protected():
    assert littlewood([80, 80], [50, 50], [10, 10]) == 0


def test_of_equal_fares_any_limit_is_as_good_and_the_least_is_taken():
    demand = [[0.2, 0.3, 0.5], [0.0, 0.0, 1.0], [0.1, 0.9]]

    assert optimal_levels([70, 70, 70], demand, 4).levels == (0, 0)


def test_equal_fares_have_no_opportunity():
    found = revenue_opportunity([50, 50], [30, 30], 40, [40, 40])

    assert (found.perfect, found.none, found.share) == (2000, 2000, 1)


# --------------------------------------------------------------- zero variance


@EMSR
def test_demand_that_is_certain_is_protected_wholly(emsr):
    assert emsr([100, 60, 30], [10, 20, 40], [0, 0, 0]) == [10, 30]


def test_the_dear_class_is_protected_wholly_if_its_demand_is_certain():
    assert littlewood([100, 99], [12, 80], [0, 20]) == 12


def test_demand_that_is_certain_is_protected_wholly_by_the_best_levels():
    certain = [rounded_normal_pmf(mean, 0) for mean in (3, 4, 9)]

    best = optimal_levels([100, 60, 30], certain, 10)

    assert best.levels == (3, 7)
    assert best.value == pytest.approx(3 * 100 + 4 * 60 + 3 * 30, abs=1e-9)


# ----------------------------------------------------------------- zero demand


@EMSR
def test_demand_of_nobody_is_protected_by_nothing(emsr):
    assert emsr([100, 60, 30], [0, 0, 40], [0, 0, 5]) == [0, 0]


def test_demand_of_nobody_earns_nothing():
    assert optimal_levels([100, 60], [NOBODY, NOBODY], 10).value == 0
    assert optimal_levels([100, 60], [NOBODY, NOBODY], 10).levels == (0,)
    assert limits_value([100, 60], [NOBODY, NOBODY], 10, [4]) == 0
    assert poisson_pmf(0) == rounded_normal_pmf(0, 0) == NOBODY


def test_no_demand_is_no_opportunity():
    found = revenue_opportunity([100, 60], [0, 0], 10, [10, 5])

    assert (found.perfect, found.none, found.realised, found.share) == (0, 0, 0, 1)


def test_no_request_and_no_time_are_worth_nothing():
    assert lee_hersh([100, 60], [0, 0], 5, 20).value == 0
    assert lee_hersh([100, 60], [0.5, 0.5], 5, 0).value == 0
    assert choice_value([100], {(0,): [0.5]}, capacity=5, periods=20, rate=0).value == 0
    assert choice_value([100], {(0,): [0.5]}, capacity=5, periods=0, rate=1).value == 0
    assert choice_value([100], {}, capacity=5, periods=9, rate=1).value == 0


def test_sets_from_which_nobody_buys_are_not_efficient():
    found = efficient_sets({"Y": 800, "F": 0}, {("Y",): [0], ("F",): [0.9], (): []})

    assert found.efficient == found.switch_prices == ()
    assert found.at(0) is None


def test_a_network_without_demand_seats_or_products_is_worth_nothing():
    nothing = (0, {"A": 0})
    for capacity, products in [
        ({"A": 10}, [(100, 0, ["A"])]),
        ({"A": 10}, [(0, 20, ["A"])]),
        ({"A": 10}, []),
    ]:
        found = dlp(capacity, products)
        assert (found.value, found.bid_prices) == nothing
    assert dlp({}, []).value == 0


def test_a_leg_without_seats_has_the_bid_price_of_what_it_refuses():
    found = dlp({"A": 0}, [(100, 5, ["A"]), (70, 5, ["A"])])

    assert (found.value, found.allocation) == (0, (0, 0))
    assert found.bid_prices == {"A": 100}


def test_a_stock_that_nobody_wants_has_the_price_of_a_stock_that_does_not_bind():
    found = gallego_van_ryzin(0, 3)

    assert (found.value, found.bound, found.fixed_revenue) == (0, 0, 0)
    assert (found.prices, found.fixed_price) == ((inf, 1, 1, 1), 1)
    assert (found.ratio, found.guarantee) == (1, 0)
    assert gallego_van_ryzin(1e-9, 3).ratio == pytest.approx(1)


# ----------------------------------------------------------- limits of a range


@EMSR
def test_all_is_kept_from_a_class_that_pays_nothing(emsr):
    assert emsr([100, 60, 0], [10, 10, 10], [3, 3, 3])[1] == inf
    assert littlewood([100, 0], [10, 10], [3, 3]) == inf


def test_a_class_that_pays_next_to_nothing_still_has_a_limit():
    # P(D > y) = 1e-17: 1 - 1e-17 is 1 in floats, but the tail is known.
    level = littlewood([1, 1e-17], [50, 50], [10, 10])

    assert normal_tail(level, 50, 10) == pytest.approx(1e-17, rel=1e-6)
    assert 400 < littlewood([1e300, 1e-300], [50, 50], [10, 10]) < inf
    assert emsr_b([1, 1e-17], [50, 50], [10, 10]) == [level]


def test_levels_above_the_capacity_close_all_cheaper_classes():
    demand = [poisson_pmf(3), poisson_pmf(30)]

    alone = limits_value([100], [demand[0]], 5, [])

    assert limits_value([100, 60], demand, 5, [99]) == pytest.approx(alone, abs=1e-12)


def test_a_seller_of_many_asks_little_more_than_its_cost_and_taste_allow():
    found = logit_bertrand(10**6, a=2, a0=0, mu=0.25, cost=1)

    assert found.nash_price == pytest.approx(1.25, abs=1e-5)


def test_capacities_at_the_borders_of_the_duopoly_meet():
    below, above = edgeworth(1 / 3), edgeworth(1 / 3 + 1e-12)
    full, nearly = edgeworth(1), edgeworth(1 - 1e-9)

    assert (above.low, above.profit) == pytest.approx((below.low, below.profit))
    assert (nearly.high, nearly.profit) == pytest.approx(
        (full.high, full.profit), abs=1e-8
    )


def test_a_denial_that_hardly_costs_more_than_a_fare_allows_many():
    found = overbooking(10, 900_000, 100, 100.001)

    assert found.profit_at(found.level) >= found.profit_at(found.level + 1)
    assert found.level > 15


@pytest.mark.parametrize(
    ("amount", "seats", "minor"),
    [
        (2, 2, 2),
        (2.4, 2, 2),
        (2.5, 2, 3),
        (2.999999999, 2, 3),
        (0.49999999999999994, 0, 0),
        (-0.5, -1, 0),
        (-1.5, -2, -1),
        (2251799813685248.5, 2251799813685248, 2251799813685249),
        (10**20, 10**20, 10**20),
    ],
)
def test_seats_are_rounded_down_and_money_half_up(amount, seats, minor):
    assert (to_seats(amount), to_minor(amount)) == (seats, minor)
    assert type(to_seats(amount)) is type(to_minor(amount)) is int


@pytest.mark.parametrize("capacity", [10**7, 10**12])
def test_seats_beyond_all_demand_earn_nothing_and_cost_nothing(capacity):
    """However many there are, with levels below and above what can be sold."""
    fares, laws = [90, 60, 20], [poisson_pmf(3), poisson_pmf(2), poisson_pmf(4)]
    most = sum(len(law) - 1 for law in laws)
    full = pytest.approx(90 * 3 + 60 * 2 + 20 * 4, abs=1e-9)

    assert optimal_levels(fares, laws, capacity).value == full
    assert (
        optimal_levels(fares, laws, capacity).levels
        == optimal_levels(fares, laws, most + 50).levels
    )
    assert limits_value(fares, laws, capacity, [3, most + 9]) == full
    assert limits_value(fares, laws, capacity, [3, capacity]) == (
        pytest.approx(90 * 3 + 60 * 2, abs=1e-9)
    )


@pytest.mark.parametrize("levels", [[0, 0], [2, 5], [4, 4], [5, 99], [7, 8]])
def test_a_smaller_capacity_that_is_counted_earns_what_enumeration_says(levels):
    """Two seats and three classes of one buyer each at most, by hand."""
    fares, laws = [90, 60, 20], [[0.5, 0.5], [0.25, 0.75], [0.5, 0.5]]

    for capacity in range(1, 12):
        expected = 0.0
        for first in (0, 1):
            for second in (0, 1):
                for third in (0, 1):
                    chance = laws[0][first] * laws[1][second] * laws[2][third]
                    left, earned = capacity, 0
                    for fare, comes, kept in (
                        (20, third, levels[1]),
                        (60, second, levels[0]),
                        (90, first, 0),
                    ):
                        sold = min(comes, max(0, left - kept))
                        left, earned = left - sold, earned + fare * sold
                    expected += chance * earned
        assert limits_value(fares, laws, capacity, levels) == pytest.approx(expected)
