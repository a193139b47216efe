"""Intervals: of shares, means, ratios and anything else."""

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.evaluation.statistics import (
    Interval,
    bootstrap,
    mean_interval,
    paired_bootstrap,
    ratio_interval,
    wilson,
)
from test_time_gym.market.errors import Misuse

GAINS = [0.2, 0.1, 0.0, 0.3, 0.1, 0.2, -0.1, 0.2, 0.4, -0.2]


# -- shares ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("successes", "n", "expected"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion"
        # (Statistics in Medicine, 1998), table I, method 3.
        (81, 263, (0.3080, 0.2553, 0.3662)),
        (15, 148, (0.1014, 0.0624, 0.1605)),
        (0, 20, (0.0, 0.0, 0.1611)),
        (1, 29, (0.0345, 0.0061, 0.1718)),
    ],
)
def test_a_share_has_the_published_score_interval(successes, n, expected):
    assert wilson(successes, n) == pytest.approx(expected, abs=5e-5)


def test_a_share_of_nothing_may_be_anything():
    assert wilson(0, 0) == Interval(None, 0.0, 1.0)


@given(st.integers(0, 300), st.integers(0, 300), st.sampled_from([0.5, 0.9, 0.95]))
def test_a_share_lies_in_its_interval_which_lies_between_0_and_1(a, b, level):
    share, low, high = wilson(min(a, b), max(a, b, 1), level)
    other = wilson(max(a, b, 1) - min(a, b), max(a, b, 1), level)

    assert 0 <= low <= share <= high <= 1
    assert (1 - other.high, 1 - other.low) == pytest.approx((low, high))


@pytest.mark.parametrize(("successes", "n"), [(3, 2), (-1, 2), (0, -1)])
def test_what_is_no_share_is_refused(successes, n):
    with pytest.raises(Misuse, match="are no share"):
        wilson(successes, n)


# -- means and ratios ------------------------------------------------------------------


def test_the_same_data_and_seed_give_the_same_interval_and_another_seed_does_not():
    one, again, other = (mean_interval(GAINS, seed=seed) for seed in (7, 7, 8))

    assert one == again
    assert one == pytest.approx(
        (0.12, -0.029150805337816638, 0.23706281947614152), abs=1e-12
    )
    assert other != one
    assert other == pytest.approx(one, abs=0.02)


def test_a_wider_level_gives_a_wider_interval():
    narrow, wide = (mean_interval(GAINS, level=level) for level in (0.8, 0.99))

    assert wide.low < narrow.low < narrow.estimate < narrow.high < wide.high


def test_nothing_measured_has_no_estimate_and_one_seed_no_bounds():
    assert mean_interval([]) == Interval(None, None, None)
    assert mean_interval([0.5]) == Interval(0.5, None, None)
    assert mean_interval([1, 2, 3], clusters=[7, 7, 7]) == Interval(2, None, None)


def test_seeds_that_do_not_differ_do_not_tell_how_sure_they_are():
    assert mean_interval([1.0] * 20) == Interval(1, None, None)
    assert mean_interval([0.1, 0.3] * 20, clusters=[k // 2 for k in range(40)]) == (
        Interval(pytest.approx(0.2), None, None)
    )


def test_values_of_one_seed_count_as_one():
    """Repeating every seed's value ten times adds nothing to what is known."""
    often = [gain for gain in GAINS for _ in range(10)]
    seeds = [k // 10 for k in range(100)]

    clustered = paired_bootstrap(often, seeds)
    naive = paired_bootstrap(often)

    assert clustered == pytest.approx(paired_bootstrap(GAINS))
    assert naive.high - naive.low < 0.4 * (clustered.high - clustered.low)


def test_a_seed_counts_by_its_values_and_labels_may_be_anything():
    values, labels = [1, 0, 0, 0, 1, 1], ["a", "b", "b", "b", "c", "c"]

    named = mean_interval(values, labels)
    numbered = mean_interval(values, [9, 3, 3, 3, 5, 5])

    assert named.estimate == 0.5
    assert named == numbered


@given(
    st.lists(st.integers(-50, 50), min_size=2, max_size=12),
    st.integers(1, 9),
    st.integers(-100, 100),
)
def test_an_interval_moves_and_stretches_with_what_it_measures(values, scale, shift):
    moved = [scale * value + shift for value in values]

    one, other = (mean_interval(some, draws=199) for some in (values, moved))

    if one.low is None:
        assert other.low is None
    else:
        expected = [scale * bound + shift for bound in one]
        assert other == pytest.approx(expected, abs=1e-6)
        assert one.low <= one.estimate <= one.high


def test_a_ratio_is_that_of_the_sums():
    found = ratio_interval([20, 30, 10, 26], [40, 50, 30, 50], seed=1)

    assert found.estimate == 86 / 170
    assert 0.3 < found.low < found.estimate < found.high < 0.6


def test_a_ratio_that_is_the_same_everywhere_shows_no_spread():
    found = ratio_interval([1, 2, 3], [2, 4, 6])

    assert found == Interval(0.5, None, None)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_interval([1, 2], level=95), "a level is between 0 and 1"),
        (lambda: mean_interval([1, 2], draws=0), "draws is a positive integer"),
        (lambda: mean_interval([1, float("nan")]), "cannot be averaged"),
        (lambda: mean_interval([1, 2], [1]), "2 values need as many cluster labels"),
        (lambda: mean_interval([1, 2], seed=-1), "a seed is"),
        (lambda: ratio_interval([1], [1, 2]), "are no pairs"),
        (lambda: ratio_interval([1, 2], [1, 0]), "there is no ratio"),
        (lambda: bootstrap([1, 2], fmean, draws=-1), "draws is a positive integer"),
    ],
)
def test_what_cannot_be_measured_is_refused(call, message):
    with pytest.raises(Misuse, match=message):
        call()


# -- any statistic ---------------------------------------------------------------------


def test_any_statistic_has_an_interval_near_that_of_the_mean():
    general = bootstrap(GAINS, fmean)
    studentised = mean_interval(GAINS)

    assert general.estimate == pytest.approx(studentised.estimate)
    assert general == pytest.approx(studentised, abs=0.02)


def test_a_statistic_of_few_or_equal_seeds_has_no_bounds():
    assert bootstrap([], fmean) == Interval(None, None, None)
    assert bootstrap([3], fmean) == Interval(3, None, None)
    assert bootstrap([3, 3, 3], fmean, draws=99) == Interval(3, None, None)


def test_a_cluster_may_be_anything_that_the_statistic_knows():
    runs = [{"won": 3, "played": 4}, {"won": 1, "played": 6}, {"won": 2, "played": 2}]

    def rate(some):
        return sum(r["won"] for r in some) / sum(r["played"] for r in some)

    found = bootstrap(runs, rate, draws=999)

    assert found.estimate == 0.5
    assert 1 / 6 <= found.low < 0.5 < found.high <= 1


def test_a_skew_beyond_the_correction_takes_the_last_resample():
    found = bootstrap([0.0, 0.0, 1000.0], fmean, level=0.999, draws=499)

    assert found == (pytest.approx(1000 / 3), 0, 1000)
