"""One leg over time, with requests of classes and with buyers who choose."""

from math import comb

import pytest
from tests.market.theory.second_methods import (
    choice_exact,
    is_dominated,
    lee_hersh_exact,
)

from test_time_gym.market.pricing import choice_value, efficient_sets, lee_hersh

A10 = ([200, 150, 120, 80], [0.15, 0.15, 0.10, 0.10], 10, 30)
FARES = {"Y": 800, "M": 500, "K": 450}
CHANCES = {
    ("Y",): [0.3],
    ("M",): [0.4],
    ("K",): [0.5],
    ("Y", "M"): [0.1, 0.6],
    ("Y", "K"): [0.3, 0.5],
    ("M", "K"): [0.4, 0.5],
    ("Y", "M", "K"): [0.1, 0.4, 0.5],
}


def test_ten_seats_in_thirty_periods_are_worth_what_is_printed():
    """Case A10."""
    found = lee_hersh(*A10)

    assert round(found.value, 4) == 1600.5083
    assert round(float(found.bid_prices[30, 10]), 4) == 120.2909
    assert round(float(found.values[30, 5]), 4) == 914.6547
    assert round(found.first_come, 4) == 1445.2189


def test_the_value_is_that_of_exact_fractions():
    exact = lee_hersh_exact(*A10)

    assert lee_hersh(*A10).value == pytest.approx(float(exact), rel=1e-12)


def test_first_come_is_the_mean_fare_for_each_who_gets_a_seat():
    sold = sum(comb(30, k) / 2**30 * min(k, 10) for k in range(31))

    assert lee_hersh(*A10).first_come == pytest.approx(145 * sold, rel=1e-12)


def test_every_set_has_the_printed_chance_and_revenue():
    """Case B1."""
    found = efficient_sets(FARES, CHANCES)

    assert [
        ("".join(one.products), round(one.chance, 9), round(one.revenue, 9))
        for one in found.sets
    ] == [
        ("Y", 0.3, 240),
        ("M", 0.4, 200),
        ("K", 0.5, 225),
        ("YM", 0.7, 380),
        ("YK", 0.8, 465),
        ("MK", 0.9, 425),
        ("YMK", 1, 505),
    ]


def test_the_printed_sets_are_efficient_and_no_others():
    """Case B1."""
    found = efficient_sets(FARES, CHANCES)

    assert ["".join(one.products) for one in found.efficient] == ["Y", "YK", "YMK"]
    assert [round(price, 9) for price in found.switch_prices] == [450, 200]
    for one in found.sets:
        assert is_dominated(one, found.sets) == (one not in found.efficient)


@pytest.mark.parametrize("x", range(1, 21))
def test_the_set_that_is_offered_changes_where_it_is_printed(x):
    """Case B2: the x-th seat is worth 3,120 / (x + 3)."""
    offered = efficient_sets(FARES, CHANCES).at(3120 / (x + 3))

    assert "".join(offered.products) == ("Y" if x < 4 else "YK" if x < 13 else "YMK")


def test_nothing_is_offered_for_a_seat_that_is_worth_more_than_all_fares():
    sets = efficient_sets(FARES, CHANCES)

    assert sets.at(801) is None
    assert sets.at(float("inf")) is None
    assert sets.at(0).products == ("Y", "M", "K")


def test_a_row_of_fares_names_its_products_by_number():
    named = efficient_sets([800, 450], {(0,): [0.3], (0, 1): [0.3, 0.5]})

    assert [one.products for one in named.efficient] == [(0,), (0, 1)]


def test_twenty_seats_are_worth_what_is_printed_where_buyers_choose():
    """Case B3."""
    found = choice_value(FARES, CHANCES, capacity=20, periods=50, rate=0.5)

    values = [round(float(found.values[50, x]), 4) for x in (20, 10, 1)]
    assert values == [11027.2023, 6852.5039, 799.8377]
    assert found.value == found.values[50, 20]


def test_sets_that_are_not_efficient_add_nothing():
    exact = choice_exact(FARES, CHANCES, 20, 50, 0.5)

    found = choice_value(FARES, CHANCES, capacity=20, periods=50, rate=0.5)

    assert found.value == pytest.approx(exact, rel=1e-12)


def test_one_product_alone_is_a_class_of_its_own():
    chosen = choice_value([300], {(0,): [0.4]}, capacity=3, periods=9, rate=0.5)

    assert chosen.value == pytest.approx(lee_hersh([300], [0.2], 3, 9).value, rel=1e-12)
