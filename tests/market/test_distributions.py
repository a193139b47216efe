"""Distributions: the mean, spread and tails their laws promise."""

from math import exp, factorial, sqrt

import pytest
from pydantic import ValidationError

from test_time_gym.market.distributions import erlang, exponential, poisson
from test_time_gym.market.payments.latency import LatencyLaw
from test_time_gym.market.streams import Streams

LAST = 2**64 - 1


def words(count):
    stream = Streams(8).get("law")
    return [stream.word() for _ in range(count)]


def test_exponential_draws_have_their_mean_and_spread():
    draws = [exponential(word, 1_000_000) for word in words(40_000)]

    mean = sum(draws) / len(draws)
    square = sum(draw * draw for draw in draws) / len(draws)
    # E[X] = m with variance m², E[X²] = 2 m² with variance 20 m⁴.
    assert abs(mean - 1e6) <= 4 * 1e6 / sqrt(len(draws))
    assert abs(square - 2e12) <= 4 * sqrt(20) * 1e12 / sqrt(len(draws))


def test_exponential_draws_are_never_negative_and_always_finite():
    assert (exponential(LAST, 10**9), exponential(0, 1000)) == (0, 36737)


@pytest.mark.parametrize("shape", [2, 3, 50])
def test_erlang_draws_have_their_mean_spread_and_tails(shape):
    draws = [erlang(word, 1_000_000, shape) for word in words(20_000)]

    mean = sum(draws) / len(draws)
    variance = sum((draw - mean) ** 2 for draw in draws) / len(draws)
    # The excess kurtosis is 6/k, and so the variance of X² is (2 + 6/k)/k² m⁴.
    assert abs(mean - 1e6) <= 4 * 1e6 / sqrt(shape * len(draws))
    spread = sqrt((2 + 6 / shape) / len(draws)) * 1e12 / shape
    assert abs(variance - 1e12 / shape) <= 4 * spread
    for limit in (0.5, 0.8, 1.0, 1.5, 2.0):
        x = limit * shape
        share = 1 - exp(-x) * sum(x**j / factorial(j) for j in range(shape))
        met = sum(draw <= limit * 1e6 for draw in draws)
        deviation = sqrt(len(draws) * share * (1 - share))
        assert abs(met - len(draws) * share) <= 4 * deviation + 1


def test_an_erlang_draw_of_one_step_is_the_exponential_draw():
    law = LatencyLaw(kind="erlang", typical_ms=30_000, shape=1)
    other = LatencyLaw(kind="exponential", typical_ms=30_000)

    assert [law.draw(word) for word in words(100)] == [
        other.draw(word) for word in words(100)
    ]


def test_erlang_draws_are_the_same_on_every_machine():
    law = LatencyLaw(kind="erlang", typical_ms=60_000, shape=3)

    assert [law.draw(word) for word in (0, 2**63, LAST)] == [
        754_026,
        44_497,
        4_071,
    ]


@pytest.mark.parametrize("shape", [0, 51, 2.0])
def test_a_shape_is_a_whole_number_from_1_to_50(shape):
    with pytest.raises(ValidationError, match="shape"):
        LatencyLaw.model_validate({"kind": "erlang", "shape": shape})


@pytest.mark.parametrize("mean", [0.02, 0.5, 4.0, 29.9, 30.0, 250.0])
def test_poisson_draws_have_the_mean_variance_and_chance_of_none(mean):
    stream, runs = Streams(9).get("poisson"), 20_000

    draws = [poisson(round(mean * 1e6), stream.word) for _ in range(runs)]

    average = sum(draws) / runs
    variance = sum((draw - average) ** 2 for draw in draws) / runs
    none = exp(-mean)
    assert abs(average - mean) <= 4 * sqrt(mean / runs)
    assert abs(variance - mean) <= 4 * sqrt((2 * mean**2 + mean) / runs)
    assert abs(draws.count(0) - runs * none) <= 4 * sqrt(runs * none * (1 - none)) + 1


def test_poisson_draws_of_extreme_words_end():
    assert poisson(0, lambda: LAST) == 0
    assert poisson(29_999_999, lambda: 0) == 0
    assert 60 < poisson(29_999_999, lambda: LAST) < 90
    assert 5000 < poisson(3_000_000_000, lambda: LAST) < 9000


@pytest.mark.parametrize(
    "kind", ["deterministic", "exponential", "erlang", "lognormal"]
)
def test_every_latency_is_a_whole_millisecond_or_more(kind):
    law = LatencyLaw(kind=kind, typical_ms=1, sigma_ppm=3_000_000)

    draws = [law.draw(word) for word in (0, LAST, *words(100))]

    assert all(type(draw) is int and draw >= 1 for draw in draws)
