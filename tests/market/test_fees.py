"""Fees: when each arises, what it is computed on, and that it is charged once."""

import pytest
from pydantic import ValidationError
from worlds import do, fare, flight, open_market, payments, to_payment, wait_until

from test_time_gym.market.fees import Fee
from test_time_gym.market.interface.observation import observe

CART = {"name": "service", "percent_ppm": 10_000, "arises": "cart"}
CHECKOUT = {"name": "booking", "amount_minor": 4_00}
AMEX = {"name": "amex", "percent_ppm": 20_000, "arises": "card", "brands": ["amex"]}
ANY_CARD = {"name": "card", "amount_minor": 1_00, "arises": "card"}
CARDS = [{"token": "tok_amex", "brand": "amex"}]


def open_shop(**changes):
    return open_market(
        "tok_ok",
        "tok_amex",
        "tok_decline_hard",
        "tok_timeout",
        cards=CARDS,
        fees=[CART, CHECKOUT, AMEX, ANY_CARD],
        **changes,
    )


def cart_of(turns):
    return observe(turns, turns.seats[0])["cart"]


def shown_fees(turns):
    return {fee["name"]: fee["amount"] for fee in cart_of(turns)["fees"]}


@pytest.mark.parametrize(
    ("arises", "brands", "when"),
    [
        ("cart", [], ["cart", "payment page", "visa", "amex"]),
        ("checkout", [], ["payment page", "visa", "amex"]),
        ("card", [], ["visa", "amex"]),
        ("card", ["amex"], ["amex"]),
    ],
)
def test_a_fee_arises_at_its_stage_and_stays(arises, brands, when):
    fee = Fee(name="fee", amount_minor=1, arises=arises, brands=brands)
    stages = {
        "cart": {"held": False, "brand": None},
        "payment page": {"held": True, "brand": None},
        "visa": {"held": True, "brand": "visa"},
        "amex": {"held": True, "brand": "amex"},
    }

    assert [name for name, stage in stages.items() if fee.applies(**stage)] == when


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "give percent_ppm or amount_minor, not both"),
        ({"percent_ppm": 1, "amount_minor": 1}, "give percent_ppm or amount_minor"),
        ({"amount_minor": 1, "brands": ["amex"]}, 'brands need arises = "card"'),
        ({"amount_minor": 1, "arises": "later"}, "Input should be 'cart', 'checkout'"),
    ],
)
def test_a_fee_is_one_amount_or_share_and_knows_brands_only_with_a_card(fields, told):
    with pytest.raises(ValidationError, match=told):
        Fee(name="fee", **fields)


def test_the_cart_in_the_observation_shows_fees_as_they_arise():
    turns = open_shop()
    seen = [shown_fees(turns)]

    for verb, payload in (
        ("search_flights", None),
        ("add_to_cart", "AA1"),
        ("proceed_to_payment", None),
        ("enter_card", "tok_ok"),
        ("enter_card", "tok_amex"),
    ):
        do(turns, verb, payload)
        seen.append(shown_fees(turns))

    assert seen == [
        {},
        {},
        {"service": 1},
        {"service": 1, "booking": 4},
        {"service": 1, "booking": 4, "card": 1},
        {"service": 1, "booking": 4, "amex": 2, "card": 1},
    ]
    assert cart_of(turns) == {
        "items": [{"flight_id": "AA1", "price": 100}],
        "seats": 1,
        "coupons": [],
        "fees": [
            {"name": "service", "amount": 1},
            {"name": "booking", "amount": 4},
            {"name": "amex", "amount": 2},
            {"name": "card", "amount": 1},
        ],
        "total": 108,
    }


def test_what_the_page_shows_last_is_what_is_charged():
    turns = open_shop()
    visitor = to_payment(turns, "tok_amex")
    total = cart_of(turns)["total"]

    do(turns, "confirm_payment")

    assert visitor.receipt.total_minor == total * 100 == 108_00
    assert turns.market.ledger.balance("merchant") == 108_00
    assert cart_of(turns)["total"] == 0


def test_fees_are_charged_once_however_often_the_payment_is_tried():
    turns = open_shop()
    visitor = to_payment(turns, "tok_decline_hard")
    do(turns, "confirm_payment")
    do(turns, "enter_card", "tok_timeout")
    do(turns, "confirm_payment")

    do(turns, "confirm_payment")

    assert payments(turns) == ["declined", "captured"]
    assert visitor.receipt.payment.bill.fees == (
        ("service", 1_00),
        ("booking", 4_00),
        ("card", 1_00),
    )
    assert turns.market.ledger.balance("merchant") == 106_00


def test_a_coupon_lowers_fees_by_share():
    half = {"code": "HALF", "percent_ppm": 500_000}
    turns = open_shop(coupons=[half])
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")

    do(turns, "apply_coupon", "HALF")

    cart = cart_of(turns)
    assert (cart["coupons"], shown_fees(turns)) == (["HALF"], {"service": "0.50"})
    assert cart["total"] == "50.50"


def test_seats_that_are_given_back_take_the_fees_of_the_payment_page_off():
    turns = open_shop(flights=[flight("A"), flight("B", fares=[fare("Y", 50_00)])])
    do(turns, "search_flights")
    do(turns, "add_to_cart", "A")
    do(turns, "proceed_to_payment")
    assert shown_fees(turns) == {"service": 1, "booking": 4}

    do(turns, "add_to_cart", "B")

    assert shown_fees(turns) == {"service": "1.50"}


def test_fees_stay_with_the_shop_when_everything_else_goes_back():
    refundable = [fare("Y", 100_00, refundable=True)]
    turns = open_shop(flights=[flight(fares=refundable)])
    visitor = to_payment(turns)
    do(turns, "confirm_payment")

    do(turns, "cancel_order", "order-0-1")

    assert visitor.orders[0].paid_minor == visitor.orders[0].owed_minor == 6_00


def test_a_hold_that_has_run_out_still_shows_what_was_to_be_paid():
    turns = open_shop(holds={"ttl_s": 60})
    to_payment(turns)
    shown = shown_fees(turns)

    wait_until(turns, 120_000)

    assert shown_fees(turns) == shown == {"service": 1, "booking": 4, "card": 1}
