"""Power: against published tables, and against simulated studies."""

from math import sqrt

import numpy as np
import pytest

from test_time_gym.evaluation.statistics import (
    mean_interval,
    minimum_detectable,
    power_of,
    seeds_needed,
    spread_of,
    student,
)
from test_time_gym.market.errors import Misuse


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 12.7062), (2, 4.3027), (9, 2.2622), (19, 2.0930), (100, 1.9840)],
)
def test_students_quantiles_are_those_of_every_table(freedom, expected):
    assert student.quantile(0.95, freedom) == pytest.approx(expected, abs=5e-5)


def test_the_expansion_for_many_degrees_of_freedom_joins_the_sums():
    t = student.quantile(0.95, 1001)

    assert student.area(t, 1001) == pytest.approx(0.95, abs=1e-9)


@pytest.mark.parametrize(
    ("effect", "pairs"), [(0.2, 199), (0.4, 52), (0.5, 34), (0.8, 15), (1.0, 10)]
)
def test_as_many_seeds_are_needed_as_g_power_says(effect, pairs):
    """Faul et al., G*Power 3 (2007): matched pairs, two-sided, 0.05 and 0.8."""
    assert seeds_needed(effect, 1.0) == pairs


@pytest.mark.parametrize(
    ("n", "gain", "sd", "level"),
    [(10, 0.2, 0.25, 0.95), (20, 0.1, 0.25, 0.95), (20, 0.2, 0.25, 0.99)],
)
def test_so_many_simulated_studies_show_the_gain(n, gain, sd, level):
    studies = 100_000
    values = np.random.default_rng(n).normal(gain, sd, (studies, n))
    t = values.mean(axis=1) / (values.std(axis=1, ddof=1) / sqrt(n))

    shown = np.mean(np.abs(t) > student.quantile(level, n - 1))

    error = sqrt(shown * (1 - shown) / studies)
    assert power_of(n, gain, sd, level) == pytest.approx(shown, abs=4 * error)


@pytest.mark.slow
def test_the_bootstrap_interval_shows_a_gain_as_often_as_the_t_test():
    n, gain, sd, studies = 20, 0.15, 0.25, 400
    dice = np.random.default_rng(5)

    shown = sum(
        mean_interval(dice.normal(gain, sd, n).tolist(), draws=999).low > 0
        for _ in range(studies)
    )

    theory = power_of(n, gain, sd)
    error = sqrt(theory * (1 - theory) / studies)
    assert shown / studies == pytest.approx(theory, abs=3 * error)


@pytest.mark.parametrize(
    ("gain", "power", "level"),
    [(0.1, 0.9, 0.95), (0.075, 0.8, 0.5), (0.5, 0.3, 0.99), (0.75, 0.5, 0.99)],
    ids=["usual", "low level", "low power", "high level"],
)
def test_the_least_number_is_the_least(gain, power, level):
    n = seeds_needed(gain, 0.25, power, level)

    assert power_of(n - 1, gain, 0.25, level) < power <= power_of(n, gain, 0.25, level)


def test_a_tiny_gain_needs_millions_and_is_told_at_once():
    assert seeds_needed(0.0003, 0.25) == pytest.approx(
        (2.8016 * 0.25 / 0.0003) ** 2, 1e-3
    )


def test_what_can_be_detected_is_detected_with_that_chance():
    gain = minimum_detectable(20, 0.25, power=0.9)

    assert power_of(20, gain, 0.25) == pytest.approx(0.9)


def test_a_loss_is_seen_as_a_gain_is():
    assert seeds_needed(-0.1, 0.25) == seeds_needed(0.1, 0.25) == 52


def test_a_huge_gain_still_needs_two_seeds():
    assert seeds_needed(1e6, 0.25) == 2
    assert (power_of(1, 1e6, 0.25), minimum_detectable(1, 0.25)) == (0.0, None)


def test_without_a_gain_the_power_is_what_the_level_leaves():
    assert power_of(20, 0, 0.25, level=0.9) == pytest.approx(0.1, abs=1e-6)


def test_measured_differences_tell_their_spread_by_seed():
    assert spread_of([0.1, 0.3]) == pytest.approx(0.1414, abs=1e-4)
    assert spread_of([0, 1, 1, 2], clusters=["a", "a", "b", "b"]) == pytest.approx(
        sqrt(0.5)
    )
    assert (spread_of([]), spread_of([1, 2], clusters=[3, 3])) == (None, None)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: seeds_needed(0, 0.25), "ask for a larger gain"),
        (lambda: seeds_needed(1e-9, 0.25), "more than 10000000 seeds"),
        (lambda: seeds_needed(0.1, 0), "sd is a positive number"),
        (lambda: seeds_needed(0.1, float("nan")), "sd is a positive number"),
        (lambda: seeds_needed(float("inf"), 1), "sd is a positive number"),
        (lambda: seeds_needed(0.1, 0.25, power=80), "between 0 and 1"),
        (lambda: power_of(20, 0.1, 0.25, level=0), "between 0 and 1"),
        (lambda: minimum_detectable(20, 0.25, power=1), "between 0 and 1"),
    ],
)
def test_an_argument_out_of_range_is_refused(call, message):
    with pytest.raises(Misuse, match=message):
        call()
