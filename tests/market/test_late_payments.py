"""Payments that come too late: every cent goes back, at once, later, or by itself."""

import pytest
from worlds import do, error, open_market, payments, to_payment, wait_until

from test_time_gym.market.interface.observation import observe

# The hold is placed 3.5 s after opening and ends 20 s later; the answer comes at 37 s.
LATE = {"holds": {"ttl_s": 20}, "latency_ms": 30_000}
LATE_MS = 37_000
HOUR_MS = 3_600_000
TENTH = {"code": "TENTH", "percent_ppm": 100_000}


def pay_late(card="tok_ok", gateway=None, **changes):
    turns = open_market(
        card, gateway={"client_timeout_s": 3600, **(gateway or {})}, **LATE, **changes
    )
    visitor = to_payment(turns, card)
    do(turns, "confirm_payment")
    return turns, visitor


def reserved(turns):
    ledger = turns.market.ledger
    return ledger.balance("card/0"), ledger.balance("authorized")


def test_a_late_payment_is_voided_at_once_when_money_goes_back_at_once():
    turns, visitor = pay_late()

    assert (visitor.status, error(visitor)) == ("voided", "hold_expired")
    assert (payments(turns), reserved(turns)) == (["voided"], (0, 0))
    assert turns.market.orders.by_id == {}


def test_a_void_that_takes_its_time_leaves_the_reservation_open_until_then():
    turns, visitor = pay_late(gateway={"money_back_after_s": 3600, "notify_after_s": 0})
    seen = [(visitor.status, *reserved(turns))]
    for now in (LATE_MS + HOUR_MS - 1000, LATE_MS + HOUR_MS + 60_000):
        wait_until(turns, now)
        seen.append((visitor.status, *reserved(turns)))

    assert seen == [
        ("authorized", -100_00, 100_00),
        ("authorized", -100_00, 100_00),
        ("voided", 0, 0),
    ]
    assert visitor.failed_payments == 1


def test_a_void_that_is_lost_lets_the_reservation_expire_with_all_money_back():
    turns, visitor = pay_late(
        gateway={
            "void_lost_ppm": 1_000_000,
            "authorization_expires_s": 7200,
            "notify_after_s": 0,
        }
    )
    wait_until(turns, LATE_MS + 2 * HOUR_MS - 1000)
    before = (visitor.status, payments(turns), reserved(turns))

    wait_until(turns, LATE_MS + 2 * HOUR_MS + 60_000)

    assert before == ("authorized", ["authorized"], (-100_00, 100_00))
    assert (visitor.status, payments(turns)) == ("expired", ["expired"])
    assert (reserved(turns), turns.market.inventory.sold) == ((0, 0), [0])
    assert visitor.failed_payments == 1


@pytest.mark.parametrize(
    "gateway",
    [
        {},
        {"money_back_after_s": 3600},
        {"void_lost_ppm": 1_000_000, "authorization_expires_s": 7200},
    ],
)
def test_a_late_payment_does_not_use_up_its_coupon(gateway):
    turns = open_market(
        "tok_ok", gateway={"client_timeout_s": 3600, **gateway}, coupons=[TENTH], **LATE
    )
    visitor = turns.seats[0].visitor
    for _ in range(2):
        do(turns, "search_flights")
        do(turns, "add_to_cart", "AA1")
        do(turns, "apply_coupon", "TENTH")
        assert error(visitor) is None
        do(turns, "proceed_to_payment")
        do(turns, "enter_card", "tok_ok")
        do(turns, "confirm_payment")
        do(turns, "restart")

    bills = [p.bill.discounts for p in turns.market.processor.book.by_id.values()]
    assert bills == [(("TENTH", 10_00),), (("TENTH", 10_00),)]


def test_whoever_pays_too_late_can_buy_again_while_the_money_is_still_reserved():
    turns, visitor = pay_late(gateway={"money_back_after_s": 36_000})

    do(turns, "proceed_to_payment")

    assert (visitor.hold.id, visitor.status) == ("hold-0-2", "requires_method")
    assert reserved(turns) == (-100_00, 100_00)


def test_money_that_comes_back_does_not_disturb_what_the_visitor_does_by_then():
    turns, visitor = pay_late(gateway={"money_back_after_s": 600, "notify_after_s": 0})
    do(turns, "search_flights")
    before = (visitor.view, visitor.last_error, visitor.failed_payments)

    wait_until(turns, 700_000)

    assert (visitor.view, visitor.last_error, visitor.failed_payments) == before
    assert visitor.status == "voided"
    assert visitor.messages[-1].text == "Shop: payment pay-0-1 is voided"


def test_asking_again_about_a_late_payment_tells_that_its_money_is_reserved():
    turns = open_market(
        "tok_timeout",
        gateway={"money_back_after_s": 600, "notify_after_s": 3600},
        **LATE,
    )
    visitor = to_payment(turns, "tok_timeout")
    do(turns, "confirm_payment")
    wait_until(turns, 60_000)
    assert visitor.status == "unknown"

    do(turns, "confirm_payment")

    assert (visitor.status, error(visitor)) == ("authorized", "hold_expired")
    assert observe(turns, turns.seats[0])["payment_state"]["status"] == "authorized"
    wait_until(turns, 5_000_000)
    assert (visitor.status, visitor.failed_payments) == ("voided", 1)


def test_asking_again_when_the_money_is_back_tells_that_it_was_voided():
    turns = open_market(
        "tok_timeout",
        gateway={"money_back_after_s": 60, "notify_after_s": 36_000},
        **LATE,
    )
    visitor = to_payment(turns, "tok_timeout")
    do(turns, "confirm_payment")
    wait_until(turns, 200_000)

    do(turns, "confirm_payment")

    assert (visitor.status, visitor.failed_payments) == ("voided", 1)


def test_late_instalments_reserve_and_return_the_first_part_alone():
    turns = open_market(
        gateway={"client_timeout_s": 3600, "money_back_after_s": 3600},
        instalments={"counts": [3]},
        **LATE,
    )
    to_payment(turns)
    do(turns, "choose_instalments", 3)

    do(turns, "confirm_payment")

    assert reserved(turns) == (-33_34, 33_34)
