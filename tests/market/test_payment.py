"""A payment's states: every transition that is allowed, and no other."""

from itertools import product

import pytest

from test_time_gym.market.bill import Bill
from test_time_gym.market.errors import MarketBug
from test_time_gym.market.payments.payment import (
    FINAL,
    Answer,
    Payment,
    PaymentState,
)

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
    ("captured", "partially_refunded"),
    ("captured", "refunded"),
    ("partially_refunded", "partially_refunded"),
    ("partially_refunded", "refunded"),
}
STATES = [state.value for state in PaymentState]
FINAL_STATES = {"declined", "voided", "expired", "cancelled", "refunded"}


def payment(state="requires_method"):
    return Payment(
        id="pay-0-1",
        seat=0,
        hold_id="hold-0-1",
        card="tok_ok",
        attempt=1,
        bill=Bill(110_00, discounts=(("TEN", 10_00),)),
        plan=(100_00,),
        key="k",
        started_at_ms=0,
        state=PaymentState(state),
    )


@pytest.mark.parametrize(("start", "end"), list(product(STATES, STATES)))
def test_a_payment_moves_only_as_the_table_says(start, end):
    moving = payment(start)

    if (start, end) in ALLOWED:
        moving.move(PaymentState(end), "why")
        assert (moving.state.value, moving.reason) == (end, "why")
        assert moving.history == (Answer(PaymentState(end), "why"),)
    else:
        with pytest.raises(MarketBug, match=f"cannot go from {start} to {end}"):
            moving.move(PaymentState(end))
        assert (moving.state.value, moving.history) == (start, ())


def test_a_move_without_a_reason_forgets_the_one_before():
    moving = payment("processing")
    moving.reason = "why"

    moving.move(PaymentState.AUTHORIZED)

    assert (moving.reason, moving.history) == (
        "",
        (Answer(PaymentState.AUTHORIZED, ""),),
    )


def test_final_states_are_those_that_lead_nowhere():
    leading = {start for start, _ in ALLOWED}

    assert set(STATES) - leading == FINAL_STATES
    assert {state.value for state in FINAL} == FINAL_STATES


def test_a_payment_is_live_while_it_may_still_take_money():
    live = {state for state in STATES if payment(state).live}

    # Reserved money is captured in the same instant, or was paid too late.
    assert live == {"processing", "requires_challenge"}


def test_coupons_are_spent_by_live_captured_and_refunded_payments():
    spent = {state for state in STATES if payment(state).spends_coupons}

    assert spent == {
        "processing",
        "requires_challenge",
        "captured",
        "partially_refunded",
        "refunded",
    }


def test_open_is_what_is_neither_captured_nor_voided():
    moving = payment("captured")
    moving.authorized_minor, moving.captured_minor, moving.voided_minor = 100, 30, 20

    assert moving.open_minor == 50


def test_kept_is_what_neither_went_back_nor_is_on_its_way():
    moving = payment("captured")
    moving.captured_minor, moving.refunded_minor, moving.returning_minor = 100, 30, 20

    assert moving.kept_minor == 50


def moved(*states):
    moving = payment()
    for state in states:
        moving.move(PaymentState(state), "why" if state in FINAL_STATES else "")
    return moving


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ((), None),
        (("processing",), None),
        (("processing", "requires_challenge", "processing"), None),
        (("processing", "authorized"), None),
        (("processing", "authorized", "captured"), "captured"),
        (("processing", "authorized", "captured", "refunded"), "captured"),
        (
            ("processing", "authorized", "captured", "partially_refunded", "refunded"),
            "captured",
        ),
        (("processing", "authorized", "voided"), "voided"),
        (("processing", "authorized", "expired"), "expired"),
        (("processing", "declined"), "declined"),
        (("processing", "requires_challenge", "expired"), "expired"),
    ],
)
def test_the_verdict_is_what_first_became_of_it_whatever_came_later(states, verdict):
    found = moved(*states).verdict

    assert (found and found.state.value) == verdict
