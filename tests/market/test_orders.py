"""Orders: each is entered once, and found by its id and by its visitor."""

import pytest
from worlds import fare, flight, market

from test_time_gym.market.bill import Bill
from test_time_gym.market.errors import MarketBug
from test_time_gym.market.holds import Hold, HoldLine
from test_time_gym.market.orders import (
    Order,
    Orders,
    OrderState,
    lines_without,
    owed_minor,
)
from test_time_gym.market.payments.payment import Payment
from test_time_gym.market.world import World

PAIR = (HoldLine(0, 2, 100),)


def order(number=1, seat=0, state=OrderState.TICKETED, lines=PAIR):
    bill = Bill(sum(line.seats * line.price_minor for line in lines))
    hold = Hold(id="h", seat=seat, lines=lines, placed_at_ms=0, expires_at_ms=1)
    payment = Payment(
        id="p",
        seat=seat,
        hold_id="h",
        card="tok_ok",
        attempt=1,
        bill=bill,
        plan=(bill.total_minor,),
        key="k",
        started_at_ms=0,
    )
    return Order(
        id=f"order-{seat}-{number}",
        seat=seat,
        hold=hold,
        payment=payment,
        lines=lines,
        owed_minor=bill.total_minor,
        ticketed_at_ms=0,
        state=state,
    )


def test_an_order_is_found_by_its_id_and_by_its_visitor():
    table = Orders()
    first, second, other = order(1), order(2), order(1, seat=1)

    for one in (first, second, other):
        table.issue(one)

    assert list(table.by_id) == ["order-0-1", "order-0-2", "order-1-1"]
    assert (table.of(0), table.of(1), table.of(2)) == ([first, second], [other], [])


def test_a_visitor_s_ticketed_orders_are_those_that_still_stand():
    table, kept = Orders(), order(1)
    table.issue(kept)
    table.issue(order(2, state=OrderState.CANCELLED))
    table.issue(order(3, state=OrderState.DEFAULTED))
    table.issue(order(1, seat=1))

    assert table.ticketed(0) == [kept]


def test_an_id_is_taken_once():
    table, first = Orders(), order(1)
    table.issue(first)

    with pytest.raises(MarketBug, match=r"^order order-0-1 exists$"):
        table.issue(order(1))

    assert table.of(0) == [first]


def test_lines_lose_the_seats_of_their_product_alone():
    lines = (HoldLine(0, 2, 100), HoldLine(3, 2, 55))

    left = lines_without(order(lines=lines), {3: 1, 4: 9})

    assert left == (HoldLine(0, 2, 100), HoldLine(3, 1, 55))


def test_what_is_owed_needs_every_line_of_the_order():
    fares = World.of(market(flights=[flight(fares=[fare()])])).catalog.products

    assert owed_minor(order(), (HoldLine(0, 1, 100),), fares) == 200
    with pytest.raises(ValueError, match="shorter"):
        owed_minor(order(), (), fares)
