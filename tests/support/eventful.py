"""An eventful market, and ways to make its snapshot tell lies."""

from dataclasses import replace

from fakes import Lines
from msgspec import structs
from worlds import (
    WatchedTurns,
    buy,
    do,
    episode,
    fare,
    flight,
    leg,
    segment,
    to_payment,
)

from test_time_gym.market.holds import HoldLine
from test_time_gym.market.ledger import Transaction
from test_time_gym.market.snapshot import snapshot

Y, Q = 0, 1
"""The products of the eventful market: flexible and not."""


def eventful_market():
    """Return a market in which everything that laws speak of has happened.

    order-0-1 has two coupons and three parts, of which the second has just failed;
    order-1-1 is cancelled and its refund has come; hold-4-1 ran out; pay-6-1 was
    paid too late, and its reservation is still open; order-5-1 has lost one of its
    two flights, and the refund is on its way; pay-2-1 waits for its challenge;
    pay-3-1 is at the gateway.
    """
    turns = WatchedTurns(eventful_config(), 3, agents=7, sink=Lines())

    for seat, minutes in ((1, 1453), (2, 1482), (3, 1484), (4, 1451), (5, 1479)):
        do(turns, "wait", minutes, seat)
    do(turns, "wait", 1455, seat=6)
    buy_in_parts(turns)
    to_payment(turns, flight_id="VIA-Q", seat=4)
    do(turns, "wait", 90, seat=4)
    buy(turns, flight_id="VIA-Y", seat=1)
    do(turns, "wait", 1, seat=1)
    do(turns, "cancel_order", "order-1-1", seat=1)
    do(turns, "wait", 90, seat=1)
    challenged = buy(turns, "tok_3ds", "VIA-Q", seat=6)
    do(turns, "wait", 14, seat=6)
    do(turns, "answer_challenge", challenged.code, seat=6)
    do(turns, "wait", 90, seat=6)
    do(turns, "search_flights", seat=5)
    do(turns, "add_to_cart", "VIA-Q", seat=5)
    buy(turns, flight_id="VIA-Y", seat=5)
    do(turns, "wait", 1, seat=5)
    part = {"order_id": "order-5-1", "flight_id": "VIA-Y"}
    do(turns, "cancel_order", part, seat=5)
    do(turns, "wait", 90, seat=5)
    buy(turns, "tok_3ds", "VIA-Q", seat=2)
    do(turns, "wait", 90, seat=2)
    buy(turns, flight_id="VIA-Y", seat=3)
    return snapshot(turns.market)


def eventful_config():
    """Return a market that is down when the second part is due, a day later."""
    return episode(
        flights=[
            flight(
                "VIA",
                leg("AA1", "SFO", "EWR", "10:00", "14:00", 40),
                leg("AA2", "EWR", "MAD", "15:00", "23:00", 40),
                fares=[
                    fare("Y", 200_00, refundable=True, cancel_fee_minor=30_00),
                    fare("Q", 90_00, booking_limit=30),
                ],
            )
        ],
        demand=[segment(buyers=30)],
        holds={"ttl_s": 600, "per_visitor": 3},
        gateway={
            "latency": {"kind": "deterministic", "typical_ms": 20_000},
            "client_timeout_s": 5,
            "outages_s": [[86_400, 87_000]],
            "money_back_after_s": 600,
            "void_lost_ppm": 1_000_000,
        },
        challenge={"expires_s": 1800},
        coupons=[
            {"code": "FIFTH", "percent_ppm": 200_000, "stackable": True},
            {"code": "FIVE", "amount_minor": 5_00, "stackable": True},
        ],
        fees=[{"name": "booking", "amount_minor": 4_00}],
        instalments={"counts": [3], "every_days": 1, "retries": 1},
        task={
            "wallets": [["tok_ok", "tok_3ds"]],
            "ends_on": "deadline",
            "deadline_s": 100_000,
        },
    )


def buy_in_parts(turns):
    """Let seat 0 buy order-0-1: 90.00 - 18.00 - 5.00 + 4.00, in three parts."""
    do(turns, "search_flights")
    do(turns, "add_to_cart", "VIA-Q")
    do(turns, "apply_coupon", "FIFTH")
    do(turns, "apply_coupon", "FIVE")
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", "tok_ok")
    do(turns, "choose_instalments", 3)
    do(turns, "confirm_payment")
    do(turns, "wait", 1600)


def changed(s, field, name, **changes):
    """Return the snapshot with one hold, payment or order changed."""
    items = getattr(s, field)
    assert name in [item.id for item in items]
    return structs.replace(
        s,
        **{field: tuple(replace(i, **changes) if i.id == name else i for i in items)},
    )


def billed(s, name, **changes):
    """Return the snapshot with one payment's bill changed."""
    bill = next(p.bill for p in s.payments if p.id == name)
    return changed(s, "payments", name, bill=structs.replace(bill, **changes))


def with_seats(s, name, *seats):
    """Return the snapshot with other seats on the lines of an order."""
    order = next(order for order in s.orders if order.id == name)
    lines = (
        HoldLine(line.product, count, line.price_minor)
        for line, count in zip(order.lines, seats, strict=True)
    )
    return changed(s, "orders", name, lines=tuple(lines))


def with_terms(s, part, **changes):
    """Return the snapshot under other payment terms."""
    rules = getattr(s.terms, part).model_copy(update=changes)
    return structs.replace(s, terms=replace(s.terms, **{part: rules}))


def with_coupon(s, code, **changes):
    """Return the snapshot with other terms of one coupon."""
    coupon = s.coupons[code].model_copy(update=changes)
    return structs.replace(s, coupons=s.coupons | {code: coupon})


def bumped(s, field, index=0, by=1):
    """Return the snapshot with one of its counts changed."""
    counts = list(getattr(s, field))
    counts[index] += by
    return structs.replace(s, **{field: tuple(counts)})


def booked(s, *postings, time_ms=None, cause=None):
    """Return the snapshot with one more batch in the ledger, and its balances."""
    balances = dict(s.balances)
    for account, amount in postings:
        balances[account] = balances.get(account, 0) + amount
    batch = Transaction(
        s.now_ms if time_ms is None else time_ms,
        s.records - 1 if cause is None else cause,
        postings,
    )
    return structs.replace(s, balances=balances, transactions=(*s.transactions, batch))


def without_timer(s, kind):
    """Return the snapshot without the timers of one kind."""
    return structs.replace(
        s, timers=tuple(timer for timer in s.timers if timer[2] != kind)
    )


def later(s, kind, by_ms):
    """Return the snapshot with the timers of one kind put off."""
    moved = (
        (due + by_ms * (name == kind), phase, name, entity)
        for due, phase, name, entity in s.timers
    )
    return structs.replace(s, timers=tuple(moved))


def with_key(s, index, **changes):
    """Return the snapshot with the use of one key changed."""
    keys = list(s.keys)
    keys[index] = replace(keys[index], **changes)
    return structs.replace(s, keys=tuple(keys))


def order_with_hold(s, order_id, hold_id):
    hold = next(hold for hold in s.holds if hold.id == hold_id)
    return changed(s, "orders", order_id, hold=hold)


def hold_named(s, name):
    return next(hold for hold in s.holds if hold.id == name)


GO_SHOWS = {
    "go_shows_take_what_is_left": [
        lambda s: come_unbooked(s, 1),
        lambda s: structs.replace(come_unbooked(s, 99), now_ms=max(s.closing_ms)),
    ],
}
"""A law of those who come without a booking, and ways to break it."""


def come_unbooked(s, many):
    """Return the snapshot with so many who came to the first product unbooked."""
    return structs.replace(s, go_shows=(many, 0), no_shows=(0, 0), denied=(0, 0))
