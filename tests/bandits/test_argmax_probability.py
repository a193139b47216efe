"""Winning: against closed forms, and a million draws of another generator."""

from math import erf, exp, sqrt

import numpy as np
import pytest

from test_time_gym.agents.bandits.argmax_probability import (
    _exp,
    beta_wins,
    normal_wins,
)

BETAS = [
    [(1, 1)] * 5,
    [(1, 1), (900, 100)],
    [(1, 1), (100, 900)],
    [(0.5, 0.5), (0.5, 3), (2, 2)],
    [(50, 1), (20, 1), (1, 1)],
    [(1, 50), (1, 20), (1, 30)],
    [(1, 1), (1, 100), (1, 100), (2, 100)],
    [(5000, 5000), (4950, 5050)],
    [(5000, 5000), (4950, 5050), (1, 1)],
    [(50_000, 50_000), (49_900, 50_100), (1, 1), (1, 2)],
    [(1e9, 1e9), (1, 1), (1, 2)],
    [(3.5, 1.25), (12.5, 4), (7, 2.75), (1, 1), (2, 1), (5, 5), (40, 17.5)],
]
NORMALS = [
    [(0.5, 1.0)] * 5,
    [(0.5, 0.3), (0.6, 0.1), (0.4, 0.5)],
    [(0.5, 0.02), (0.51, 0.02), (0.3, 1.0)],
    [(-3.0, 2.0), (0.0, 1.0), (0.5, 0.25), (0.9, 0.05)],
    [(0.5, 0.001), (0.4, 1.0)],
    [(0.5, 1e-9), (0.4, 1.0), (0.3, 1.0)],
]


def frequencies(draws):
    winners = np.argmax(draws, axis=0)
    return np.bincount(winners, minlength=len(draws)) / len(winners)


@pytest.mark.slow
@pytest.mark.parametrize("arms", BETAS, ids=str)
def test_betas_win_as_often_as_in_a_million_draws(arms):
    chance = np.random.default_rng(9)

    met = frequencies([chance.beta(a, b, 1_000_000) for a, b in arms])

    assert beta_wins(arms) == pytest.approx(met, abs=0.002)


@pytest.mark.slow
@pytest.mark.parametrize("arms", NORMALS, ids=str)
def test_normals_win_as_often_as_in_a_million_draws(arms):
    chance = np.random.default_rng(9)

    met = frequencies([chance.normal(mean, sd, 1_000_000) for mean, sd in arms])

    assert normal_wins(arms) == pytest.approx(met, abs=0.002)


@pytest.mark.parametrize(("a", "b"), [(2, 1), (5, 1), (1.5, 1), (70, 1), (1, 3)])
def test_against_a_uniform_draw_a_beta_wins_with_its_mean(a, b):
    assert beta_wins([(a, b), (1, 1)])[0] == pytest.approx(a / (a + b), abs=5e-4)


def test_two_normals_win_by_their_difference():
    wins = normal_wins([(0.7, 0.3), (0.4, 0.4)])

    assert wins[0] == pytest.approx((1 + erf(0.3 / 0.5 / sqrt(2))) / 2, abs=5e-4)


def test_who_is_far_behind_never_wins():
    assert beta_wins([(90, 10), (10, 90), (1, 400)]) == [1.0, 0.0, 0.0]
    assert normal_wins([(0.9, 0.01), (0.1, 0.01)]) == [1.0, 0.0]
    assert beta_wins([(900, 100), (10, 90), (900, 100)])[1] == 0.0


@pytest.mark.parametrize("scale", [1e4, 1e6, 1e9])
def test_equal_arms_win_equally_often_however_much_is_known(scale):
    for shares in (
        beta_wins([(scale, scale)] * 4),
        normal_wins([(0.5, 1 / scale)] * 4),
    ):
        assert shares == pytest.approx([0.25] * 4, abs=1e-12)


def test_the_order_of_arms_does_not_matter():
    arms = BETAS[-1]

    assert beta_wins(arms[::-1]) == pytest.approx(beta_wins(arms)[::-1], abs=1e-9)


def test_the_exponential_is_close_where_it_counts():
    y = np.array([[-5.0, -3.0, -1.0, 0.0, 0.5]])

    found = _exp(y.copy())[0].tolist()

    assert found == pytest.approx([exp(v) for v in y[0]], rel=4e-4)
    assert _exp(np.array([[-1e6]]))[0, 0] < 1e-18
