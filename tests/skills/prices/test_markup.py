"""The markup: what codes and fees make of a price until it is paid."""

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.agents.skills.prices.markup import Markup


def following(*totals):
    """Return a markup after payments of so much for each unit of the price."""
    markup = Markup()
    for total in totals:
        markup.note(log(total))
    return markup


def test_a_code_is_hoped_for_until_something_was_paid():
    assert following().known is None
    assert following().most(100) == pytest.approx(134.99, abs=0.01)


@pytest.mark.parametrize(
    ("totals", "most"),
    [
        ([1.0], 100),
        ([0.8], 125),
        ([1.25], 80),
        ([0.8, 1.25], 100),
        ([1.25, 0.8, 0.8], 111.8),
    ],
)
def test_the_dearest_price_is_what_the_last_payments_leave_of_a_budget(totals, most):
    assert following(*totals).most(100) == pytest.approx(most, abs=0.02)


def test_the_first_payment_counts_in_full_and_the_next_for_its_share():
    markup = Markup()
    markup.note(0.2, share=0.25)
    assert markup.known == 0.2
    markup.note(0.6, share=0.25)
    assert markup.known == pytest.approx(0.3)


def test_who_hopes_thinks_that_it_may_turn_out_better_than_usual():
    markup = following(1.25)

    assert markup.most(100) < markup.most(100, hopeful=True) < 100
    assert following().most(100, hopeful=True) == following().most(100)


@pytest.mark.property
@given(st.lists(st.floats(0.1, 10), min_size=1), st.floats(1, 1e6))
def test_it_stays_within_what_was_seen(totals, budget):
    most = following(*totals).most(budget)

    assert budget / max(totals) <= most * (1 + 1e-9)
    assert most <= (budget / min(totals)) * (1 + 1e-9) + 0.005
    assert exp(following(*totals).known) <= max(totals) * (1 + 1e-9)
