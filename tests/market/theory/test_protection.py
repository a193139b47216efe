"""Littlewood and EMSR give the levels that books print, and that bisection finds."""

import numpy as np
import pytest
from tests.market.theory.second_methods import normal_level

from test_time_gym.market.pricing import emsr_a, emsr_b, littlewood, to_seats

A3 = ([1050, 567, 534, 520], [17.3, 45.1, 39.6, 34.0], [5.8, 15.0, 13.2, 11.3])
A4 = ([1050, 950, 699, 520], *A3[1:])
A5 = (
    [1200, 1000, 800, 600, 400, 200],
    [31.2, 10.9, 14.8, 19.9, 26.9, 36.3],
    [11.2, 6.6, 7.7, 8.9, 10.4, 12.0],
)
A6 = (
    [250, 150, 100, 50],
    [50, 75, 125, 500],
    [variance**0.5 for variance in (50, 75, 125, 500)],
)
A7 = ([1000, 700, 400], [30, 40, 60], [12, 15, 20])


@pytest.mark.parametrize(
    ("ratio", "level", "limit"),
    [(0.4, 75.3347, 25), (0.5, 50.0, 50), (0.6, 24.6653, 76)],
)
def test_littlewood_gives_the_printed_levels_and_limits(ratio, level, limit):
    """Case A1."""
    found = littlewood([1, ratio], [50, 0], [100, 0])

    assert round(found, 4) == level
    assert 100 - to_seats(found) == limit


@pytest.mark.parametrize(
    ("case", "levels"),
    [
        (A3, [16.717484, 50.944186, 83.154839]),
        (A4, [9.706804, 53.267965, 96.834650]),
        (A5, [20.364878, 35.404703, 54.338987, 80.073517, 117.435845]),
    ],
    ids=["A3", "A4", "A5"],
)
def test_emsr_b_gives_the_printed_levels(case, levels):
    assert [round(level, 6) for level in emsr_b(*case)] == levels


@pytest.mark.parametrize(
    ("case", "levels"),
    [
        (A3, [16.717484, 38.724537, 55.679041]),
        (A4, [9.706804, 50.460693, 91.631696]),
    ],
    ids=["A3", "A4"],
)
def test_emsr_a_gives_the_printed_levels(case, levels):
    assert [round(level, 6) for level in emsr_a(*case)] == levels


def test_emsr_b_gives_what_another_library_rounds_up():
    """Case A6."""
    levels = emsr_b(*A6)

    assert [round(level, 2) for level in levels] == [48.21, 124.26, 256.31]
    assert [-to_seats(-level) for level in levels] == [49, 125, 257]


def test_emsr_b_gives_the_printed_limits_of_three_classes():
    """Case A7."""
    levels = emsr_b(*A7)

    assert [round(level, 2) for level in levels] == [23.71, 70.83]
    assert [120, *(120 - to_seats(level) for level in levels)] == [120, 97, 50]


@pytest.mark.parametrize("ratio", [0.01, 0.2, 0.4, 0.5, 0.6, 0.68, 0.99])
def test_littlewood_s_level_is_where_the_marginal_revenue_is_the_fare(ratio):
    level = littlewood([200, 200 * ratio], [50, 80], [100, 9])

    assert level == pytest.approx(normal_level(200, 200 * ratio, 50, 100), abs=1e-9)


@pytest.mark.parametrize(
    "case", [A3, A4, A5, A6, A7], ids=["A3", "A4", "A5", "A6", "A7"]
)
def test_emsr_levels_are_littlewood_s_found_by_bisection(case):
    fares, means, sds = case
    a, b = [], []
    for j in range(1, len(fares)):
        a.append(
            sum(normal_level(fares[i], fares[j], means[i], sds[i]) for i in range(j))
        )
        mean = sum(means[:j])
        average = sum(f * m for f, m in zip(fares[:j], means[:j], strict=True)) / mean
        sd = sum(one**2 for one in sds[:j]) ** 0.5
        b.append(normal_level(average, fares[j], mean, sd))

    assert emsr_a(*case) == pytest.approx(a, abs=1e-9)
    assert emsr_b(*case) == pytest.approx(b, abs=1e-9)


def test_two_classes_are_littlewood_s_in_both_versions():
    case = ([400, 150], [33, 70], [11, 20])

    assert emsr_a(*case) == emsr_b(*case) == [littlewood(*case)]


def test_arrays_of_numpy_give_the_same_floats():
    arrays = [np.array(row) for row in A3]
    single = [np.array([400, 150]), np.array([33, 70], dtype=np.int32), np.ones(2)]

    assert emsr_a(*arrays) == emsr_a(*A3)
    assert emsr_b(*arrays) == emsr_b(*A3)
    assert type(emsr_b(*arrays)[0]) is type(littlewood(*single)) is float
