"""Refunds: on their way for a stated time, then on the card."""

from worlds import buy, do, fare, flight, open_market, wait_until

from test_time_gym.market.interface.observation import observe

FLEX = fare("Y", 100_00, refundable=True, cancel_fee_minor=30_00)
DAY_MS = 86_400_000


def bought(party=2, fare_class=FLEX, **gateway):
    turns = open_market(
        flights=[flight(fares=[fare_class], seats=9)],
        gateway={"money_back_after_s": 3600, "notify_after_s": 0, **gateway},
        task={"party": party, "deadline_s": 86_000},
    )
    buy(turns)
    return turns, turns.seats[0].visitor.orders[0]


def cancel(turns, **part):
    assert do(turns, "cancel_order", {"order_id": "order-0-1", **part})
    return turns.market.clock.now_ms


def moved(order):
    payment = order.payment
    return payment.state.value, payment.returning_minor, payment.refunded_minor


def after(turns, now_ms):
    wait_until(turns, now_ms)
    assert turns.market.clock.now_ms >= now_ms


def test_a_refund_is_on_its_way_and_then_on_the_card():
    turns, order = bought()
    now = cancel(turns)
    seen = [moved(order), turns.market.ledger.balance("card/0")]

    after(turns, now + 3_600_000)
    seen += [moved(order), turns.market.ledger.balance("card/0")]

    assert seen == [
        ("captured", 140_00, 0),
        -200_00,
        ("partially_refunded", 0, 140_00),
        -60_00,
    ]


def test_a_refund_on_its_way_is_shown_as_pending():
    turns, _ = bought()

    now = cancel(turns, seats=1)
    pending = observe(turns, turns.seats[0])["orders"]
    after(turns, now + 3_600_000)

    order = {
        "order_id": "order-0-1",
        "status": "ticketed",
        "flights": ["AA1"],
        "seats": 1,
        "total": 200,
        "paid": 200,
        "owed": 130,
        "refunded": 0,
        "refund_pending": 70,
        "instalments": [200],
    }
    assert pending == [order]
    come = order | {"paid": 130, "refunded": 70, "refund_pending": 0}
    assert observe(turns, turns.seats[0])["orders"] == [come]


def test_two_refunds_of_one_order_may_be_on_their_way_together():
    turns, order = bought()
    cancel(turns, seats=1)
    do(turns, "wait", 5)
    now = cancel(turns, seats=1)
    assert moved(order) == ("captured", 140_00, 0)

    after(turns, now + 3_600_000 - 300_000)
    assert moved(order) == ("partially_refunded", 70_00, 70_00)
    after(turns, now + 3_600_000)
    assert moved(order) == ("partially_refunded", 0, 140_00)


def test_a_refund_of_everything_refunds_the_payment_in_full():
    free = fare("Y", 100_00, refundable=True)
    turns, order = bought(fare_class=free)

    now = cancel(turns)
    after(turns, now + 3_600_000)

    assert moved(order) == ("refunded", 0, 200_00)
    assert turns.market.ledger.balances["card/0"] == 0
    assert order.settled


def test_a_refund_without_delay_comes_at_once():
    turns, order = bought(money_back_after_s=0)

    cancel(turns)

    assert moved(order) == ("partially_refunded", 0, 140_00)


def test_the_visitor_is_told_when_the_money_is_back():
    turns, _ = bought()
    now = cancel(turns)
    visitor = turns.seats[0].visitor
    assert visitor.messages == []

    after(turns, now + 3_600_000)

    assert [message.text for message in visitor.messages] == [
        "Shop: payment pay-0-1 is partially_refunded"
    ]


def test_seats_are_free_while_their_refund_is_on_its_way():
    turns, _ = bought()

    cancel(turns)

    assert (turns.market.inventory.sold, turns.market.on_sale(0)) == ([0], 9)
