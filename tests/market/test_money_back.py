"""The payment flow: money that comes too late, or is not owed, goes back."""

import pytest
from till import SERVED_MS, Till

from test_time_gym.market.orders import Order
from test_time_gym.market.streams import Streams

# -- too late


LATE_MS = SERVED_MS - 500
"""When a hold ends that is paid too late."""


def paid_late(**gateway):
    till = Till({"notify_after_s": 10, **gateway})
    one = till.start(till.hold(expires_ms=LATE_MS))
    till.go_to(SERVED_MS)
    return till, one


def test_money_that_comes_too_late_goes_back_at_once_if_it_can():
    till, one = paid_late()

    assert [(a.state.value, a.reason) for a in one.history] == [
        ("processing", ""),
        ("authorized", "hold_expired"),
        ("voided", "hold_expired"),
    ]
    assert (till.heard, till.clock.pending()) == ([("pay-1-1", 3)], [])
    assert till.ledger.balances == {"card/1": 0, "authorized": 0}
    assert till.orders.by_id == {}


@pytest.mark.parametrize(
    ("gateway", "timer", "state"),
    [
        (
            {"money_back_after_s": 60},
            (SERVED_MS + 60_000, 1, "void", "pay-1-1"),
            "voided",
        ),
        (
            {
                "money_back_after_s": 60,
                "void_lost_ppm": 1_000_000,
                "authorization_expires_s": 600,
            },
            (SERVED_MS + 600_000, 0, "authorization", "pay-1-1"),
            "expired",
        ),
    ],
)
def test_money_that_comes_too_late_is_free_after_its_time(gateway, timer, state):
    till, one = paid_late(**gateway)
    waiting = till.clock.pending()

    till.go_to(timer[0])
    news = till.clock.pending()
    till.clock.advance()

    assert (waiting, one.state.value) == ([timer], state)
    assert news == [(timer[0] + 10_000, 1, "notice", "pay-1-1/3/0")]
    assert till.noticed == [("pay-1-1", 3)]


def test_whether_a_void_is_lost_is_drawn_for_its_payment():
    till = Till({"void_lost_ppm": 500_000}, retries={"most": 100})
    for number in range(1, 41):
        till.start(till.hold(number, LATE_MS))

    till.go_to(SERVED_MS + 40_000)

    lost = [
        f"pay-1-{number}"
        for number in range(1, 41)
        if Streams(1).at(0, "void", f"pay-1-{number}").chance(500_000)
    ]
    still = [name for _, _, kind, name in till.clock.pending() if kind != "notice"]
    assert sorted(still) == sorted(lost)


# -- money back


def sold(**gateway):
    """Return a till, and an order of 85.00 of which so much is owed."""
    till = Till({"notify_after_s": 10, **gateway})
    till.start()
    till.go_to(SERVED_MS)
    return till, till.orders.by_id["order-1-1"]


def refunded(order: Order):
    payment = order.payment
    return payment.state.value, payment.returning_minor, payment.refunded_minor


def test_what_is_not_owed_goes_back_at_once_if_it_can():
    till, order = sold()
    order.owed_minor = 84_99

    assert till.flow.settle(order, 3) == 1
    assert refunded(order) == ("partially_refunded", 0, 1)
    assert till.records("amount")[-1] == ["payment_refunded", 5, 3, "ben", 1]
    assert till.clock.pending() == []


def test_what_is_not_owed_goes_back_after_its_time():
    till, order = sold(money_back_after_s=60)
    order.owed_minor = 35_00

    back = till.flow.settle(order, 3)
    before, waiting = refunded(order), till.clock.pending()
    till.go_to(SERVED_MS + 60_000)
    after, news = refunded(order), till.clock.pending()
    till.clock.advance()

    assert (back, before, after) == (
        50_00,
        ("captured", 50_00, 0),
        ("partially_refunded", 0, 50_00),
    )
    assert waiting == [(SERVED_MS + 60_000, 1, "refund", "pay-1-1/5000")]
    assert news == [(SERVED_MS + 70_000, 1, "notice", "pay-1-1/4/0")]
    assert till.noticed == [("pay-1-1", 4)]


def test_two_refunds_on_their_way_are_not_sent_twice():
    till, order = sold(money_back_after_s=60)
    sent = []

    for owed in (80_00, 80_00, 30_00):
        order.owed_minor = owed
        sent.append(till.flow.settle(order, 3))

    assert sent == [5_00, 0, 50_00]
    assert refunded(order) == ("captured", 55_00, 0)


@pytest.mark.parametrize("owed", [85_00, 85_01])
def test_nothing_goes_back_of_what_is_owed(owed):
    till, order = sold()
    order.owed_minor, cause = owed, order.payment.cause

    assert till.flow.settle(order, 99) == 0
    assert (refunded(order), order.payment.cause) == (("captured", 0, 0), cause)
