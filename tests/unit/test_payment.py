"""A payment's states: every transition that is allowed, and no other."""

from itertools import product

import pytest

from test_time_gym.market.errors import MarketBug
from test_time_gym.market.payments.payment import Payment, PaymentState

ALLOWED = {
    ("requires_method", "processing"),
    ("requires_method", "cancelled"),
    ("processing", "requires_challenge"),
    ("processing", "authorized"),
    ("processing", "declined"),
    ("processing", "cancelled"),
    ("requires_challenge", "processing"),
    ("requires_challenge", "declined"),
    ("requires_challenge", "expired"),
    ("requires_challenge", "cancelled"),
    ("authorized", "captured"),
    ("authorized", "voided"),
    ("authorized", "expired"),
    ("captured", "captured"),
    ("captured", "refunded"),
    ("refunded", "refunded"),
}
STATES = [state.value for state in PaymentState]
FINAL = {"declined", "voided", "expired", "cancelled"}


def payment(state="requires_method"):
    return Payment(
        id="pay-0-1",
        seat=0,
        hold_id="hold-0-1",
        card="tok_ok",
        attempt=1,
        amount_minor=100_00,
        key="k",
        first_capture_minor=100_00,
        state=PaymentState(state),
    )


@pytest.mark.parametrize(("start", "end"), list(product(STATES, STATES)))
def test_a_payment_moves_only_as_the_table_says(start, end):
    moving = payment(start)

    if (start, end) in ALLOWED:
        moving.move(PaymentState(end), "why")
        assert (moving.state.value, moving.reason) == (end, "why")
    else:
        with pytest.raises(MarketBug, match=f"cannot go from {start} to {end}"):
            moving.move(PaymentState(end))
        assert moving.state.value == start


def test_final_states_are_those_that_lead_nowhere():
    leading = {start for start, _ in ALLOWED}

    assert set(STATES) - leading == FINAL


def test_a_payment_is_live_while_it_may_still_take_money():
    live = {state for state in STATES if payment(state).live}

    assert live == {"processing", "requires_challenge", "authorized"}


def test_a_coupon_is_spent_by_live_captured_and_refunded_payments():
    spent = {state for state in STATES if payment(state).spends_coupon}

    assert spent == {
        "processing",
        "requires_challenge",
        "authorized",
        "captured",
        "refunded",
    }


def test_open_is_what_is_neither_captured_nor_voided():
    moving = payment("captured")
    moving.authorized_minor, moving.captured_minor, moving.voided_minor = 100, 30, 20

    assert moving.open_minor == 50
