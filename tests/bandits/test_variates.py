"""Variates: moments and quantiles of normal, gamma and beta draws."""

from math import erf, exp, log, sqrt

import pytest

from test_time_gym.agents.bandits.variates import beta, gamma, normals, uniform
from test_time_gym.market.interface.policy import policy_stream

COUNT = 20_000


class Words:
    """A stream that says what it is told."""

    def __init__(self, *words):
        self.words = list(words)
        self.drawn = 0

    def word(self):
        self.drawn += 1
        return self.words.pop(0)


def holds(draws, mean, variance, excess):
    """Compare with exact moments, within four standard errors."""
    count = len(draws)
    met = sum(draws) / count
    spread = sum((draw - mean) ** 2 for draw in draws) / count
    assert abs(met - mean) <= 4 * sqrt(variance / count)
    assert abs(spread - variance) <= 4 * variance * sqrt((2 + excess) / count)


def below(draws, limit, share):
    met = sum(draw <= limit for draw in draws) / len(draws)
    assert abs(met - share) <= 4 * sqrt(share * (1 - share) / len(draws))


def test_a_uniform_draw_is_never_zero_and_may_be_one():
    assert uniform(Words(0)) == 2.0**-53
    assert uniform(Words(2**64 - 1)) == 1.0


def test_normal_draws_come_from_the_extreme_words_too():
    assert normals(Words(0, 0)) == pytest.approx((sqrt(106 * log(2)), 0))
    assert normals(Words(2**64 - 1, 2**62)) == (0, 0)


def test_normal_draws_have_the_normal_law_and_pairs_are_uncorrelated():
    chance = policy_stream(3)
    pairs = [normals(chance) for _ in range(COUNT)]

    for draws in zip(*pairs, strict=True):
        holds(draws, 0, 1, 0)
        for limit in (-2, -1, 0, 0.5, 1.5):
            below(draws, limit, (1 + erf(limit / sqrt(2))) / 2)
    assert abs(sum(x * y for x, y in pairs)) <= 4 * sqrt(COUNT)
    assert abs(sum(x * x * y * y - 1 for x, y in pairs)) <= 4 * sqrt(8 * COUNT)


@pytest.mark.parametrize("shape", [0.1, 0.5, 0.9, 1.0, 2.5, 40.0, 3000.0])
def test_gamma_draws_have_mean_and_variance_of_their_shape(shape):
    chance = policy_stream(4)

    holds([gamma(chance, shape) for _ in range(COUNT)], shape, shape, 6 / shape)


@pytest.mark.parametrize("limit", [0.05, 0.5, 1.0, 3.0])
def test_gamma_draws_have_the_quantiles_of_laws_that_are_known(limit):
    chance = policy_stream(5)

    half = [gamma(chance, 0.5) for _ in range(COUNT)]
    below(half, limit, erf(sqrt(limit)))
    below([gamma(chance, 1) for _ in range(COUNT)], limit, 1 - exp(-limit))
    two = [gamma(chance, 2) for _ in range(COUNT)]
    below(two, limit, 1 - exp(-limit) * (1 + limit))


@pytest.mark.parametrize(
    ("a", "b"), [(0.5, 0.5), (1, 1), (1, 7.5), (2.25, 1.5), (30, 4), (800, 1200)]
)
def test_beta_draws_have_mean_and_variance_of_their_law(a, b):
    chance = policy_stream(6)
    n = a + b
    excess = 6 * ((a - b) ** 2 * (n + 1) - a * b * (n + 2))
    excess /= a * b * (n + 2) * (n + 3)

    draws = [beta(chance, a, b) for _ in range(COUNT)]

    holds(draws, a / n, a * b / (n * n * (n + 1)), excess)
    assert 0 <= min(draws) <= max(draws) <= 1


@pytest.mark.parametrize("limit", [0.1, 0.3, 0.5, 0.9])
def test_beta_draws_have_the_quantiles_of_laws_that_are_known(limit):
    chance = policy_stream(7)

    below([beta(chance, 3, 1) for _ in range(COUNT)], limit, limit**3)
    below([beta(chance, 1, 4) for _ in range(COUNT)], limit, 1 - (1 - limit) ** 4)
    square = [beta(chance, 2, 2) for _ in range(COUNT)]
    below(square, limit, limit * limit * (3 - 2 * limit))


def test_the_same_seed_gives_the_same_draws():
    draws = [round(beta(policy_stream(seed), 2, 3), 9) for seed in (1, 1, 2)]

    assert draws[0] == draws[1] != draws[2]
