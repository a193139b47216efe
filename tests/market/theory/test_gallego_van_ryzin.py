"""Prices of a stock over time: the printed table, and the optimality law integrated."""

from itertools import pairwise

import pytest
from tests.market.theory.second_methods import integrated_values, poisson_sales

from test_time_gym.market.pricing import gallego_van_ryzin

TABLE = [
    (10, 1, 2.397895, 3.397895, 3.302585, 3.302585, 2.087632, 0.8706, 0.5),
    (10, 5, 7.298220, 1.830003, 8.465736, 1.693147, 6.980275, 0.9564, 0.776),
    (10, 10, 9.460500, 1.241540, 10, 1, 8.748900, 0.9248, 0.842),
    (20, 5, 10.459889, 2.445442, 11.931472, 2.386294, 9.837888, 0.9405, 0.776),
    (20, 10, 15.472875, 1.772111, 16.931472, 1.693147, 14.813175, 0.9574, 0.842),
    (20, 20, 19.418560, 1.173035, 20, 1, 18.223294, 0.9384, 0.888),
]
"""Rate, stock, J*, p*, J_D, p_D, fixed-price revenue, ratio, guarantee."""


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]}-{row[1]}")
def test_all_columns_are_as_printed(row):
    """Table C."""
    found = gallego_van_ryzin(row[0], row[1])

    assert (
        row[0],
        row[1],
        round(found.value, 6),
        round(found.price, 6),
        round(found.bound, 6),
        round(found.fixed_price, 6),
        round(found.fixed_revenue, 6),
        round(found.ratio, 4),
        round(found.guarantee, 3),
    ) == row


@pytest.mark.parametrize(("rate", "stock"), [row[:2] for row in TABLE])
def test_values_are_those_of_the_optimality_law_integrated(rate, stock):
    values = integrated_values(rate, stock)
    prices = [1 + b - a for a, b in pairwise(values)]

    found = gallego_van_ryzin(rate, stock)

    assert found.values == pytest.approx(values, abs=1e-9)
    assert found.prices[1:] == pytest.approx(prices, abs=1e-9)


@pytest.mark.parametrize(("rate", "stock"), [row[:2] for row in TABLE])
def test_a_fixed_price_earns_what_the_poisson_law_says(rate, stock):
    found = gallego_van_ryzin(rate, stock)

    sold = poisson_sales(min(rate, stock), stock)

    assert found.fixed_revenue == pytest.approx(found.fixed_price * sold, rel=1e-12)


def test_a_large_stock_has_a_value_too():
    found = gallego_van_ryzin(5000, 4000)

    assert found.value < found.bound < found.value * 1.01
    assert found.guarantee < found.ratio < 1
