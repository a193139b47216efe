"""Untruncating by EM: against the likelihood itself, maximised without it."""

import random
from math import exp, fsum, log
from statistics import NormalDist, fmean, pstdev

import pytest

from test_time_gym.market.pricing.learning.censored_normal import (
    censored_normal,
    given_at_least,
)
from test_time_gym.market.pricing.learning.untruncate import UNTRUNCATE, em, none

STANDARD = NormalDist()


def log_likelihood(taken, closed, mean, sd):
    return fsum(
        log(max(STANDARD.cdf((mean - units) / sd), 1e-300))
        if shut
        else -(((units - mean) / sd) ** 2) / 2 - log(sd)
        for units, shut in zip(taken, closed, strict=True)
    )


def searched(taken, closed):
    """Return mean and deviation by looking around ever more closely."""
    mean, power = fmean(taken), log(pstdev(taken))
    best = log_likelihood(taken, closed, mean, exp(power))
    step = 1.0
    while step > 1e-9:
        around = [
            (mean + exp(power) * step * i, power + step * j)
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
        ]
        found = max((log_likelihood(taken, closed, m, exp(p)), m, p) for m, p in around)
        if found[0] > best:
            best, mean, power = found
        else:
            step /= 2
    return mean, exp(power)


def drawn(seed):
    """Return demand that is cut off at limits, and where it was."""
    chance = random.Random(seed)
    asked = [max(0, round(chance.gauss(20, 8))) for _ in range(30)]
    limits = [chance.randint(10, 40) for _ in asked]
    taken = [min(pair) for pair in zip(asked, limits, strict=True)]
    return taken, [a >= b for a, b in zip(asked, limits, strict=True)], asked


@pytest.mark.parametrize("seed", range(12))
def test_em_finds_the_law_under_which_what_was_seen_is_likeliest(seed):
    taken, closed, _ = drawn(seed)
    assert any(closed)
    assert not all(closed)

    law = censored_normal(taken, closed)

    assert tuple(law) == pytest.approx(searched(taken, closed), rel=1e-5)


def test_what_was_cut_off_has_the_mean_of_the_tail_of_the_law():
    law = censored_normal(*drawn(3)[:2])
    bound, parts = 25, 200_000
    wide = 10 * law.sd / parts
    points = [bound + (k + 0.5) * wide for k in range(parts)]
    chances = [NormalDist(*law).pdf(x) * wide for x in points]
    whole = fsum(chances)
    mean = fsum(x * p for x, p in zip(points, chances, strict=True)) / whole
    square = fsum(x * x * p for x, p in zip(points, chances, strict=True)) / whole

    found = given_at_least(law, bound)

    assert found == pytest.approx((mean, square - mean * mean), rel=1e-6)


def test_the_tail_goes_on_smoothly_where_it_is_far_away():
    law = (20.0, 2.0)
    near, far = (
        given_at_least(type(censored_normal([1], [False]))(*law), 20 + 2 * z)
        for z in (29, 31)
    )
    assert near[0] - 78 == pytest.approx(2 / 29, rel=3e-3)
    assert far[0] - 82 == pytest.approx(2 / 31, rel=3e-3)
    assert near[1] == pytest.approx(far[1], rel=0.2)


def test_untruncating_comes_nearer_to_what_was_asked_for():
    gaps = {name: [] for name in UNTRUNCATE}
    for seed in range(40):
        taken, closed, asked = drawn(seed)
        for name, step in UNTRUNCATE.items():
            gaps[name].append(fmean(one.mean for one in step(taken, closed)))
            gaps[name][-1] -= fmean(asked)

    assert fmean(gaps["none"]) < -1.5
    assert abs(fmean(gaps["em"])) < 0.5


def test_nothing_closed_is_taken_as_it_is():
    assert em([3, 4, 5], [False] * 3) == none([3, 4, 5], [False] * 3)


def test_where_all_was_closed_nothing_is_known_and_sales_stand():
    assert em([3, 4, 5], [True] * 3) == none([3, 4, 5], [True] * 3)


@pytest.mark.parametrize(
    ("taken", "closed", "expected"),
    [
        ([0, 0, 0, 0], [False, False, True, True], [0, 0, 0, 0]),
        ([5, 5, 5], [False, False, True], [5, 5, 5]),
        ([4], [False], [4]),
    ],
)
def test_demand_that_never_changes_stays_what_it_is(taken, closed, expected):
    found = em(taken, closed)

    assert [one.mean for one in found] == pytest.approx(expected, abs=1e-4)
    assert all(0 <= one.variance < 1e-4 for one in found)


def test_what_was_cut_off_is_never_less_than_what_was_sold():
    for seed in range(200):
        taken, closed, _ = drawn(1000 + seed)
        for units, shut, one in zip(taken, closed, em(taken, closed), strict=True):
            assert one.mean >= units
            assert (one.variance > 0) == shut
