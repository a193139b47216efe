"""After the purchase: instalments come in, and cancelling follows the fare rules."""

import pytest
from worlds import do, fare, flight, open_market, to_payment

FARES = [
    fare("Y", 200_00, refundable=True, cancel_fee_minor=30_00),
    fare("Q", 90_00),
]


@pytest.mark.parametrize(
    ("name", "count", "captured", "refunded", "voided"),
    [
        ("AA1-Y", 1, 200_00, 170_00, 0),
        ("AA1-Y", 3, 66_68, 36_68, 133_32),
        ("AA1-Y", 12, 30_00, 0, 170_00),
        ("AA1-Q", 1, 90_00, 0, 0),
        ("AA1-Q", 3, 90_00, 0, 0),
    ],
)
def test_cancelling_keeps_what_the_fare_rule_says_and_no_more(
    name, count, captured, refunded, voided
):
    turns = open_market(flights=[flight(fares=FARES)], instalment_counts=[3, 12])
    visitor = to_payment(turns, flight_id=name)
    do(turns, "choose_instalments", count)
    do(turns, "confirm_payment")

    do(turns, "cancel_order", "order-0-1")

    payment = visitor.orders[0].payment
    moved = (payment.captured_minor, payment.refunded_minor, payment.voided_minor)
    assert moved == (captured, refunded, voided)
    assert turns.market.ledger.balance("merchant") == captured - refunded
    assert turns.market.inventory.sold == [0]


def test_instalments_come_in_every_thirty_days_until_all_is_paid():
    turns = open_market(instalment_counts=[3])
    visitor = to_payment(turns)
    do(turns, "choose_instalments", 3)
    do(turns, "confirm_payment")
    order, paid = visitor.receipt, []

    for day in (0, 29, 30, 31, 60, 61):
        turns.market.clock.advance(order.ticketed_at_ms + day * 86_400_000)
        turns.ready.clear()
        paid.append(order.paid_minor)

    assert order.instalments == (33_34, 33_33, 33_33)
    assert paid == [33_34, 33_34, 66_67, 66_67, 100_00, 100_00]
    assert turns.market.ledger.balance("authorized") == 0
