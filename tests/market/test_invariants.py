"""The laws: silent on an eventful market, and each one loud when it is broken."""

import pytest
from eventful import (
    GO_SHOWS,
    Q,
    Y,
    billed,
    booked,
    bumped,
    changed,
    eventful_market,
    hold_named,
    later,
    order_with_hold,
    with_coupon,
    with_key,
    with_seats,
    with_terms,
    without_timer,
)
from msgspec.structs import replace
from worlds import WatchedTurns, do, episode, to_payment

from test_time_gym.market.errors import MarketBug
from test_time_gym.market.holds import HoldLine, HoldState
from test_time_gym.market.invariants import ALL_LAWS, check, violations
from test_time_gym.market.invariants.law import OF_VISITS
from test_time_gym.market.orders import OrderState
from test_time_gym.market.payments.payment import Authentication, PaymentState
from test_time_gym.market.snapshot import snapshot


@pytest.fixture(scope="module")
def eventful():
    return eventful_market()


# Every law, with ways to break it in the eventful market.
PLANTED = GO_SHOWS | {
    "sold_and_held_units_fit_the_capacity": [
        lambda s: bumped(s, "held", by=41),
        lambda s: bumped(s, "sold", by=-41),
        lambda s: bumped(s, "held", by=-41),
        lambda s: bumped(s, "authorised", by=s.sold[0] + s.held[0] - s.capacity[0] - 1),
    ],
    "legs_count_what_their_products_count": [
        lambda s: bumped(s, "sold", by=-1),
        lambda s: bumped(s, "product_held", Y),
    ],
    "rates_stay_within_their_booking_limits": [
        lambda s: bumped(s, "product_held", Q, by=25),
        lambda s: replace(s, limits=(s.product_sold[Y] + s.product_held[Y], None)),
    ],
    "held_units_belong_to_running_holds": [
        lambda s: bumped(s, "product_held", Q),
        lambda s: changed(s, "holds", "hold-3-1", state=HoldState.RELEASED),
        lambda s: changed(s, "holds", "hold-4-1", state=HoldState.HELD),
        lambda s: changed(s, "holds", "hold-3-1", lines=()),
    ],
    "agents_have_a_seat": [lambda s: replace(s, capacity=(0, 0))],
    "nobody_is_denied_where_there_is_room": [
        lambda s: replace(s, boardings=((0, 1, 1),), no_shows=(0, 0), denied=(1, 0)),
        lambda s: replace(s, boardings=((0, s.capacity[0] + 1, 0),)),
        lambda s: replace(s, no_shows=(0, 0), denied=(1, 0)),
    ],
    "bookings_are_missed_at_their_closing": [
        lambda s: replace(s, no_shows=(1, 0), denied=(0, 0)),
        lambda s: replace(s, no_shows=(-1, 0), denied=(0, 0)),
    ],
    "background_buyers_have_paid_what_they_keep": [
        lambda s: replace(s, background_minor=(1, 0))
    ],
    "who_waits_will_come_back": [lambda s: replace(s, waiting=((s.now_ms, "one"),))],
    "sold_units_have_a_buyer": [
        lambda s: bumped(s, "product_sold", Q),
        lambda s: bumped(s, "background_sold", Q),
        lambda s: bumped(s, "opening_sold", Y, by=-1),
        lambda s: with_seats(s, "order-0-1", 0),
        lambda s: with_seats(s, "order-5-1", 1, 1),
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
    "limits_are_nested_within_the_promised": [
        lambda s: replace(s, limits=(s.limits[Y], s.limits_promised[Q] + 1)),
        lambda s: replace(s, limits=(s.limits[Y], None)),
        lambda s: replace(s, limits=(-1, s.limits[Q])),
        lambda s: replace(s, limits=(28, 29), limits_promised=(None, 30)),
    ],
    "prices_keep_within_their_bounds": [
        lambda s: bumped(s, "prices", Q, by=-1),
        lambda s: bumped(s, "prices", Y),
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
        lambda s: billed(s, "pay-0-1", items_minor=90_01),
        lambda s: billed(s, "pay-0-1", discounts=(("FIFTH", 18_01), ("FIVE", 5_00))),
        lambda s: billed(s, "pay-0-1", discounts=(("FIVE", 5_00), ("FIFTH", 18_00))),
        lambda s: billed(s, "pay-1-1", discounts=(("FIVE", 4_99),)),
        lambda s: billed(s, "pay-1-1", fees=()),
        lambda s: billed(s, "pay-1-1", fees=(("booking", 4_00), ("booking", 4_00))),
        lambda s: replace(s, fees=()),
        lambda s: changed(s, "holds", "hold-1-1", lines=(HoldLine(Y, 1, 199_99),)),
        lambda s: with_coupon(s, "FIVE", minimum_minor=90_01),
        lambda s: with_coupon(s, "FIVE", stackable=False),
    ],
    "coupons_work_once": [
        lambda s: billed(
            changed(s, "payments", "pay-3-1", seat=0),
            "pay-3-1",
            discounts=(("FIVE", 5_00),),
        ),
    ],
    "instalments_add_up": [
        lambda s: changed(s, "payments", "pay-0-1", plan=(23_67, 23_67, 23_66)),
        lambda s: changed(s, "payments", "pay-0-1", plan=(23_66, 23_66, 23_66)),
        lambda s: changed(s, "payments", "pay-0-1", captured_minor=23_68 - 1),
        lambda s: changed(s, "payments", "pay-0-1", captured_minor=0),
        lambda s: changed(s, "payments", "pay-1-1", captured_minor=203_99),
        lambda s: without_timer(s, "instalment"),
        lambda s: replace(
            s, timers=(*s.timers, (s.now_ms, 1, "instalment", "order-0-1/2/0"))
        ),
    ],
    "orders_owe_what_their_rates_say": [
        lambda s: changed(s, "orders", "order-1-1", owed_minor=33_99),
        lambda s: changed(s, "orders", "order-1-1", owed_minor=204_00),
        lambda s: changed(s, "orders", "order-0-1", owed_minor=70_99),
        lambda s: changed(s, "payments", "pay-1-1", refunded_minor=169_99),
        lambda s: changed(s, "payments", "pay-5-1", returning_minor=0),
        lambda s: changed(s, "orders", "order-0-1", state=OrderState.DEFAULTED),
        lambda s: replace(s, cancel_fees=(None, None)),
        lambda s: replace(s, cancel_fees=(0, None)),
        lambda s: with_seats(s, "order-5-1", 1, 1),
    ],
    "cancelled_orders_hold_no_seats": [
        lambda s: changed(s, "orders", "order-0-1", state=OrderState.CANCELLED),
        lambda s: changed(s, "orders", "order-1-1", state=OrderState.TICKETED),
        lambda s: changed(s, "orders", "order-0-1", state=OrderState.DEFAULTED),
        lambda s: with_seats(s, "order-0-1", 2),
        lambda s: changed(s, "orders", "order-0-1", lines=(HoldLine(Y, 1, 90_00),)),
        lambda s: changed(s, "orders", "order-0-1", lines=(HoldLine(Q, 1, 89_99),)),
    ],
    "money_moves_forward_only": [
        lambda s: changed(s, "payments", "pay-1-1", refunded_minor=204_01),
        lambda s: changed(s, "payments", "pay-1-1", refunded_minor=-1),
        lambda s: changed(s, "payments", "pay-1-1", returning_minor=34_01),
        lambda s: changed(s, "payments", "pay-5-1", returning_minor=-1),
        lambda s: changed(s, "payments", "pay-0-1", voided_minor=1),
        lambda s: changed(s, "payments", "pay-0-1", voided_minor=-1),
        lambda s: changed(s, "payments", "pay-0-1", authorized_minor=23_67),
        lambda s: changed(s, "payments", "pay-0-1", authorized_minor=71_01),
        lambda s: changed(s, "payments", "pay-0-1", captured_minor=23_69),
    ],
    "authorized_money_is_resolved": [
        lambda s: changed(s, "payments", "pay-3-1", authorized_minor=204_00),
        lambda s: changed(s, "payments", "pay-0-1", authorized_minor=71_00),
        lambda s: changed(s, "payments", "pay-1-1", captured_minor=203_99),
        lambda s: changed(s, "payments", "pay-6-1", reason=""),
        lambda s: without_timer(s, "authorization"),
        lambda s: later(s, "authorization", 3_600_000),
    ],
    "refunds_arrive": [
        lambda s: changed(s, "payments", "pay-5-1", returning_minor=0),
        lambda s: changed(s, "payments", "pay-5-1", returning_minor=169_99),
        lambda s: changed(s, "payments", "pay-1-1", returning_minor=1),
        lambda s: without_timer(s, "refund"),
        lambda s: later(s, "refund", 600_000),
    ],
    "states_tell_where_the_money_is": [
        lambda s, state=state: changed(s, "payments", "pay-0-1", state=state)
        for state in PaymentState
        if state is not PaymentState.CAPTURED
    ]
    + [
        lambda s: changed(s, "payments", "pay-1-1", state=PaymentState.CAPTURED),
        lambda s: changed(s, "payments", "pay-1-1", state=PaymentState.REFUNDED),
        lambda s: changed(s, "payments", "pay-2-1", authorized_minor=94_00),
        lambda s: changed(s, "payments", "pay-6-1", state=PaymentState.VOIDED),
        lambda s: changed(s, "payments", "pay-6-1", voided_minor=94_00),
        lambda s: changed(s, "payments", "pay-6-1", reason="another"),
        lambda s: changed(s, "payments", "pay-3-1", history=s.payments[0].history),
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
        lambda s: billed(s, "pay-0-1", items_minor=100_00),
        lambda s: changed(s, "payments", "pay-0-1", plan=(71_00,)),
        lambda s: changed(s, "payments", "pay-0-1", started_at_ms=0),
        lambda s: replace(s, keys=s.keys[1:]),
        lambda s: with_key(s, 1, seat=0, key=s.keys[0].key),
    ],
    "challenged_payments_pass_before_they_take_money": [
        lambda s: changed(s, "payments", "pay-0-1", code="123456"),
        lambda s: changed(s, "payments", "pay-2-1", authorized_minor=94_00),
        lambda s: changed(
            s, "payments", "pay-6-1", authentication=Authentication.FRICTIONLESS
        ),
        lambda s: changed(
            s, "payments", "pay-0-1", authentication=Authentication.CHALLENGE
        ),
        lambda s: changed(s, "payments", "pay-6-1", history=challenged_twice(s)),
    ],
    "cards_are_tried_within_the_limits": [
        lambda s: changed(s, "payments", "pay-0-1", attempt=2),
        lambda s: changed(s, "payments", "pay-1-1", seat=0),
        lambda s: with_terms(second_try(s, "pay-1-1", "pay-5-1"), "retries", most=1),
        lambda s: changed(
            second_try(s, "pay-0-1", "pay-3-1"),
            "payments",
            "pay-3-1",
            reason="hard_decline",
        ),
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
        lambda s: changed(s, "payments", "pay-6-1", voided_minor=94_00),
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


def challenged_twice(s):
    history = next(p.history for p in s.payments if p.id == "pay-6-1")
    return (history[1], *history)


def second_try(s, first, second):
    """Return the snapshot with two payments as tries of one visitor's card."""
    seat = next(p.seat for p in s.payments if p.id == first)
    return changed(s, "payments", second, seat=seat, attempt=2)


def names(found):
    return {violation.law for violation in found}


def test_nothing_is_wrong_with_an_eventful_market(eventful):
    assert violations(eventful) == []
    assert [payment.state.value for payment in eventful.payments] == [
        "captured",
        "partially_refunded",
        "authorized",
        "captured",
        "requires_challenge",
        "processing",
    ]
    assert {hold.id: hold.state.value for hold in eventful.holds} == {
        "hold-0-1": "confirmed",
        "hold-1-1": "confirmed",
        "hold-2-1": "held",
        "hold-3-1": "held",
        "hold-4-1": "expired",
        "hold-5-1": "confirmed",
        "hold-6-1": "expired",
    }
    assert [kind for _, _, kind, _ in eventful.timers if kind != "turn"] == [
        "gateway",
        "challenge",
        "hold",
        "refund",
        "hold",
        "hold",
        "challenge",
        "instalment",
        "authorization",
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
        f"at {eventful.now_ms} ms prices_keep_within_their_bounds: "
        "product 1 costs 8999, its bounds: 9000 to 9000"
    )


def test_a_snapshot_stays_as_it_was_when_the_market_goes_on():
    turns = WatchedTurns(episode())
    to_payment(turns)
    before = snapshot(turns.market)
    do(turns, "confirm_payment")

    assert [hold.state.value for hold in before.holds] == ["held"]
    assert [hold.state.value for hold in snapshot(turns.market).holds] == ["confirmed"]


def test_laws_of_visits_are_silent_where_nobody_has_placed_a_hold():
    now = snapshot(WatchedTurns(episode()).market)

    assert (now.holds, now.payments, now.orders, now.keys) == ((), (), (), ())
    assert [law(now) for law in ALL_LAWS if law.__name__ in OF_VISITS] == [[]] * 21
