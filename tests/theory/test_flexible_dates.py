"""Buyers who look at other dates choose as the logit says; mistakes are noticed."""

from dataclasses import replace
from functools import partial

import pytest
from tests.theory.support import complaints, simulated

from test_time_gym.validation import all_cases
from test_time_gym.validation.cases.flexible_dates import date_shares, four_dates


@pytest.mark.slow
@pytest.mark.parametrize("case", simulated("B6"), ids=lambda case: case.id)
def test_dates_share_their_buyers_as_the_logit_says(case):
    assert complaints(case) == []


def test_at_no_cost_dates_differ_by_their_fares_alone():
    shares = [date_shares(date, days=3, cost=0) for date in range(4)]

    assert shares.count(shares[0]) == 4
    assert shares[0][2] == max(shares[0])


def test_a_day_that_costs_enough_keeps_buyers_at_their_date():
    stay = date_shares(1, days=1, cost=10_000)

    assert stay == pytest.approx(date_shares(1, days=0, cost=0), abs=1e-12)


@pytest.mark.parametrize(
    ("changes", "noticed"),
    [
        ({"days": 0}, {"buy", "leave", "third"}),
        ({"days": 2}, {"third"}),
        ({"cost": 5}, {"buy", "leave"}),
        ({"cost": 25}, {"buy", "leave"}),
    ],
    ids=["at home", "farther", "cheaper", "dearer"],
)
def test_a_market_with_other_dates_is_noticed(changes, noticed):
    right = next(one for one in all_cases() if one.id == "B6/market")
    other = partial(four_dates, **changes)
    case = replace(right, play=partial(right.play.func, world=other), replications=8)
    found = [row.id for row in case.rows() if " is not " in str(row.complaints)]

    assert {f"B6/market/{name}" for name in noticed} <= {*found}
