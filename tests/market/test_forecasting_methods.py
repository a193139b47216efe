"""Pickup and exponential smoothing: by hand, and by sums written out."""

import random
from math import fsum

import pytest

from test_time_gym.market.pricing.learning.learned_forecast import (
    LearningSteps,
    learned,
)
from test_time_gym.market.pricing.learning.methods import (
    FIRST,
    exponential_smoothing,
    pickup,
)
from test_time_gym.market.pricing.past_sales import PastSales

DAY = 86_400_000


def past(*rows, starts=(30, 14, 7), closed=()):
    """Return past departures of one product, from what each interval booked."""
    return tuple(
        (
            PastSales(
                product=4,
                starts_ms=tuple(day * DAY for day in starts),
                taken=row,
                closed=tuple((i, k) in closed for k in range(len(row))),
            ),
        )
        for i, row in enumerate(rows)
    )


def test_pickup_by_hand():
    # Picked up from 30, 14 and 7 days on: 12, 10, 16 - 10, 9, 11 - 6, 4, 5.
    known = learned(
        past((2, 4, 6), (1, 5, 4), (5, 6, 5)), LearningSteps("none", "pickup", 100_000)
    )

    # Of 12, 10, 16 the variance is (0.667² + 2.667² + 3.333²) / 2 = 9.333.
    assert known.to_come(4, 30 * DAY) == (12_667, 9_333_333)
    assert known.to_come(4, 14 * DAY) == (10_000, 1_000_000)
    assert known.to_come(4, 7 * DAY) == (5_000, 1_000_000)
    assert known.to_come(4, 0) == (0, 0)


def test_between_two_points_what_is_to_come_falls_along_a_line():
    known = learned(
        past((2, 4, 6), (2, 4, 6)), LearningSteps("none", "pickup", 100_000)
    )

    assert [known.to_come(4, days * DAY)[0] for days in (40, 30, 22, 14, 7)] == [
        12_000,
        12_000,
        11_000,
        10_000,
        6_000,
    ]
    assert known.to_come(4, 7 * DAY // 2)[0] == 3_000


def test_intervals_of_no_length_are_passed_by():
    rows = [(2, 0, 0, 3), (4, 0, 0, 5)]
    known = learned(
        past(*rows, starts=(20, 7, 7, 7)), LearningSteps("none", "pickup", 100_000)
    )

    assert known.to_come(4, 20 * DAY)[0] == 7_000
    assert known.to_come(4, 7 * DAY)[0] == 4_000


def test_what_is_not_known_of_a_departure_adds_to_the_variance():
    rows = [(8,), (10,), (12,), (11,)]
    cut = past(*rows, starts=(30,), closed={(3, 0)})

    plain = learned(cut, LearningSteps("none", "pickup", 100_000)).to_come(4, 30 * DAY)
    whole = learned(cut, LearningSteps("em", "pickup", 100_000)).to_come(4, 30 * DAY)

    assert plain == (10_250, 2_916_667)
    # The likeliest law, by looking around for it: mean 10.572867, deviation 1.799870.
    # Under it 11 or more are 12.291467 on average, with a variance of 1.020018.
    asked = [8, 10, 12, 12.291467]
    mean = sum(asked) / 4
    variance = sum((one - mean) ** 2 for one in asked) / 3 + 1.020018 / 4
    assert whole == (round(1000 * mean), pytest.approx(10**6 * variance, abs=5))


def test_smoothing_is_a_sum_of_weights_that_fall():
    chance = random.Random(7)
    values = [chance.uniform(0, 50) for _ in range(60)]
    share = 0.2
    start, later = values[:FIRST], values[FIRST:]
    n = len(later)
    weights = [share * (1 - share) ** (n - 1 - k) for k in range(n)]
    rest = (1 - share) ** n
    first = pickup(start, share)
    mean = fsum(w * x for w, x in zip(weights, later, strict=True)) + rest * first[0]
    # The variance around that mean, of all values with their weights.
    square = fsum(w * x * x for w, x in zip(weights, later, strict=True))
    square += rest * (first[1] + first[0] ** 2)

    assert exponential_smoothing(values, share) == pytest.approx(
        (mean, square - mean * mean), rel=1e-12
    )


def test_with_a_weight_of_one_the_last_departure_is_all_that_counts():
    assert exponential_smoothing([3.0] * FIRST + [9.0, 4.0], 1.0) == (4.0, 0.0)


def test_without_later_departures_smoothing_is_pickup():
    values = [float(k) for k in range(FIRST)]

    assert exponential_smoothing(values, 0.3) == pickup(values, 0.3)
