"""An eventful market, and ways to make its snapshot tell lies."""

from dataclasses import replace

from fakes import Lines
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

from test_time_gym.market.ledger import Transaction
from test_time_gym.market.snapshot import snapshot

Y, Q = 0, 1
"""The products of the eventful market: flexible and not."""


def eventful_market():
    """Return a market in which everything that laws speak of has happened.

    order-0-1 is paid in three instalments with a coupon, order-1-1 is cancelled,
    pay-2-1 waits for its challenge, pay-3-1 is at the gateway, hold-4-1 ran out.
    """
    config = episode(
        flights=[
            flight(
                "VIA",
                leg("AA1", "SFO", "EWR", "10:00", "14:00", 30),
                leg("AA2", "EWR", "MAD", "15:00", "23:00", 30),
                fares=[
                    fare("Y", 200_00, refundable=True, cancel_fee_minor=30_00),
                    fare("Q", 90_00, booking_limit=25),
                ],
            )
        ],
        demand=[segment(buyers=30)],
        holds={"ttl_s": 600, "per_visitor": 3},
        gateway={
            "latency": {"kind": "deterministic", "typical_ms": 20_000},
            "client_timeout_s": 5,
        },
        coupons=[{"code": "TENTH", "percent_ppm": 100_000}],
        instalments={"counts": [3]},
        task={
            "wallets": [["tok_ok", "tok_3ds"]],
            "ends_on": "deadline",
            "deadline_s": 3600,
        },
    )
    sink = Lines()
    turns = WatchedTurns(config, 3, agents=5, sink=sink)

    for seat, minutes in enumerate((15, 16, 18, 19)):
        do(turns, "wait", minutes, seat)
    to_payment(turns, flight_id="VIA-Q", seat=4)
    do(turns, "wait", 40, seat=4)
    do(turns, "search_flights", seat=0)
    do(turns, "add_to_cart", "VIA-Q", seat=0)
    do(turns, "apply_coupon", "TENTH", seat=0)
    do(turns, "proceed_to_payment", seat=0)
    do(turns, "enter_card", "tok_ok", seat=0)
    do(turns, "choose_instalments", 3, seat=0)
    do(turns, "confirm_payment", seat=0)
    do(turns, "wait", 40, seat=0)
    buy(turns, flight_id="VIA-Y", seat=1)
    do(turns, "wait", 1, seat=1)
    do(turns, "cancel_order", "order-1-1", seat=1)
    do(turns, "wait", 40, seat=1)
    buy(turns, "tok_3ds", "VIA-Q", seat=2)
    do(turns, "wait", 40, seat=2)
    buy(turns, flight_id="VIA-Y", seat=3)
    return snapshot(turns.market)


def changed(s, field, name, **changes):
    """Return the snapshot with one hold, payment or order changed."""
    items = getattr(s, field)
    assert name in [item.id for item in items]
    return replace(
        s,
        **{field: tuple(replace(i, **changes) if i.id == name else i for i in items)},
    )


def bumped(s, field, index=0, by=1):
    """Return the snapshot with one of its counts changed."""
    counts = list(getattr(s, field))
    counts[index] += by
    return replace(s, **{field: tuple(counts)})


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
    return replace(s, balances=balances, transactions=(*s.transactions, batch))


def without_timer(s, kind):
    return replace(s, timers=tuple(timer for timer in s.timers if timer[2] != kind))


def with_key(s, index, **changes):
    keys = list(s.keys)
    keys[index] = replace(keys[index], **changes)
    return replace(s, keys=tuple(keys))


def order_with_hold(s, order_id, hold_id):
    hold = next(hold for hold in s.holds if hold.id == hold_id)
    return changed(s, "orders", order_id, hold=hold)


def hold_named(s, name):
    return next(hold for hold in s.holds if hold.id == name)
