"""The laws between two instants: each one is loud when it is broken."""

import pytest
from eventful import Y, billed, bumped, changed, eventful_market, with_seats
from msgspec.structs import replace

from test_time_gym.market.holds import HoldLine, HoldState
from test_time_gym.market.invariants import STEP_LAWS, step_violations
from test_time_gym.market.orders import OrderState
from test_time_gym.market.payments.payment import PaymentState


@pytest.fixture(scope="module")
def eventful():
    return eventful_market()


def ended(s):
    """Return the snapshot with pay-3-1 declined."""
    return changed(s, "payments", "pay-3-1", state=PaymentState.DECLINED)


PLANTED = {
    "time_never_runs_backwards": [
        lambda s: (s, replace(s, now_ms=s.now_ms - 1)),
        lambda s: (s, replace(s, records=s.records - 1)),
    ],
    "what_is_written_stays_written": [
        lambda s: (s, replace(s, holds=s.holds[:-1])),
        lambda s: (s, changed(s, "payments", "pay-3-1", id="pay-3-2")),
        lambda s: (s, replace(s, orders=())),
        lambda s: (s, replace(s, keys=s.keys[1:])),
        lambda s: (s, replace(s, transactions=s.transactions[1:])),
    ],
    "final_states_are_final": [
        lambda s: (s, changed(s, "holds", "hold-4-1", state=HoldState.HELD)),
        lambda s: (s, changed(s, "holds", "hold-0-1", state=HoldState.RELEASED)),
        lambda s: (ended(s), s),
        lambda s: (s, changed(s, "payments", "pay-1-1", history=())),
        lambda s: (s, changed(s, "orders", "order-1-1", state=OrderState.TICKETED)),
        lambda s: (
            changed(s, "orders", "order-0-1", state=OrderState.DEFAULTED),
            changed(s, "orders", "order-0-1", state=OrderState.CANCELLED),
        ),
    ],
    "terms_never_change": [
        lambda s: (s, changed(s, "holds", "hold-3-1", lines=(HoldLine(Y, 1, 1),))),
        lambda s: (s, changed(s, "holds", "hold-3-1", expires_at_ms=10**9)),
        lambda s: (s, billed(s, "pay-3-1", items_minor=1)),
        lambda s: (s, billed(s, "pay-3-1", fees=())),
        lambda s: (s, changed(s, "payments", "pay-3-1", plan=(102_00, 102_00))),
        lambda s: (s, changed(s, "payments", "pay-3-1", card="tok_3ds")),
        lambda s: (s, changed(s, "payments", "pay-0-1", captured_minor=0)),
        lambda s: (s, changed(s, "payments", "pay-1-1", refunded_minor=0)),
        lambda s: (s, changed(s, "orders", "order-5-1", owed_minor=124_01)),
        lambda s: (s, with_seats(s, "order-5-1", 1, 1)),
    ],
    "holds_expire_on_the_dot": [
        lambda s: (s, changed(s, "holds", "hold-3-1", state=HoldState.EXPIRED)),
    ],
    "holds_lock_the_price_of_the_moment": [
        lambda s: (replace(s, holds=s.holds[:-1]), s),
        lambda s: (
            replace(s, holds=s.holds[:-1], now_ms=s.holds[-1].placed_at_ms),
            bumped(replace(s, now_ms=s.holds[-1].placed_at_ms), "prices", Y),
        ),
    ],
}


def test_every_step_law_has_planted_violations():
    assert set(PLANTED) == {law.__name__ for law in STEP_LAWS}


@pytest.mark.parametrize(
    ("law", "number"),
    [(law, k) for law in PLANTED for k in range(len(PLANTED[law]))],
)
def test_a_step_law_catches_what_breaks_it(eventful, law, number):
    before, after = PLANTED[law][number](eventful)

    assert {found.law for found in step_violations(before, after)} == {law}


def test_standing_still_breaks_no_step_law(eventful):
    assert step_violations(eventful, eventful) == []
