"""Bills: items, less coupons one after the other, plus the fees on what remains."""

from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError
from worlds import market

from test_time_gym.market.bill import Bill, cheapest, draw_up
from test_time_gym.market.coupons import Coupon
from test_time_gym.market.fees import Fee

TENTH = Coupon(code="TENTH", percent_ppm=100_000, stackable=True)
HALF = Coupon(code="HALF", percent_ppm=500_000, stackable=True)
FIVE = Coupon(code="FIVE", amount_minor=5_00, stackable=True)
ALONE = Coupon(code="ALONE", percent_ppm=300_000)
BOOKING = Fee(name="booking", amount_minor=4_00)
SERVICE = Fee(name="service", percent_ppm=10_000, arises="cart")

COUPONS = [TENTH, HALF, FIVE, ALONE]


@pytest.mark.parametrize(
    ("coupons", "discounts"),
    [
        ([TENTH, FIVE], (("TENTH", 10_00), ("FIVE", 5_00))),
        ([FIVE, TENTH], (("FIVE", 5_00), ("TENTH", 9_50))),
        ([HALF, TENTH], (("HALF", 50_00), ("TENTH", 5_00))),
    ],
)
def test_every_coupon_comes_off_what_those_before_it_have_left(coupons, discounts):
    bill = draw_up(100_00, coupons)

    assert bill == Bill(100_00, discounts=discounts)
    assert bill.total_minor == 100_00 - sum(off for _, off in discounts)


def test_fees_by_share_are_computed_after_all_discounts():
    bill = draw_up(100_00, [HALF, FIVE], [BOOKING, SERVICE])

    assert bill.fees == (("booking", 4_00), ("service", 45))
    assert (bill.goods_minor, bill.fees_minor, bill.total_minor) == (45_00, 4_45, 49_45)


def test_an_empty_cart_costs_nothing_and_no_fee():
    assert draw_up(0, [FIVE], [BOOKING, SERVICE]) == Bill(0)


def test_a_fee_that_comes_to_nothing_is_not_listed():
    assert draw_up(49, [], [SERVICE]) == Bill(49)


def test_the_cheapest_bill_takes_one_coupon_or_all_that_stack():
    found = [cheapest(items, COUPONS, []).discounts for items in (100_00, 10_00)]

    assert found == [
        (("TENTH", 10_00), ("HALF", 45_00), ("FIVE", 5_00)),
        (("TENTH", 1_00), ("HALF", 4_50), ("FIVE", 4_49)),
    ]
    assert cheapest(100_00, [TENTH, ALONE], []).discounts == (("ALONE", 30_00),)
    assert cheapest(100_00, [], [BOOKING]) == Bill(100_00, fees=(("booking", 4_00),))


@given(st.integers(1, 500), st.lists(st.sampled_from(COUPONS), unique=True))
@example(15, [TENTH, HALF])
def test_no_order_of_coupons_is_cheaper_than_the_cheapest_bill(items, coupons):
    fees = [BOOKING, SERVICE]
    stack = [coupon for coupon in coupons if coupon.stackable]
    ways = [[coupon] for coupon in coupons]
    ways += [list(way) for k in range(len(stack) + 1) for way in permutations(stack, k)]

    least = min(draw_up(items, way, fees).total_minor for way in ways)

    assert cheapest(items, coupons, fees).total_minor == least


def test_a_market_has_no_more_stacking_shares_than_can_be_tried_in_every_order():
    shares = [
        {"code": f"C{k}", "percent_ppm": 1000, "stackable": True} for k in range(5)
    ]
    amounts = [
        {"code": f"A{k}", "amount_minor": 1, "stackable": True} for k in range(9)
    ]
    market(coupons=[*shares[:4], *amounts])

    with pytest.raises(ValidationError, match="at most 4 coupons with percent_ppm"):
        market(coupons=shares)
