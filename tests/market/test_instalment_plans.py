"""Plans: parts come when they are due, are tried again, or end in default."""

import pytest
from worlds import do, error, fare, flight, leg, open_market, to_payment

from test_time_gym.market.clock import DAY_MS

FLEX = fare("Y", 90_00, refundable=True, cancel_fee_minor=20_00)
FIRM = fare("Q", 60_00)
# A flight that leaves twenty days after the opening, and one on the next day.
LATER = {**leg("LATER"), "depart": "2026-06-21T09:00", "arrive": "2026-06-21T17:00"}
TRIP = {"from": "SFO", "to": "MAD", "date": "2026-06-21"}
DAY_S = 86_400


def shop(*, card="tok_ok", count=3, coupon=None, outage=(), **plan):
    """Buy the later flight in parts, and let the visitor look on for a year."""
    rules = {"counts": [2, 3, 12], "every_days": 2, "retries": 1, **plan}
    turns = open_market(
        card,
        flights=[flight("LATER", LATER, fares=[FLEX, FIRM])],
        instalments={"retry_after_days": 1} | rules,
        gateway={"outages_s": [[day * DAY_S, day * DAY_S + 900] for day in outage]},
        coupons=[{"code": "HALF", "percent_ppm": 500_000}],
        fees=[{"name": "booking", "amount_minor": 3_00}],
        task={"trips": [TRIP], "deadline_s": 31_000_000},
    )
    do(turns, "search_flights")
    do(turns, "add_to_cart", "LATER-Y")
    if coupon:
        do(turns, "apply_coupon", coupon)
    visitor = to_payment_of_cart(turns, card)
    do(turns, "choose_instalments", count)
    do(turns, "confirm_payment")
    return turns, visitor.orders[0]


def to_payment_of_cart(turns, card):
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", card)
    return turns.seats[0].visitor


def at_day(turns, order, day):
    """Run to right after so many days since the ticket; nobody acts."""
    turns.market.clock.advance(order.ticketed_at_ms + round(day * DAY_MS))


def paid_by_day(turns, order, *days):
    paid = []
    for day in days:
        at_day(turns, order, day)
        paid.append(order.paid_minor)
    return paid


def messages(turns):
    return [message.text for message in turns.seats[0].visitor.messages[1:]]


@pytest.mark.parametrize(
    ("every_days", "paid"),
    [
        (1, [31_00, 62_00, 93_00, 93_00, 93_00]),
        (2, [31_00, 31_00, 62_00, 62_00, 93_00]),
        (4, [31_00, 31_00, 31_00, 31_00, 62_00]),
    ],
)
def test_parts_come_in_every_so_many_days(every_days, paid):
    turns, order = shop(every_days=every_days)

    assert paid_by_day(turns, order, 0, 1, 2, 3, 4) == paid
    assert order.plan == (31_00, 31_00, 31_00)


def test_every_part_that_is_paid_is_told():
    turns, order = shop()

    at_day(turns, order, 9)

    assert messages(turns) == [
        "Shop: part 2 of 3 of order-0-1 is paid",
        "Shop: part 3 of 3 of order-0-1 is paid",
    ]
    assert order.settled


def test_a_part_that_failed_is_tried_again_after_some_days_and_the_rest_follows():
    turns, order = shop(outage=[2])

    paid = paid_by_day(turns, order, 2, 2.9, 3, 3.9, 4, 9)

    assert paid == [31_00, 31_00, 62_00, 62_00, 93_00, 93_00]
    assert messages(turns)[0] == (
        "Shop: part 2 of 3 of order-0-1 failed; it will be tried again"
    )


def test_a_part_that_is_paid_after_the_next_is_due_lets_that_come_at_once():
    turns, order = shop(outage=[2], retry_after_days=5)

    assert paid_by_day(turns, order, 6.9, 7) == [31_00, 93_00]


def test_a_part_is_tried_as_often_as_the_rules_say():
    turns, order = shop(outage=[2, 3, 4], retries=3)

    assert paid_by_day(turns, order, 4, 5) == [31_00, 93_00]
    assert order.state.value == "ticketed"


# -- default


def test_a_part_that_fails_for_good_before_departure_takes_the_seat_back():
    turns, order = shop(outage=[2, 3])
    assert turns.market.inventory.sold == [1]

    at_day(turns, order, 3)

    # 31.00 was paid: the cancellation fee and the booking fee stay.
    assert order.state.value == "defaulted"
    assert (order.paid_minor, order.owed_minor) == (23_00, 23_00)
    assert [line.seats for line in order.lines] == [0]
    assert turns.market.inventory.sold == [0]
    assert messages(turns)[1] == (
        "Shop: part 2 of 3 of order-0-1 failed; the order is in default"
    )


def test_nothing_more_is_charged_after_a_default():
    turns, order = shop(outage=[2, 3])

    assert paid_by_day(turns, order, 3, 400) == [23_00, 23_00]
    assert not do_cancel(turns)


def do_cancel(turns):
    return do(turns, "cancel_order", "order-0-1")


def test_a_default_asks_for_no_more_than_was_paid():
    turns, order = shop(count=12, outage=[2, 3])

    at_day(turns, order, 3)

    assert order.plan[0] == 7_75
    assert (order.paid_minor, order.owed_minor) == (7_75, 7_75)
    assert order.payment.refunded_minor == 0


def test_a_default_after_departure_takes_nothing_back():
    turns, order = shop(every_days=21, outage=[21, 22])

    at_day(turns, order, 22)

    assert order.state.value == "defaulted"
    assert [line.seats for line in order.lines] == [1]
    assert (order.paid_minor, order.owed_minor) == (31_00, 31_00)
    assert turns.market.inventory.sold == [1]


def test_a_default_takes_back_only_what_has_not_flown():
    soon = {**leg("SOON"), "depart": "2026-06-02T09:00", "arrive": "2026-06-02T17:00"}
    flights = [
        flight("SOON", soon, fares=[fare("Y", 60_00, refundable=True)]),
        flight("LATER", LATER, fares=[fare("Y", 40_00, refundable=True)]),
    ]
    turns = open_market(
        flights=flights,
        instalments={"counts": [2], "every_days": 10, "retries": 0},
        gateway={"outages_s": [[10 * DAY_S, 10 * DAY_S + 900]]},
        task={"deadline_s": 31_000_000},
    )
    do(turns, "search_flights", {"date": "2026-06-21"})
    do(turns, "add_to_cart", "LATER")
    do(turns, "search_flights", {"date": "2026-06-02"})
    do(turns, "add_to_cart", "SOON")
    visitor = to_payment_of_cart(turns, "tok_ok")
    do(turns, "choose_instalments", 2)
    do(turns, "confirm_payment")
    (order,) = visitor.orders

    at_day(turns, order, 10)

    assert [line.seats for line in order.lines] == [0, 1]
    assert (order.state.value, order.owed_minor) == ("defaulted", 50_00)
    assert turns.market.inventory.sold == [1, 0]


def test_a_card_that_no_longer_pays_leads_to_default():
    fickle = {"token": "tok_fickle", "soft_decline_ppm": 700_000}
    turns = open_market(
        "tok_fickle",
        cards=[fickle],
        flights=[flight("LATER", LATER, fares=[FLEX])],
        instalments={"counts": [12], "every_days": 1, "retries": 0},
        task={"trips": [TRIP], "deadline_s": 31_000_000},
        retries={"most": 100},
    )
    visitor = to_payment(turns, "tok_fickle")
    do(turns, "choose_instalments", 12)
    while not visitor.orders:
        do(turns, "confirm_payment")
    (order,) = visitor.orders

    at_day(turns, order, 12)

    assert order.state.value == "defaulted"
    assert turns.market.inventory.sold == [0]


# -- cancelling with parts still due


@pytest.mark.parametrize(
    ("count", "day", "paid_then", "paid_in_the_end"),
    [
        (3, 0, 23_00, 23_00),
        (3, 2, 23_00, 23_00),
        (12, 0, 7_75, 23_00),
        (12, 2, 15_50, 23_00),
        (12, 4, 23_00, 23_00),
    ],
)
def test_after_cancelling_parts_come_in_only_up_to_what_is_owed(
    count, day, paid_then, paid_in_the_end
):
    turns, order = shop(count=count)
    at_day(turns, order, day)

    turns.market.cancel(order, {0: 1}, 0)

    assert (order.paid_minor, order.owed_minor) == (paid_then, 23_00)
    at_day(turns, order, 400)
    assert (order.paid_minor, order.state.value) == (paid_in_the_end, "cancelled")


def test_the_last_part_is_capped_by_what_is_still_owed():
    turns, order = shop(count=12)
    turns.market.cancel(order, {0: 1}, 0)

    assert paid_by_day(turns, order, 2, 4, 6) == [15_50, 23_00, 23_00]
    assert order.payment.captured_minor == 23_00


def test_a_cancelled_order_whose_fee_is_never_paid_is_in_default():
    turns, order = shop(count=12, outage=[2, 3])
    turns.market.cancel(order, {0: 1}, 0)

    at_day(turns, order, 400)

    assert (order.state.value, order.paid_minor) == ("defaulted", 7_75)


def test_parts_of_a_stack_with_fees_sum_to_the_bill():
    turns, order = shop(coupon="HALF")

    at_day(turns, order, 400)

    assert order.plan == (16_00, 16_00, 16_00)
    assert order.paid_minor == 48_00


def test_a_bill_smaller_than_the_plan_is_paid_in_as_many_parts_as_it_has_units():
    tiny = fare("Y", 5)
    turns = open_market(
        flights=[flight(fares=[tiny])], instalments={"counts": [12], "every_days": 1}
    )
    visitor = to_payment(turns)
    do(turns, "choose_instalments", 12)

    do(turns, "confirm_payment")

    assert (error(visitor), visitor.receipt.plan) == (None, (1, 1, 1, 1, 1))


@pytest.mark.parametrize(
    ("fare_minor", "apr_ppm", "count", "exact"),
    [
        (1200_00, 120_000, 12, 106.618546),
        (600_00, 299_900, 6, 108.926947),
        (1000_00, 100_000, 12, 87.915887),
        (1000_00, 0, 4, 250),
    ],
)
def test_a_plan_with_interest_comes_to_the_parts_of_an_annuity(
    fare_minor, apr_ppm, count, exact
):
    turns = open_market(
        flights=[flight("LATER", LATER, fares=[fare("Y", fare_minor)])],
        instalments={"counts": [count], "apr_ppm": apr_ppm},
        task={"trips": [TRIP], "budgets_minor": [2000_00]},
    )
    do(turns, "search_flights")
    do(turns, "add_to_cart", "LATER")
    visitor = to_payment_of_cart(turns, "tok_ok")
    do(turns, "choose_instalments", count)
    do(turns, "confirm_payment")

    first, *later = visitor.orders[0].plan
    assert later == [int(exact * 100 + 1e-6)] * (count - 1)
    assert 0 <= first - later[0] < count
