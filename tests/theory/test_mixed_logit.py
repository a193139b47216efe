"""Buyers with scales of their own choose as the integral says, and mistakes show."""

from dataclasses import replace
from functools import partial

import pytest
from tests.theory.support import complaints, simulated

from test_time_gym.validation import all_cases


@pytest.mark.slow
@pytest.mark.parametrize("case", simulated("B5"), ids=lambda case: case.id)
def test_shares_are_those_of_a_mixed_logit(case):
    assert complaints(case) == []


def test_one_scale_for_all_is_noticed():
    case = next(one for one in all_cases() if one.id == "B5/market/3")
    (right,) = case.play.keywords.values()
    (demand,) = right.keywords["demand"]
    choice = demand["choice"] | {"scale_sigma_ppm": 0}
    other = partial(
        right.func,
        *right.args,
        **{**right.keywords, "demand": (demand | {"choice": choice},)},
    )
    planted = replace(case, play=partial(case.play, world=other), replications=12)

    found = [row.id for row in planted.rows() if " is not " in str(row.complaints)]

    assert found == ["B5/market/3/buy", "B5/market/3/dear"]
