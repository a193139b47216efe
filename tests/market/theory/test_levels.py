"""The best nested levels, and what levels earn: as printed, and enumerated."""

from itertools import product

import pytest
from tests.market.theory.second_methods import enumerated_value, every_nest, poisson

from test_time_gym.market.pricing import (
    emsr_b,
    limits_value,
    optimal_levels,
    poisson_pmf,
    rounded_normal_pmf,
    to_seats,
)

A2 = ([200, 100], [poisson_pmf(50), poisson_pmf(80)])
A3_DEMAND = ([17.3, 45.1, 39.6, 34.0], [5.8, 15.0, 13.2, 11.3])
A3 = (
    [1050, 567, 534, 520],
    [rounded_normal_pmf(mean, sd) for mean, sd in zip(*A3_DEMAND, strict=True)],
)
A8 = ([200, 175, 165, 130], [poisson_pmf(mean) for mean in (25, 30, 29, 30)])


@pytest.mark.parametrize(
    ("level", "value"),
    [(50, 14436.7434), (40, 13959.0384), (60, 13943.2716), (0, 12003.1844)],
)
def test_two_poisson_classes_earn_what_is_printed(level, value):
    """Case A2."""
    assert round(limits_value(*A2, 100, [level]), 4) == value


def test_littlewood_s_level_is_best_of_all_for_two_poisson_classes():
    """Case A2."""
    tried = [limits_value(*A2, 100, [level]) for level in range(101)]
    best = optimal_levels(*A2, 100)

    assert best.levels == (50,) == (tried.index(max(tried)),)
    assert best.value == pytest.approx(max(tried), rel=1e-12)
    assert round(100 * (best.value / tried[0] - 1), 2) == 20.27


@pytest.mark.parametrize("level", [0, 40, 50, 60])
def test_two_poisson_classes_earn_what_every_demand_together_does(level):
    dear, cheap = poisson(50, 200), poisson(80, 250)
    value = 0.0
    for (d1, p1), (d2, p2) in product(enumerate(dear), enumerate(cheap)):
        low = min(d2, max(0, 100 - level))
        value += p1 * p2 * (100 * low + 200 * min(d1, 100 - low))

    assert limits_value(*A2, 100, [level]) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("capacity", [80, 100, 120, 136, 150])
def test_the_book_s_four_classes_have_the_printed_levels(capacity):
    """Case A3."""
    assert optimal_levels(*A3, capacity).levels == (17, 42, 73)


@pytest.mark.parametrize(
    ("capacity", "optimal", "emsr", "none"),
    [
        (80, 49661.69, 49445.28, 42728.16),
        (100, 60024.92, 59761.51, 54418.48),
        (120, 69802.21, 69659.19, 66187.35),
        (136, 76039.69, 75993.35, 74098.96),
        (150, 79623.84, 79612.60, 78759.73),
    ],
)
def test_the_book_s_four_classes_earn_what_is_printed(capacity, optimal, emsr, none):
    """Case A3r: its EMSR-b levels are rounded to the nearest seat."""
    levels = [round(level) for level in emsr_b(A3[0], *A3_DEMAND)]

    assert levels == [17, 51, 83]
    assert round(optimal_levels(*A3, capacity).value, 2) == optimal
    assert round(limits_value(*A3, capacity, levels), 2) == emsr
    assert round(limits_value(*A3, capacity, [0, 0, 0]), 2) == none


def test_four_poisson_classes_have_the_printed_levels_and_values():
    """Case A8."""
    means = [25, 30, 29, 30]
    best = optimal_levels(*A8, 120)
    emsr = emsr_b(A8[0], means, [mean**0.5 for mean in means])
    levels = [to_seats(level) for level in emsr]

    assert best.levels == (19, 46, 79)
    assert round(best.value, 4) == 18556.0874
    assert round(limits_value(*A8, 120, levels), 4) == 18556.0071
    assert round(limits_value(*A8, 120, [0, 0, 0]), 4) == 18546.2853


SMALL = (
    [90, 70, 20],
    [[0.1, 0.2, 0.3, 0.4], [0.3, 0.0, 0.5, 0.2], [0.05, 0.15, 0.2, 0.1, 0.2, 0.3]],
)


@pytest.mark.parametrize("capacity", [1, 3, 5, 8])
def test_a_small_case_earns_what_every_demand_does(capacity):
    enumerated = {
        tuple(levels): enumerated_value(*SMALL, capacity, levels)
        for levels in every_nest(3, capacity)
    }
    found = {levels: limits_value(*SMALL, capacity, levels) for levels in enumerated}
    best = optimal_levels(*SMALL, capacity)

    assert found == pytest.approx(enumerated, abs=1e-9)
    assert best.value == pytest.approx(max(enumerated.values()), abs=1e-9)
    assert enumerated[best.levels] == pytest.approx(best.value, abs=1e-9)


def test_poisson_chances_are_those_of_the_recursion():
    table = poisson_pmf(30)

    assert table == pytest.approx(poisson(30, len(table) - 1), abs=1e-13)
    assert sum(k * chance for k, chance in enumerate(table)) == pytest.approx(30)


def test_rounded_normal_chances_sum_to_one_and_keep_the_mean():
    table = rounded_normal_pmf(45.1, 15.0)
    mean = sum(k * chance for k, chance in enumerate(table))

    assert sum(table) == pytest.approx(1, abs=1e-12)
    # Cut off at 0, which is 3 deviations away: the mean is a little above.
    assert mean == pytest.approx(45.1, abs=0.01)
