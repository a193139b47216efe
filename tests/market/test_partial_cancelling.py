"""Giving back a part of an order: some seats, or one flight of several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import do, error, fare, flight, market, open_market, think_until

from test_time_gym.market.bill import Bill, draw_up
from test_time_gym.market.coupons import Coupon
from test_time_gym.market.fees import Fee
from test_time_gym.market.holds import Hold, HoldLine
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.orders import Order, owed_minor
from test_time_gym.market.payments.payment import Payment
from test_time_gym.market.world import World

FLEX = fare("Y", 100_00, refundable=True, cancel_fee_minor=30_00)
FREE = fare("Y", 60_00, refundable=True)
FIRM = fare("Q", 50_00)
FLIGHTS = [
    flight("FLEX", fares=[FLEX], seats=9),
    flight("FREE", fares=[FREE], seats=9),
    flight("FIRM", fares=[FIRM], seats=9),
]
BOOKING = {"name": "booking", "amount_minor": 4_00}
TENTH = {"code": "TENTH", "percent_ppm": 100_000}


def bought(*names, party=2, coupon=None, task=None, **changes):
    """Buy these flights in one order, for a party."""
    turns = open_market(
        flights=FLIGHTS,
        coupons=[TENTH],
        task={"party": party, "budgets_minor": [900_00], **(task or {})},
        **changes,
    )
    do(turns, "search_flights")
    for name in names:
        do(turns, "add_to_cart", name)
    if coupon:
        do(turns, "apply_coupon", coupon)
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", "tok_ok")
    do(turns, "confirm_payment")
    return turns, turns.seats[0].visitor.orders[0]


def cancel(turns, **part):
    return do(turns, "cancel_order", {"order_id": "order-0-1", **part})


def left(order):
    return [line.seats for line in order.lines]


@pytest.mark.parametrize(
    ("part", "seats", "refunded"),
    [
        ({"seats": 1}, [1, 1], 70_00),
        ({"seats": 2}, [0, 0], 140_00),
        ({}, [0, 0], 140_00),
        ({"flight_id": "FLEX"}, [0, 2], 140_00),
        ({"flight_id": "FLEX", "seats": 1}, [1, 2], 70_00),
        ({"flight_id": "FIRM"}, [2, 0], 0),
        ({"flight_id": "FIRM", "seats": 1}, [2, 1], 0),
    ],
)
def test_what_goes_back_follows_the_fare_rule_of_every_seat(part, seats, refunded):
    turns, order = bought("FLEX", "FIRM")

    assert cancel(turns, **part)

    assert (left(order), order.payment.refunded_minor) == (seats, refunded)
    assert order.paid_minor == order.owed_minor == 300_00 - refunded
    assert order.state.value == ("ticketed" if any(seats) else "cancelled")
    assert turns.market.inventory.sold == [seats[0], 0, seats[1]]


@pytest.mark.parametrize(
    ("names", "coupon", "fees", "part", "owed"),
    [
        # 200 + 120 less a tenth is 288; the seats given back cost nothing.
        (["FLEX", "FREE"], "TENTH", [], {"flight_id": "FREE"}, 180_00),
        # A seat of 90.00 after the coupon goes back for the fee of 30.00.
        (["FLEX"], "TENTH", [], {"seats": 1}, 90_00 + 30_00),
        (["FLEX"], None, [BOOKING], {"seats": 1}, 100_00 + 30_00 + 4_00),
        (["FREE"], None, [BOOKING], {}, 4_00),
        (["FLEX"], "TENTH", [BOOKING], {}, 60_00 + 4_00),
    ],
)
def test_coupons_lower_what_goes_back_and_fees_stay(names, coupon, fees, part, owed):
    turns, order = bought(*names, coupon=coupon, fees=fees)

    cancel(turns, **part)

    assert order.paid_minor == order.owed_minor == owed
    assert turns.market.ledger.balance("merchant") == owed


def test_seats_can_be_given_back_one_after_the_other():
    turns, order = bought("FLEX", party=3)
    owed = [order.owed_minor]

    for _ in range(3):
        assert cancel(turns, seats=1)
        owed.append(order.owed_minor)

    assert owed == [300_00, 230_00, 160_00, 90_00]
    assert (order.state.value, order.payment.state.value) == (
        "cancelled",
        "partially_refunded",
    )
    assert not cancel(turns, seats=1)


@pytest.mark.parametrize(
    "part",
    [
        {"seats": 0},
        {"seats": 3},
        {"flight_id": "FREE"},
        {"flight_id": "NONE"},
        {"flight_id": "FLEX", "seats": 3},
    ],
)
def test_only_what_an_order_holds_can_be_given_back(part):
    turns, order = bought("FLEX", "FIRM")

    assert not cancel(turns, **part)
    assert (left(order), order.owed_minor) == ([2, 2], 300_00)


def test_as_many_seats_can_be_given_back_as_every_flight_has_left():
    turns, order = bought("FLEX", "FIRM")
    cancel(turns, flight_id="FLEX", seats=1)

    assert not cancel(turns, seats=2)
    assert cancel(turns, seats=1)
    assert left(order) == [0, 1]


def test_what_is_left_of_an_order_can_be_cancelled_as_a_whole():
    turns, order = bought("FLEX", "FREE")
    cancel(turns, flight_id="FLEX")

    assert cancel(turns)

    assert (left(order), order.state.value) == ([0, 0], "cancelled")
    assert order.owed_minor == 60_00


def test_a_flight_that_has_left_is_kept_while_another_is_given_back():
    early = {**FLIGHTS[0]["legs"][0], "depart": "2026-06-01T15:00"}
    flights = [flight("EARLY", early, fares=[FREE]), FLIGHTS[1]]
    turns, order = bought_early(flights)
    think_until(turns, 6 * 3_600_000)

    cancel(turns)
    assert (error(turns.seats[0].visitor), left(order)) == ("departed", [1, 1])

    cancel(turns, flight_id="FREE")
    assert (left(order), order.owed_minor) == ([1, 0], 60_00)


def bought_early(flights):
    """Buy two flights of two days in one order."""
    trips = [{"from": "SFO", "to": "MAD", "date": "2026-06-02"}]
    turns = open_market(flights=flights, task={"trips": trips})
    for name, date in (("EARLY", "2026-06-01"), ("FREE", "2026-06-02")):
        do(turns, "search_flights", {"date": date})
        do(turns, "add_to_cart", name)
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", "tok_ok")
    do(turns, "confirm_payment")
    return turns, turns.seats[0].visitor.orders[0]


def test_an_order_that_lost_a_seat_no_longer_meets_a_task_for_two():
    turns, _ = bought("FREE", task={"ends_on": "deadline", "deadline_s": 600})

    cancel(turns, seats=1)
    do(turns, "wait", 60)

    assert turns.seats[0].outcome == "violation"


def test_an_order_with_one_flight_given_back_meets_the_task():
    turns, _ = bought("FREE", "FLEX", task={"deadline_s": 600})

    cancel(turns, flight_id="FLEX")
    do(turns, "wait", 60)

    assert turns.seats[0].outcome == "success"


def test_a_partly_cancelled_order_is_shown_with_what_is_left_of_it():
    turns, _ = bought("FLEX", "FREE", fees=[BOOKING])

    cancel(turns, flight_id="FREE")
    cancel(turns, flight_id="FLEX", seats=1)

    assert observe(turns, turns.seats[0])["orders"] == [
        {
            "order_id": "order-0-1",
            "status": "ticketed",
            "flights": ["FLEX"],
            "seats": 1,
            "total": 324,
            "paid": 134,
            "owed": 134,
            "refunded": 190,
            "refund_pending": 0,
            "instalments": [324],
        }
    ]


# -- what is owed, whatever was bought


PRODUCTS = World.of(market(flights=FLIGHTS)).catalog.products
PRICES = st.integers(1, 300_00)
COUPON_SETS = st.lists(
    st.sampled_from(
        [
            Coupon(code="THIRD", percent_ppm=333_333),
            Coupon(code="SEVEN", amount_minor=7),
            Coupon(code="ALL", percent_ppm=1_000_000),
        ]
    ),
    max_size=2,
    unique=True,
)
FEE_SETS = st.sampled_from(
    [[], [Fee(name="f", amount_minor=399)], [Fee(name="s", percent_ppm=12_345)]]
)


def order_for(lines, bill):
    hold = Hold(id="h", seat=0, lines=lines, placed_at_ms=0, expires_at_ms=1)
    payment = Payment(
        id="p",
        seat=0,
        hold_id="h",
        card="tok_ok",
        attempt=1,
        bill=bill,
        plan=(bill.total_minor,),
        key="k",
        started_at_ms=0,
    )
    return Order(
        id="o",
        seat=0,
        hold=hold,
        payment=payment,
        lines=lines,
        owed_minor=bill.total_minor,
        ticketed_at_ms=0,
    )


@st.composite
def orders(draw):
    """Draw an order, as it was bought, and in which turn its seats go back."""
    products = draw(st.lists(st.sampled_from([0, 1, 2]), min_size=1, unique=True))
    party = draw(st.integers(1, 4))
    lines = tuple(HoldLine(j, party, draw(PRICES)) for j in products)
    items = sum(line.seats * line.price_minor for line in lines)
    bill = draw_up(items, draw(COUPON_SETS), draw(FEE_SETS))
    turn = draw(st.permutations([k for k in range(len(lines)) for _ in range(party)]))
    return order_for(lines, bill), turn


@given(orders())
def test_giving_seats_back_never_makes_an_order_dearer(drawn):
    order, turn = drawn
    bill, lines = order.payment.bill, order.lines
    owed = [owed_minor(order, lines, PRODUCTS)]

    for k in turn:
        less = HoldLine(lines[k].product, lines[k].seats - 1, lines[k].price_minor)
        lines = (*lines[:k], less, *lines[k + 1 :])
        owed.append(owed_minor(order, lines, PRODUCTS))

    assert owed[0] == bill.total_minor
    assert owed == sorted(owed, reverse=True)
    assert owed[-1] == bill.fees_minor + kept_in_the_end(order)


def kept_in_the_end(order):
    """Return what the shop keeps of goods when every seat has gone back."""
    bill, firm, charged = order.payment.bill, 0, 0
    for line in order.hold.lines:
        if PRODUCTS[line.product].refundable:
            share = line.price_minor * bill.goods_minor // bill.items_minor
            fee = PRODUCTS[line.product].cancel_fee_minor
            charged += line.seats * min(fee, share)
        else:
            firm += line.seats * line.price_minor
    return charged + firm * bill.goods_minor // bill.items_minor


def test_shares_are_rounded_so_that_the_visitor_gains_the_unit():
    lines = (HoldLine(1, 3, 33), HoldLine(2, 1, 1))
    order = order_for(lines, Bill(100, discounts=(("SEVEN", 7),)))

    one_less = (HoldLine(1, 2, 33), HoldLine(2, 1, 1))

    # 67 of 100 units of goods that cost 93: 62.31.
    assert owed_minor(order, one_less, PRODUCTS) == 62
