"""The laws: silent on an eventful market, and each one loud when it is broken."""

from dataclasses import replace

import pytest
from eventful import (
    Q,
    Y,
    booked,
    bumped,
    changed,
    eventful_market,
    hold_named,
    order_with_hold,
    with_key,
    without_timer,
)
from worlds import WatchedTurns, do, episode, to_payment

from test_time_gym.market.errors import MarketBug
from test_time_gym.market.holds import HoldLine, HoldState
from test_time_gym.market.invariants import ALL_LAWS, check, violations
from test_time_gym.market.orders import OrderState
from test_time_gym.market.payments.payment import PaymentState
from test_time_gym.market.snapshot import snapshot


@pytest.fixture(scope="module")
def eventful():
    return eventful_market()


# Every law, with ways to break it in the eventful market.
PLANTED = {
    "sold_and_held_units_fit_the_capacity": [
        lambda s: bumped(s, "held", by=31),
        lambda s: bumped(s, "sold", by=-31),
        lambda s: bumped(s, "held", by=-31),
        lambda s: bumped(s, "capacity", by=s.sold[0] + s.held[0] - s.capacity[0] - 1),
    ],
    "legs_count_what_their_products_count": [
        lambda s: bumped(s, "sold", by=-1),
        lambda s: bumped(s, "product_held", Y),
    ],
    "fare_classes_stay_within_their_booking_limits": [
        lambda s: bumped(s, "product_held", Q, by=25),
        lambda s: replace(s, limits=(s.product_sold[Y] + s.product_held[Y], None)),
    ],
    "held_units_belong_to_running_holds": [
        lambda s: bumped(s, "product_held", Q),
        lambda s: changed(s, "holds", "hold-3-1", state=HoldState.RELEASED),
        lambda s: changed(s, "holds", "hold-4-1", state=HoldState.HELD),
        lambda s: changed(s, "holds", "hold-3-1", lines=()),
    ],
    "sold_units_have_a_buyer": [
        lambda s: bumped(s, "product_sold", Q),
        lambda s: bumped(s, "background_sold", Q),
        lambda s: bumped(s, "opening_sold", Y, by=-1),
        lambda s: changed(s, "orders", "order-0-1", state=OrderState.CANCELLED),
        lambda s: changed(s, "orders", "order-1-1", state=OrderState.TICKETED),
    ],
    "no_hold_outlives_its_deadline": [
        lambda s: changed(s, "holds", "hold-3-1", expires_at_ms=s.now_ms),
        lambda s: replace(
            changed(s, "holds", "hold-3-1", expires_at_ms=s.now_ms - 1), expiry_due=True
        ),
    ],
    "no_hold_expires_early": [
        lambda s: changed(s, "holds", "hold-3-1", state=HoldState.EXPIRED),
        lambda s: changed(s, "holds", "hold-4-1", placed_at_ms=s.now_ms),
    ],
    "running_holds_will_be_woken": [
        lambda s: without_timer(s, "hold"),
        lambda s: changed(
            s,
            "holds",
            "hold-3-1",
            expires_at_ms=hold_named(s, "hold-3-1").expires_at_ms + 1,
        ),
    ],
    "visitors_keep_to_their_hold_quota": [
        lambda s: replace(s, holds_per_visitor_max=0),
        lambda s: changed(
            changed(
                changed(s, "holds", "hold-0-1", seat=4), "holds", "hold-1-1", seat=4
            ),
            "holds",
            "hold-2-1",
            seat=4,
        ),
    ],
    "prices_keep_above_their_floor": [
        lambda s: bumped(s, "prices", Q, by=-1),
    ],
    "orders_and_confirmed_holds_pair_up": [
        lambda s: changed(s, "holds", "hold-0-1", state=HoldState.EXPIRED),
        lambda s: changed(s, "holds", "hold-4-1", state=HoldState.CONFIRMED),
        lambda s: order_with_hold(s, "order-1-1", "hold-0-1"),
        lambda s: replace(s, orders=s.orders[1:]),
    ],
    "tickets_and_money_go_together": [
        lambda s: changed(s, "payments", "pay-0-1", captured_minor=0),
        lambda s: changed(s, "payments", "pay-3-1", captured_minor=1),
        lambda s: changed(s, "payments", "pay-0-1", hold_id="hold-3-1"),
        lambda s: replace(s, orders=()),
    ],
    "tickets_are_issued_while_the_hold_runs": [
        lambda s: changed(
            s,
            "orders",
            "order-0-1",
            ticketed_at_ms=hold_named(s, "hold-0-1").expires_at_ms,
        ),
        lambda s: changed(s, "orders", "order-0-1", ticketed_at_ms=0),
    ],
    "visitors_pay_the_locked_price": [
        lambda s: changed(s, "orders", "order-0-1", total_minor=80_99),
        lambda s: changed(s, "payments", "pay-0-1", amount_minor=81_01),
        lambda s: changed(s, "payments", "pay-0-1", coupon=""),
        lambda s: changed(s, "payments", "pay-1-1", coupon="TENTH"),
        lambda s: changed(s, "holds", "hold-1-1", lines=(HoldLine(Y, 1, 199_99),)),
        lambda s: replace(
            s,
            coupons={
                "TENTH": s.coupons["TENTH"].model_copy(update={"minimum_minor": 90_01})
            },
        ),
    ],
    "coupons_work_once": [
        lambda s: changed(s, "payments", "pay-3-1", coupon="TENTH", seat=0),
    ],
    "instalments_add_up": [
        lambda s: changed(s, "orders", "order-0-1", instalments=(27_00, 27_00, 26_00)),
        lambda s: changed(s, "orders", "order-0-1", instalments=(26_99, 27_00, 27_01)),
        lambda s: changed(s, "payments", "pay-0-1", captured_minor=54_00 - 1),
        lambda s: changed(s, "payments", "pay-0-1", captured_minor=0),
        lambda s: without_timer(s, "instalment"),
    ],
    "cancelled_orders_follow_their_fare_rules": [
        lambda s: changed(s, "payments", "pay-1-1", refunded_minor=200_00),
        lambda s: changed(s, "payments", "pay-1-1", refunded_minor=0),
        lambda s: replace(s, cancel_fees=(None, None)),
    ],
    "money_moves_forward_only": [
        lambda s: changed(s, "payments", "pay-1-1", refunded_minor=200_01),
        lambda s: changed(s, "payments", "pay-1-1", refunded_minor=-1),
        lambda s: changed(s, "payments", "pay-0-1", voided_minor=54_01),
        lambda s: changed(s, "payments", "pay-0-1", voided_minor=-1),
        lambda s: changed(s, "payments", "pay-0-1", authorized_minor=80_99),
        lambda s: changed(s, "payments", "pay-0-1", captured_minor=81_01),
    ],
    "authorized_money_is_resolved": [
        lambda s: changed(s, "payments", "pay-3-1", authorized_minor=200_00),
        lambda s: changed(s, "payments", "pay-0-1", voided_minor=1),
        lambda s: changed(s, "payments", "pay-1-1", captured_minor=199_99),
        lambda s: changed(s, "orders", "order-0-1", state=OrderState.CANCELLED),
    ],
    "states_tell_where_the_money_is": [
        lambda s, state=state: changed(s, "payments", "pay-0-1", state=state)
        for state in PaymentState
        if state is not PaymentState.CAPTURED
    ]
    + [
        lambda s: changed(s, "payments", "pay-1-1", state=PaymentState.CAPTURED),
        lambda s: changed(s, "payments", "pay-2-1", authorized_minor=90_00),
    ],
    "nobody_pays_twice": [
        lambda s: changed(s, "payments", "pay-3-1", hold_id="hold-2-1"),
        lambda s: changed(s, "payments", "pay-1-1", hold_id="hold-0-1"),
    ],
    "a_key_names_one_payment": [
        lambda s: with_key(s, 0, payment="pay-1-1"),
        lambda s: with_key(s, 0, key="another"),
        lambda s: with_key(s, 0, seat=1),
        lambda s: changed(s, "payments", "pay-0-1", card="tok_3ds"),
        lambda s: changed(s, "payments", "pay-0-1", amount_minor=1),
        lambda s: replace(s, keys=s.keys[1:]),
    ],
    "challenged_payments_pass_before_they_take_money": [
        lambda s: changed(s, "payments", "pay-0-1", code="123456"),
        lambda s: changed(s, "payments", "pay-2-1", authorized_minor=90_00),
        lambda s: changed(s, "payments", "pay-0-1", challenged=True),
    ],
    "no_live_payment_is_forgotten": [
        lambda s: replace(s, in_gateway=()),
        lambda s: without_timer(s, "gateway"),
        lambda s: without_timer(s, "challenge"),
        lambda s: changed(s, "payments", "pay-2-1", state=PaymentState.PROCESSING),
    ],
    "postings_sum_to_zero": [
        lambda s: booked(s, ("card/0", -5), ("merchant", 4)),
        lambda s: replace(s, balances=s.balances | {"card/9": 1}),
    ],
    "balances_are_the_sum_of_postings": [
        lambda s: replace(s, balances=s.balances | {"merchant": 0}),
        lambda s: replace(s, transactions=s.transactions[1:]),
    ],
    "accounts_agree_with_payments": [
        lambda s: booked(s, ("card/0", -5), ("merchant", 5)),
        lambda s: booked(s, ("card/0", -5), ("authorized", 5)),
        lambda s: changed(s, "payments", "pay-1-1", refunded_minor=0),
        lambda s: changed(s, "payments", "pay-0-1", seat=3),
    ],
    "postings_name_their_cause": [
        lambda s: booked(s, ("card/0", -5), ("merchant", 5), cause=s.records),
        lambda s: booked(
            s, ("card/0", -5), ("merchant", 5), cause=s.transactions[-1].cause
        ),
        lambda s: booked(s, ("card/0", -5), ("merchant", 5), cause=0),
        lambda s: booked(s, ("card/0", -5), ("merchant", 5), time_ms=0),
        lambda s: booked(s, ("card/0", -5), ("merchant", 5), time_ms=s.now_ms + 1),
    ],
    "amounts_are_in_bounds": [
        lambda s: booked(s, ("card/0", -(10**12) - 1), ("merchant", 10**12 + 1)),
        lambda s: booked(s, ("card/0", 0), ("merchant", 0)),
        lambda s: booked(s, ("card/0", -1.0), ("merchant", 1.0)),
    ],
    "ids_are_unique": [
        lambda s: changed(s, "holds", "hold-3-1", id="hold-0-1"),
        lambda s: changed(s, "payments", "pay-3-1", id="pay-0-1"),
        lambda s: changed(s, "orders", "order-0-1", id="order-1-1"),
    ],
}


def names(found):
    return {violation.law for violation in found}


def test_nothing_is_wrong_with_an_eventful_market(eventful):
    assert violations(eventful) == []
    assert [payment.state.value for payment in eventful.payments] == [
        "captured",
        "refunded",
        "requires_challenge",
        "processing",
    ]
    assert [hold.state.value for hold in eventful.holds] == [
        "expired",
        "confirmed",
        "confirmed",
        "held",
        "held",
    ]


def test_every_law_has_planted_violations():
    assert set(PLANTED) == {law.__name__ for law in ALL_LAWS}


@pytest.mark.parametrize(
    ("law", "number"), [(law, k) for law in PLANTED for k in range(len(PLANTED[law]))]
)
def test_a_law_catches_what_breaks_it(eventful, law, number):
    planted = PLANTED[law][number](eventful)

    assert law in names(violations(planted))
    with pytest.raises(MarketBug, match=law):
        check(planted)


def test_a_broken_law_is_reported_with_its_name_and_values(eventful):
    planted = bumped(eventful, "prices", Q, by=-1)

    with pytest.raises(MarketBug) as caught:
        check(planted, eventful)

    assert str(caught.value) == (
        f"at {eventful.now_ms} ms prices_keep_above_their_floor: "
        "product 1 costs 8999, its floor is 9000"
    )


def test_a_snapshot_stays_as_it_was_when_the_market_goes_on():
    turns = WatchedTurns(episode())
    to_payment(turns)
    before = snapshot(turns.market)

    do(turns, "confirm_payment")

    assert [hold.state.value for hold in before.holds] == ["held"]
    assert [hold.state.value for hold in snapshot(turns.market).holds] == ["confirmed"]
