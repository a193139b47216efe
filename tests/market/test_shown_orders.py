"""Orders and payments as an agent sees them in the JSON observation."""

import pytest
from worlds import buy, do, fare, flight, open_market, to_payment, wait_until

from test_time_gym.market.interface.observation import observe

FLEX = fare("Y", 90_00, refundable=True, cancel_fee_minor=20_00)


def bought_in_parts(**gateway):
    turns = open_market(
        flights=[flight(fares=[FLEX])],
        instalments={"counts": [3], "every_days": 1, "retries": 0},
        gateway=gateway,
        task={"deadline_s": 400_000},
    )
    to_payment(turns)
    do(turns, "choose_instalments", 3)
    do(turns, "confirm_payment")
    return turns


def orders(turns):
    return observe(turns, turns.seats[0])["orders"]


BOUGHT = {
    "order_id": "order-0-1",
    "status": "ticketed",
    "flights": ["AA1"],
    "seats": 1,
    "total": 90,
    "paid": 30,
    "owed": 90,
    "refunded": 0,
    "refund_pending": 0,
    "instalments": [30, 30, 30],
}


def test_an_order_shows_its_parts_and_how_much_of_them_is_paid():
    turns = bought_in_parts()
    assert orders(turns) == [BOUGHT]

    wait_until(turns, 86_460_000)

    assert orders(turns) == [BOUGHT | {"paid": 60}]


def test_a_cancelled_order_shows_what_the_shop_keeps():
    turns = bought_in_parts()

    do(turns, "cancel_order", "order-0-1")

    cancelled = {"status": "cancelled", "flights": [], "seats": 0}
    money = {"paid": 20, "owed": 20, "refunded": 10}
    assert orders(turns) == [BOUGHT | cancelled | money]


def test_an_order_in_default_shows_that_its_seats_are_gone():
    turns = bought_in_parts(outages_s=[[86_000, 87_000]])

    wait_until(turns, 86_460_000)

    defaulted = {"status": "defaulted", "flights": [], "seats": 0}
    money = {"paid": 20, "owed": 20, "refunded": 10}
    assert orders(turns) == [BOUGHT | defaulted | money]


def test_an_order_is_not_shown_before_its_receipt_is():
    turns = open_market("tok_timeout")
    buy(turns, "tok_timeout")
    assert (len(turns.market.orders.by_id), orders(turns)) == (1, [])

    do(turns, "confirm_payment")

    assert [order["order_id"] for order in orders(turns)] == ["order-0-1"]


@pytest.mark.parametrize(
    ("card", "changes", "status"),
    [
        ("tok_ok", {}, "captured"),
        ("tok_3ds", {}, "requires_challenge"),
        ("tok_decline_soft", {}, "declined"),
        ("tok_timeout", {}, "unknown"),
        ("tok_ok", {"holds": {"ttl_s": 4}}, "voided"),
        (
            "tok_ok",
            {"holds": {"ttl_s": 4}, "gateway": {"money_back_after_s": 60}},
            "authorized",
        ),
    ],
)
def test_the_status_says_where_the_payment_stands(card, changes, status):
    turns = open_market(card, **changes)

    buy(turns, card)

    state = observe(turns, turns.seats[0])["payment_state"]
    assert (state["status"], state["needs_3ds"]) == (
        status,
        status == "requires_challenge",
    )


def test_the_newest_ticket_is_the_last_that_is_not_cancelled():
    turns = open_market(flights=[flight(fares=[FLEX])])
    visitor, newest = turns.seats[0].visitor, []

    def look():
        ticket = visitor.newest_ticket()
        newest.append(ticket and ticket.id)

    look()
    for _ in range(3):
        buy(turns)
    look()
    for number in (2, 3, 1):
        do(turns, "cancel_order", f"order-0-{number}")
        look()
    buy(turns)
    look()

    assert newest == [None, "order-0-3", "order-0-3", "order-0-1", None, "order-0-4"]
    assert [order.id for order in visitor.orders] == [
        f"order-0-{k}" for k in (1, 2, 3, 4)
    ]
