"""Coupons that work together: their order, and how others are refused."""

import pytest
from worlds import do, error, open_market, payments, to_payment

from test_time_gym.market.interface.observation import observe

COUPONS = [
    {"code": "TENTH", "percent_ppm": 100_000, "stackable": True},
    {"code": "FIVE", "amount_minor": 5_00, "stackable": True},
    {"code": "DEAR", "amount_minor": 1_00, "stackable": True, "minimum_minor": 150_00},
    {"code": "ALONE", "percent_ppm": 300_000},
]


def cart_with(*codes, cards=("tok_ok",), **changes):
    turns = open_market(*cards, coupons=COUPONS, **changes)
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")
    for code in codes:
        assert do(turns, "apply_coupon", code)
    return turns, turns.seats[0].visitor


def shown(turns):
    cart = observe(turns, turns.seats[0])["cart"]
    return cart["coupons"], cart["total"]


@pytest.mark.parametrize(
    ("codes", "total"),
    [(["TENTH", "FIVE"], 85), (["FIVE", "TENTH"], "85.50"), (["FIVE"], 95)],
)
def test_coupons_come_off_in_the_order_in_which_they_were_applied(codes, total):
    turns, _ = cart_with(*codes)

    assert shown(turns) == (codes, total)


def test_all_stacked_coupons_lower_the_charge_and_are_used_up():
    turns, visitor = cart_with("TENTH", "FIVE")
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", "tok_ok")

    do(turns, "confirm_payment")

    assert visitor.receipt.total_minor == 85_00
    assert visitor.receipt.payment.bill.discounts == (("TENTH", 10_00), ("FIVE", 5_00))
    assert visitor.coupons_used == ["TENTH", "FIVE"]


def test_a_coupon_that_does_not_stack_is_refused_beside_others():
    turns, visitor = cart_with("TENTH")

    legal = do(turns, "apply_coupon", "ALONE")

    assert (legal, error(visitor)) == (True, "coupon_not_stackable")
    assert shown(turns) == (["TENTH"], 90)


@pytest.mark.parametrize(
    ("first", "second"), [("ALONE", "TENTH"), ("ALONE", "ALONE"), ("TENTH", "TENTH")]
)
def test_no_coupon_goes_beside_one_that_stacks_with_no_other_or_twice(first, second):
    turns, visitor = cart_with(first)

    assert not do(turns, "apply_coupon", second)
    assert [coupon.code for coupon in visitor.coupons] == [first]


def test_a_refused_coupon_changes_nothing():
    turns, visitor = cart_with("TENTH")

    for code, refusal in (
        ("NONE", "coupon_unknown"),
        ("DEAR", "coupon_minimum_not_met"),
        ("ALONE", "coupon_not_stackable"),
    ):
        do(turns, "apply_coupon", code)
        assert (error(visitor), shown(turns)) == (refusal, (["TENTH"], 90))


def test_only_the_coupon_whose_terms_are_not_met_comes_off_the_stack():
    turns = open_market(
        coupons=[*COUPONS[:2], {**COUPONS[2], "minimum_minor": 50_00, "ends_s": 5}]
    )
    visitor = turns.seats[0].visitor
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")
    do(turns, "apply_coupon", "DEAR")
    do(turns, "apply_coupon", "TENTH")

    do(turns, "proceed_to_payment")

    assert (error(visitor), shown(turns)) == ("coupon_expired", (["TENTH"], 90))
    do(turns, "proceed_to_payment")
    assert visitor.view == "payment"


def test_each_coupon_of_a_stack_works_once():
    turns, visitor = cart_with("TENTH", "FIVE", cards=("tok_timeout",))
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", "tok_timeout")
    do(turns, "confirm_payment")
    do(turns, "restart")
    assert (visitor.coupons_used, payments(turns)) == ([], ["captured"])
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")

    seen = [(do(turns, "apply_coupon", c), error(visitor)) for c in ("TENTH", "FIVE")]

    assert seen == [(True, "coupon_used"), (True, "coupon_used")]
    assert shown(turns) == ([], 100)


def test_a_stack_whose_payment_failed_can_be_used_again():
    turns, visitor = cart_with("TENTH", "FIVE", cards=("tok_decline_hard", "tok_ok"))
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", "tok_decline_hard")
    do(turns, "confirm_payment")
    do(turns, "restart")
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")
    do(turns, "apply_coupon", "FIVE")
    do(turns, "apply_coupon", "TENTH")

    to_payment(turns)

    assert error(visitor) is None
    assert shown(turns) == (["FIVE", "TENTH"], "85.50")
