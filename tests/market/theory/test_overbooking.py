"""Overbooking: the printed case, and binomial laws in exact fractions."""

from fractions import Fraction

import pytest
from tests.market.theory.second_methods import profit_exact

from test_time_gym.market.pricing import overbooking

D11 = (100, 900_000, 100, 300)
SHARE = Fraction(9, 10)


def test_the_best_level_is_as_printed():
    """Case D11."""
    found = overbooking(*D11)

    assert found.level == 109
    assert round(found.profit, 4) == 9664.2493
    assert round(found.denied, 6) == 0.485836
    assert round(found.profit_at(111), 4) == 9629.9065
    assert found.level_within(50_000) == 106
    assert found.level_within(10_000) == 104
    assert found.deterministic == 111


@pytest.mark.parametrize("level", [0, 99, 100, 101, 105, 109, 111, 120, 200])
def test_a_level_earns_what_the_exact_law_says(level):
    found = overbooking(*D11)
    profit, denied, risk = profit_exact(level, SHARE, *D11[:1], *D11[2:])

    assert found.profit_at(level) == pytest.approx(float(profit), rel=1e-11)
    assert found.denied_at(level) == pytest.approx(float(denied), abs=1e-11)
    assert found.risk_at(level) == pytest.approx(float(risk), abs=1e-12)


@pytest.mark.parametrize(
    ("capacity", "show_ppm", "fare", "denied"),
    [
        (1, 500_000, 10, 25),
        (3, 700_000, 10, 11),
        (10, 850_000, 100, 101),
        (12, 950_000, 100, 1000),
        (8, 300_000, 50, 200),
    ],
)
def test_no_level_earns_more_than_the_best(capacity, show_ppm, fare, denied):
    share = Fraction(show_ppm, 1_000_000)
    profits = [
        profit_exact(level, share, capacity, fare, denied)[0]
        for level in range(8 * capacity + 20)
    ]

    found = overbooking(capacity, show_ppm, fare, denied)

    assert found.level == profits.index(max(profits))
    assert found.profit == pytest.approx(float(max(profits)), rel=1e-11)


def test_who_always_shows_up_is_never_overbooked():
    found = overbooking(100, 1_000_000, 100, 300)

    assert (found.level, found.deterministic) == (100, 100)
    assert (found.profit, found.denied) == (10_000, 0)
    assert (found.risk_at(101), found.denied_at(103)) == (1, 3)
    assert found.level_within(999_999) == 100


def test_a_risk_of_nothing_is_the_capacity():
    assert overbooking(5, 1, 100, 300).level_within(0) == 5


def test_hardly_anybody_shows_up_and_a_level_is_found_all_the_same():
    found = overbooking(2, 10, 100, 300)

    # Shows are Poisson with mean b / 100,000: P(S ≥ 2) = 1/3 at a mean of 1.19.
    assert found.level == pytest.approx(119_000, rel=0.3)
    assert found.profit_at(found.level) >= found.profit_at(found.level - 1)
    assert found.profit_at(found.level) >= found.profit_at(found.level + 1)
