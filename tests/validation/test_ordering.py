"""Orderings: policies on the same buyers, each surely better than the next."""

import pytest

from test_time_gym.validation import all_cases, chosen
from test_time_gym.validation.ordering import Ordering

LEG = "flights/rm-leg"


def test_what_is_surely_better_is_told_with_its_interval():
    rows = Ordering("X", LEG, ("hindsight", "fixed"), replications=20).rows()

    assert [row.id for row in rows] == ["X/hindsight/fixed", "X/bound"]
    assert [row.ok for row in rows] == [True, True]
    assert (rows[0].kind, rows[0].theory, rows[0].seeds) == ("ordering", 0, 20)
    assert rows[0].estimate > 2 * rows[0].standard_error


def test_a_wrong_order_is_complained_of():
    row, _ = Ordering("X", LEG, ("hindsight", "fixed"), replications=20).rows()
    first, second, bound = Ordering(
        "X", LEG, ("fixed", "emsr_b", "emsr_b"), replications=10
    ).rows()

    assert row.complaints == ()
    assert not first.ok
    assert first.complaints[0].startswith("fixed less emsr_b is -")
    # A policy is not surely better than itself.
    assert (second.estimate, second.z, second.ok) == (0, None, False)
    assert bound.ok


@pytest.mark.slow
@pytest.mark.parametrize("case", chosen(all_cases(), ["G"]), ids=lambda case: case.id)
def test_policies_stand_in_the_order_of_theory(case):
    rows = case.rows()

    assert [row.complaints for row in rows] == [()] * len(rows)
