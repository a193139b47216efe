"""The lognormal law: drawn from the whole word, tails and all."""

from math import exp, log
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.lognormal import Lognormal
from test_time_gym.market.streams import Streams
from test_time_gym.market.value_law import SURVIVAL_UNIT

LAST = 2**64 - 1
WORDS = st.integers(0, LAST)


@pytest.mark.parametrize("sigma", [0.05, 0.35, 1.5])
def test_draws_meet_the_law_s_distribution_everywhere(sigma):
    law, normal = Lognormal(10**12, round(sigma * 1e6)), NormalDist()

    for k in (0, 1, 2, 7, 15, 16, 17, 100, 1024, 1400, 2030, 2031, 2032, 2040, 2047):
        for inside in (0.0, 0.25, 0.5, 0.75):
            share = max((k + inside) / 2048, 1e-9)
            drawn = law.at(int(share * 2**64))
            below = normal.cdf(log(drawn / 1e12) / sigma)
            assert below == pytest.approx(share, abs=1e-5)
            if not 16 <= k < 2032:
                assert below == pytest.approx(share, rel=1e-6)


def test_some_pay_beyond_every_bound_that_a_table_would_set():
    law = Lognormal(10_000, 350_000)
    z = [3.3, 4.0, 5.0, 6.0]

    beyond = [law.at(int(NormalDist().cdf(at) * 2**64)) / 10_000 for at in z]

    assert beyond == pytest.approx([exp(0.35 * at) for at in z], rel=0.002)
    assert law.at(LAST) > 10_000 * exp(0.35 * 8)
    assert law.at(0) < 10_000 * exp(-0.35 * 8)


def test_draws_have_no_steps():
    law, stream = Lognormal(10**9, 350_000), Streams(3).get("law")

    draws = law.draws(np.array([stream.word() for _ in range(5000)], np.uint64))

    assert len(np.unique(draws)) > 4990


@given(WORDS, WORDS)
def test_a_greater_word_never_draws_less(one, other):
    law = Lognormal(30_000, 400_000)

    assert law.at(min(one, other)) <= law.at(max(one, other))


@given(WORDS)
def test_without_spread_every_draw_is_the_median(word):
    assert Lognormal(12_345, 0).at(word) == 12_345


@pytest.mark.parametrize("value", [1, 5_000, 9_999, 10_000, 20_000, 90_000])
def test_survival_is_the_share_of_draws_at_or_above(value):
    law, stream, runs = Lognormal(10_000, 500_000), Streams(4).get("law"), 40_000

    at_or_above = sum(law.at(stream.word()) >= value for _ in range(runs))

    share = law.survival(value) / SURVIVAL_UNIT
    # A draw is rounded to whole units, which moves it by at most half of one.
    slack = (law.survival(value - 1) - law.survival(value + 1)) / SURVIVAL_UNIT
    spread = (share * (1 - share) / runs) ** 0.5
    assert abs(at_or_above / runs - share) <= 4 * spread + abs(slack)


def test_survival_without_spread_or_money_is_all_or_none():
    assert Lognormal(100, 0).survival(100) == SURVIVAL_UNIT
    assert Lognormal(100, 0).survival(101) == 0
    assert Lognormal(0, 300_000).survival(1) == 0
    assert Lognormal(100, 300_000).survival(0) == SURVIVAL_UNIT


@pytest.mark.parametrize("ppm", [-1, 0, 1_000_000, 2_000_000])
def test_a_quantile_outside_of_the_law_is_refused(ppm):
    with pytest.raises(ValueError, match="quantile"):
        Lognormal(100, 300_000).quantile(ppm)


def test_draws_are_the_same_on_every_machine():
    law = Lognormal(79_278, 400_000)
    words = [0, 1, 2**56, 2**62 + 12_345, 2**63, 2**64 - 2**50, LAST]

    assert law.draws(np.array(words, np.uint64)).tolist() == DRAWN


@given(st.lists(WORDS, min_size=1, max_size=40))
def test_draws_of_many_are_those_of_each(words):
    law = Lognormal(79_278, 400_000)

    drawn = law.draws(np.array(words, np.uint64)).tolist()

    assert drawn == [law.at(word) for word in words]


def test_no_draw_is_beyond_all_money_and_time():
    assert Lognormal(10**12, 3_000_000).at(LAST) == 2**53 - 1


DRAWN = [2972, 2972, 27356, 60532, 79278, 368608, 2114926]
