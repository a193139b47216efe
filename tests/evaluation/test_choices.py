"""Choices among arms: exploration, its failures, and values from propensities."""

from math import sqrt

import numpy as np
import pytest

from test_time_gym.evaluation.statistics import (
    ArmChoice,
    Weighted,
    explore_ratio,
    ips_value,
    min_frac,
    suff_fail_freq,
)
from test_time_gym.market.errors import Misuse


def choice(chosen, a=0.5, b=0.5, propensity=0.5, reward=None):
    return ArmChoice(
        means={"a": a, "b": b}, chosen=chosen, propensity=propensity, reward=reward
    )


def test_a_choice_is_exploratory_if_another_arm_had_a_higher_mean_then():
    log = [choice("a", 0.4, 0.6), choice("a", 0.6, 0.4), choice("b", 0.5, 0.5)]

    assert [one.exploratory for one in log] == [True, False, False]
    assert explore_ratio(log) == 1 / 3
    assert explore_ratio([]) is None


def test_a_choice_without_an_alternative_is_none():
    only = ArmChoice(means={"a": 0.4}, chosen="a", propensity=1.0)
    log = [only, choice("a", 0.4, 0.6)]

    assert explore_ratio(log) == 1.0
    assert explore_ratio([only]) is None


RUNS = ["aabbb", "babab", "bbbba", "bb"]


@pytest.mark.parametrize(
    ("t", "expected"), [(1, 1 / 4), (2, 1 / 4), (3, 1 / 3), (5, 2 / 3), (6, None)]
)
def test_a_run_fails_from_t_on_if_its_best_arm_never_comes_again(t, expected):
    assert suff_fail_freq(RUNS, best=["a"] * 4, t=t) == expected


def test_each_run_has_a_best_arm_of_its_own():
    assert suff_fail_freq(["ab", "ab"], best=["a", "b"], t=2) == 0.5


@pytest.mark.parametrize(
    ("t", "expected"),
    [(2, 2 * (0 + 0.5 + 0 + 0) / 4), (4, 2 * (0.5 + 0.5 + 0) / 3), (6, None)],
)
def test_the_least_chosen_arm_tells_uniform_play(t, expected):
    assert min_frac(RUNS, arms="ab", t=t) == expected


def test_an_arm_that_is_never_chosen_has_the_least_share():
    assert min_frac(["ab"], arms="abc", t=2) == 0


def test_propensities_weigh_what_was_seen():
    log = [
        choice("a", propensity=0.5, reward=1),
        choice("b", propensity=0.8, reward=1),
        choice("a", propensity=0.2, reward=1),
        choice("a", propensity=0.2),
    ]

    found = ips_value(log, "a")

    # Scores 2, 0 and 5; weights 2 and 5.
    assert found == Weighted(7 / 3, pytest.approx(19 / 9), 49 / 29)


def test_an_arm_that_was_never_chosen_is_worth_nothing_that_is_known():
    assert ips_value([choice("b", reward=1)], "a") == Weighted(0, None, 0)
    assert ips_value([choice("b")], "a") is None


def test_the_value_is_without_bias_though_the_agent_learns():
    """A greedy-ish agent whose propensities depend on what it has seen."""
    dice = np.random.default_rng(3)
    estimates, variances = [], []
    for _ in range(2000):
        won, log = {"a": 1.0, "b": 1.0}, []
        for _ in range(30):
            p = min(max(won["a"] / (won["a"] + won["b"]), 0.2), 0.8)
            arm = "a" if dice.random() < p else "b"
            reward = float(dice.random() < {"a": 0.3, "b": 0.6}[arm])
            won[arm] += reward
            log.append(
                choice(arm, propensity=p if arm == "a" else 1 - p, reward=reward)
            )
        found = ips_value(log, "a")
        estimates.append(found.estimate)
        variances.append(found.variance)

    error = np.std(estimates) / sqrt(len(estimates))
    assert np.mean(estimates) == pytest.approx(0.3, abs=3 * error)
    assert np.mean(variances) == pytest.approx(np.var(estimates), rel=0.1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: choice("c"), "has no posterior mean"),
        (lambda: choice("a", propensity=0), "a propensity is above 0"),
        (lambda: choice("a", propensity=1.1), "a propensity is above 0"),
        (lambda: suff_fail_freq(["a"], ["a"], t=0), "counted from 1"),
        (lambda: suff_fail_freq(["a"], ["a", "b"], t=1), "1 runs need as many"),
        (lambda: min_frac(["a"], "a", t=0), "counted from 1"),
        (lambda: min_frac(["a"], "", t=1), "without arms"),
    ],
)
def test_a_log_that_cannot_be_is_refused(call, message):
    with pytest.raises(Misuse, match=message):
        call()
