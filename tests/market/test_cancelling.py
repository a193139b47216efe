"""After the purchase: instalments come in, and cancelling follows the fare rules."""

import pytest
from worlds import buy, do, error, fare, flight, open_market, think_until, to_payment

FARES = [
    fare("Y", 200_00, refundable=True, cancel_fee_minor=30_00),
    fare("Q", 90_00),
]


@pytest.mark.parametrize(
    ("name", "count", "captured", "refunded", "owed"),
    [
        ("AA1-Y", 1, 200_00, 170_00, 30_00),
        ("AA1-Y", 3, 66_68, 36_68, 30_00),
        ("AA1-Y", 12, 16_74, 0, 30_00),
        ("AA1-Q", 1, 90_00, 0, 90_00),
        ("AA1-Q", 3, 30_00, 0, 90_00),
    ],
)
def test_cancelling_keeps_what_the_fare_rule_says_and_no_more(
    name, count, captured, refunded, owed
):
    turns = open_market(flights=[flight(fares=FARES)], instalments={"counts": [3, 12]})
    visitor = to_payment(turns, flight_id=name)
    do(turns, "choose_instalments", count)
    do(turns, "confirm_payment")

    do(turns, "cancel_order", "order-0-1")

    (order,) = visitor.orders
    payment = order.payment
    moved = (payment.captured_minor, payment.refunded_minor, order.owed_minor)
    assert moved == (captured, refunded, owed)
    assert turns.market.ledger.balance("merchant") == captured - refunded
    assert turns.market.inventory.sold == [0]


def test_instalments_come_in_every_thirty_days_until_all_is_paid():
    turns = open_market(instalments={"counts": [3]})
    visitor = to_payment(turns)
    do(turns, "choose_instalments", 3)
    do(turns, "confirm_payment")
    order, paid = visitor.receipt, []

    for day in (0, 29, 30, 31, 60, 61):
        turns.market.clock.advance(order.ticketed_at_ms + day * 86_400_000)
        turns.ready.clear()
        paid.append(order.paid_minor)

    assert order.plan == (33_34, 33_33, 33_33)
    assert paid == [33_34, 33_34, 66_67, 66_67, 100_00, 100_00]
    assert turns.market.ledger.balance("authorized") == 0


def test_a_fee_above_the_price_of_its_line_keeps_that_line_s_price():
    dear = fare("Y", 100_00, refundable=True, cancel_fee_minor=900_00)
    free = fare("Y", 200_00, refundable=True)
    turns = open_market(flights=[flight("A", fares=[dear]), flight("B", fares=[free])])
    do(turns, "search_flights")
    do(turns, "add_to_cart", "A")
    do(turns, "add_to_cart", "B")
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", "tok_ok")
    do(turns, "confirm_payment")

    do(turns, "cancel_order", "order-0-1")

    assert turns.seats[0].visitor.orders[0].paid_minor == 100_00


def test_no_instalment_comes_in_after_the_order_was_cancelled():
    turns = open_market(flights=[flight(fares=FARES)], instalments={"counts": [3]})
    visitor = to_payment(turns, flight_id="AA1-Y")
    do(turns, "choose_instalments", 3)
    do(turns, "confirm_payment")
    do(turns, "cancel_order", "order-0-1")

    turns.seats[0].stopped = True
    turns.market.clock.advance(61 * 86_400_000)

    assert visitor.orders[0].paid_minor == 30_00


DEPARTURE_MS = 25 * 3_600_000


@pytest.mark.parametrize(("early_ms", "refusal"), [(1, None), (0, "departed")])
def test_an_order_can_be_cancelled_until_just_before_departure(early_ms, refusal):
    turns = open_market(task={"deadline_s": 200_000})
    visitor = buy(turns)
    think_until(turns, DEPARTURE_MS - early_ms)

    do(turns, "cancel_order", "order-0-1")

    assert error(visitor) == refusal
    assert turns.market.inventory.sold == [int(refusal is not None)]
