"""Figures of learning curves and pass^k, with their empty and never cases."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.evaluation.statistics import (
    RegretSlopes,
    area_under,
    episodes_to,
    pass_hat_k,
    recovery_time,
    regret_slopes,
)
from test_time_gym.market.errors import Misuse


def test_the_area_is_the_mean_height():
    assert (area_under([0, 1, 1, 1]), area_under([])) == (0.75, None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 0, 0, 1, 1, 1], 6),
        ([1, 1, 1], 3),
        ([0, 0.9, 0.9, 0.9], 4),
        ([0, 1, 1], None),
        ([1, 1], None),
        ([], None),
    ],
)
def test_the_reference_is_reached_when_a_whole_window_is_near_it(values, expected):
    assert episodes_to(values, reference=1, window=3) == expected


@pytest.mark.parametrize(
    ("values", "drift", "expected"),
    [
        ([1, 1, 0, 0, 0, 1, 1], 2, 3),
        ([1, 1, 1, 1], 2, 0),
        ([0.5, 0.5, 0.45, 0.45], 2, 0),
        ([1, 1, 0, 1, 0, 1], 2, None),
        ([1, 1], 2, None),
        ([1, 1, 1], 1, None),
        ([0, 0, 1, 1], 2, None),
    ],
    ids=["back", "unhurt", "near", "never", "no after", "no before", "level 0"],
)
def test_recovery_counts_the_episodes_before_a_window_is_back(values, drift, expected):
    assert recovery_time(values, drift, window=2) == expected


def test_only_the_window_before_the_drift_sets_the_level():
    assert recovery_time([0, 0, 1, 1, 0.5, 0.5, 1, 1], drift=4, window=2) == 2


@pytest.mark.parametrize(
    ("regrets", "expected"),
    [
        ([], None),
        ([1, 2, 3], None),
        ([4, 3, 2, 1], RegretSlopes(4, 1, 0.25)),
        ([4, 4, 3, 3, 3, 3, 1, 0, 0], RegretSlopes(4, 0, 0)),
        ([0, 9, 9, 3], RegretSlopes(0, 3, None)),
    ],
)
def test_slopes_are_the_mean_regrets_of_the_outer_quarters(regrets, expected):
    assert regret_slopes(regrets) == expected


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.data())
def test_pass_k_is_the_share_of_sets_of_k_tries_that_all_succeed(tries, data):
    k = data.draw(st.integers(1, len(tries)))
    sets = list(combinations(tries, k))

    found = pass_hat_k([sum(tries)], n=len(tries), k=k)

    assert found == pytest.approx(sum(map(all, sets)) / len(sets))


def test_pass_k_is_the_mean_over_tasks():
    assert pass_hat_k([4, 2, 0], n=4, k=2) == pytest.approx((1 + 1 / 6 + 0) / 3)
    assert pass_hat_k([], n=4, k=2) is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pass_hat_k([1], n=2, k=3), "needs 3 or more tries"),
        (lambda: pass_hat_k([1], n=2, k=0), "k at least 1"),
        (lambda: pass_hat_k([3], n=2, k=1), "3 of 2 tries"),
        (lambda: episodes_to([1], reference=0), "a reference is above 0"),
        (lambda: episodes_to([1], reference=1, window=0), "one episode or more"),
        (lambda: recovery_time([1], drift=2), "no drift after 2"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(Misuse, match=message):
        call()
