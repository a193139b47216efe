"""Optimal limits: the dynamic programme's levels, in whole numbers, set as limits."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from protecting import opening_limits, protecting, share_ppm, sold_down
from tests.market.theory.second_methods import every_nest

from test_time_gym.market.pricing import (
    limits_value,
    optimal_levels,
    poisson_pmf,
    rounded_normal_pmf,
)
from test_time_gym.market.pricing.demand_tables import (
    poisson_table,
    rounded_normal_table,
)
from test_time_gym.market.pricing.forecast import ToCome
from test_time_gym.market.pricing.normal import ONE, normal_share
from test_time_gym.market.pricing.optimal_limits import optimal_protection

A3_FARES = [1050, 567, 534, 520]
A3_DEMAND = ([17.3, 45.1, 39.6, 34.0], [5.8, 15.0, 13.2, 11.3])
A3_LAWS = [rounded_normal_pmf(*each) for each in zip(*A3_DEMAND, strict=True)]
A8_FARES, A8_MEANS = [200, 175, 165, 130], [25, 30, 29, 30]
A8_LAWS = [poisson_pmf(mean) for mean in A8_MEANS]


def cents(fares):
    return [fare * 100 for fare in fares]


@pytest.mark.parametrize(
    ("capacity", "value"),
    [
        (80, 49661.69),
        (100, 60024.92),
        (120, 69802.21),
        (136, 76039.69),
        (150, 79623.84),
    ],
)
def test_a_flight_opens_with_the_limits_that_earn_the_printed_revenue(capacity, value):
    """Cases A3 and A3r: 17, 42 and 73 seats are kept."""
    pricing = protecting("optimal_limits", *A3_DEMAND)

    none, *limits = opening_limits(pricing, cents(A3_FARES), capacity)

    levels = [capacity - limit for limit in limits]
    assert (none, levels) == (None, [17, 42, 73])
    assert round(limits_value(A3_FARES, A3_LAWS, capacity, levels), 2) == value


def test_four_poisson_classes_open_with_the_printed_levels():
    """Case A8."""
    pricing = protecting("optimal_limits", A8_MEANS)

    none, *limits = opening_limits(pricing, cents(A8_FARES), 120)

    levels = [120 - limit for limit in limits]
    assert (none, levels) == (None, [19, 46, 79])
    assert round(limits_value(A8_FARES, A8_LAWS, 120, levels), 4) == 18556.0874


def test_two_poisson_classes_open_with_littlewood_s_level():
    """Case A2."""
    pricing = protecting("optimal_limits", [50, 80])

    assert opening_limits(pricing, [200_00, 100_00], 100) == [None, 50]


def test_no_demand_or_no_variance_or_equal_fares_are_no_errors():
    sure = [ToCome(300, 5_400, 0), ToCome(200, 2_500, 0), ToCome(100, 9_000, 0)]
    assert optimal_protection(tuple(sure), 30) == (5, 8)
    assert optimal_protection(tuple(sure), 6) == (5, 6)
    assert optimal_protection(tuple(sure[:1]), 30) == ()
    same = [one._replace(fare=100, poisson=True) for one in sure]
    assert optimal_protection(tuple(same), 30) == (0, 0)
    nobody = [one._replace(mean_milli=0, poisson=True) for one in sure]
    assert optimal_protection(tuple(nobody), 30) == (0, 0)


ROW = st.tuples(
    st.integers(1, 10**5),
    st.integers(0, 15_000),
    st.one_of(st.none(), st.integers(0, 6_000)),
)


def programme(rows, capacity):
    """Return levels of the policy, fares, and laws for the closed forms."""
    rows = sorted(rows, key=lambda row: -row[0])
    classes = [ToCome(f, mean, (sd or 0) ** 2, sd is None) for f, mean, sd in rows]
    laws = [
        poisson_pmf(mean / 1000)
        if sd is None
        else rounded_normal_pmf(mean / 1000, sd / 1000)
        for _, mean, sd in rows
    ]
    found = optimal_protection(tuple(classes), capacity)
    return list(found), [fare for fare, _, _ in rows], laws


@given(st.lists(ROW, min_size=1, max_size=5), st.integers(1, 60))
@example([(300, 5_400, 0), (200, 2_500, 0), (200, 9_000, None)], 30)
def test_levels_are_those_of_the_closed_form(rows, capacity):
    levels, fares, laws = programme(rows, capacity)

    assert levels == list(optimal_levels(fares, laws, capacity).levels)


@given(st.lists(ROW, min_size=2, max_size=3), st.integers(1, 7))
def test_no_other_levels_earn_more(rows, capacity):
    levels, fares, laws = programme(rows, capacity)

    best = max(
        limits_value(fares, laws, capacity, nest)
        for nest in every_nest(len(fares), capacity)
    )
    assert limits_value(fares, laws, capacity, levels) == pytest.approx(best, rel=1e-12)


def test_limits_follow_what_is_left_to_sell_and_to_come():
    fares, means, seen = [300_00, 200_00, 120_00], [12_000, 14_000, 20_000], []

    pricing = protecting("optimal_limits", [12, 14, 20], reprice_every_s=600)
    for market in sold_down(pricing, fares, 30):
        share, sold = share_ppm(market), market.inventory.product_sold
        laws = [poisson_pmf(mean * share // 10**6 / 1000) for mean in means]
        high, low = optimal_levels(fares, laws, 30).levels
        left = 30 - sum(sold)
        middle = sold[1] + sold[2] + max(0, left - high)
        seen.append(list(market.inventory.limits))
        assert seen[-1] == [None, middle, sold[2] + max(0, left - low)]

    assert len(set(map(tuple, seen))) > 5


# -- laws as whole numbers -------------------------------------------------------------


@pytest.mark.parametrize(
    ("z", "printed"),
    [
        ((1, 1), "0.8413447460685429485852325456320379"),
        ((-1, 1), "0.1586552539314570514147674543679621"),
        ((196, 100), "0.9750021048517795658634157309591"),
        ((-6, 1), "0.0000000009865876450376981407009"),
    ],
)
def test_a_normal_share_has_all_its_binary_places(z, printed):
    assert abs(normal_share(*z) - int(Decimal(printed) * 2**64)) <= 1


@given(st.integers(0, 10**6), st.integers(0, 200))
def test_poisson_chances_are_whole_parts_that_sum_to_one(mean, most):
    table = poisson_table(mean, 2 * mean // 1000 + 300)

    assert sum(table) == ONE
    assert min(table) >= 0
    theory = poisson_pmf(mean / 1000)
    for k in range(min(most, len(theory))):
        assert table[k] / ONE == pytest.approx(theory[k], abs=1e-12)


@given(st.integers(0, 10**5), st.integers(0, 30_000))
def test_normal_chances_are_whole_parts_that_never_exceed_one(mean, sd):
    table = rounded_normal_table(mean, sd**2, 60)

    assert min(table) >= 0
    assert sum(table) <= ONE
    theory = rounded_normal_pmf(mean / 1000, sd / 1000)
    for ours, closed in zip(table, theory, strict=False):
        assert ours / ONE == pytest.approx(closed, abs=1e-12)


def test_tables_are_the_same_on_every_machine():
    # exp(-2.345) · 2.345^k / k! to 60 digits; the likeliest takes what rounding leaves.
    assert poisson_table(2_345, 4) == [
        1768068807882417759,
        4146121354484269646,
        4861327288132806160 + 16,
        3799937496890476815,
        2227713357552042033,
    ]
    assert rounded_normal_table(2_345, 1_234**2, 3) == [
        1244034512269429970,
        3307627920276375858,
        5593655695317478356,
        5079857032204041145,
    ]
