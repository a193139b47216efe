"""What a cart costs: prices that move, prices that are locked, and coupons."""

from worlds import (
    WatchedTurns,
    do,
    episode,
    error,
    fare,
    flight,
    leg,
    open_market,
    payments,
    segment,
    to_payment,
    wait_until,
)

from test_time_gym.market.storefront.billing import bill_of

RISING = {
    "kind": "load_days",
    "load_curve": [[0, 1_000_000]],
    "days_curve": [[0, 3_000_000], [2, 1_000_000]],
    "reprice_every_s": 60,
    "round_to_minor": 1,
}


def total(turns):
    """Return what the first visitor's cart costs, as its page shows it."""
    return bill_of(turns.market, turns.seats[0].visitor).total_minor


def test_a_price_that_has_risen_must_be_accepted_by_proceeding_again():
    turns = open_market(pricing=RISING)
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")
    visitor, shown = turns.seats[0].visitor, turns.seats[0].visitor.cart_total()
    wait_until(turns, 3_600_000)

    do(turns, "proceed_to_payment")

    asked = visitor.cart_total()
    assert (error(visitor), visitor.view, visitor.hold) == (
        "price_changed",
        "cart",
        None,
    )
    assert asked == turns.market.prices[0] > shown
    do(turns, "proceed_to_payment")
    assert visitor.hold.total_minor == asked


def test_a_rise_by_a_single_unit_is_a_rise():
    creeping = {**RISING, "days_curve": [[0, 1_000_200], [2, 1_000_000]]}
    turns = open_market(pricing=creeping, task={"deadline_s": 80_000})
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")
    shown = turns.market.prices[0]
    while turns.market.prices[0] == shown:
        do(turns, "wait", 10)

    do(turns, "proceed_to_payment")

    assert turns.market.prices[0] == shown + 1
    assert error(turns.seats[0].visitor) == "price_changed"


def test_a_price_that_has_fallen_is_taken_as_it_is():
    falling = {**RISING, "days_curve": [[0, 500_000], [2, 1_000_000]]}
    turns = open_market(pricing=falling)
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")
    visitor, shown = turns.seats[0].visitor, total(turns)
    wait_until(turns, 3_610_000)

    do(turns, "proceed_to_payment")

    assert error(visitor) is None
    assert total(turns) == visitor.hold.total_minor < shown


def test_a_held_price_is_locked_while_the_shop_s_price_moves_on():
    turns = open_market(pricing=RISING, holds={"ttl_s": 7200})
    visitor = to_payment(turns)
    locked = total(turns)
    wait_until(turns, 7_000_000)

    do(turns, "confirm_payment")

    assert turns.market.prices[0] > locked
    assert visitor.receipt.total_minor == locked


def test_after_a_hold_has_run_out_the_cart_shows_the_price_of_today():
    turns = open_market(pricing=RISING, holds={"ttl_s": 60})
    visitor = to_payment(turns)
    locked = total(turns)
    wait_until(turns, 3_610_000)

    do(turns, "proceed_to_payment")

    assert error(visitor) == "price_changed"
    assert total(turns) == turns.market.prices[0] > locked


COUPON = {"code": "TENTH", "percent_ppm": 100_000, "minimum_minor": 150_00}
TWO = [
    flight("A", leg("A", seats=9), fares=[fare("Y", 100_00)]),
    flight("B", leg("B", seats=9), fares=[fare("Y", 60_00)]),
]


def cart_with_coupon(*cards, **changes):
    turns = open_market(*cards, coupons=[COUPON], flights=TWO, **changes)
    visitor = turns.seats[0].visitor
    do(turns, "search_flights")
    do(turns, "add_to_cart", "A")
    do(turns, "add_to_cart", "B")
    do(turns, "apply_coupon", "TENTH")
    assert total(turns) == 144_00
    return turns, visitor


def test_a_coupon_comes_off_a_cart_that_no_longer_meets_its_terms():
    turns, visitor = cart_with_coupon()
    do(turns, "remove_from_cart", "B")

    do(turns, "proceed_to_payment")

    assert (error(visitor), visitor.coupons) == ("coupon_minimum_not_met", [])
    do(turns, "proceed_to_payment")
    assert total(turns) == 100_00


def test_a_coupon_whose_end_has_come_before_the_hold_comes_off():
    turns = open_market(coupons=[{**COUPON, "minimum_minor": 0, "ends_s": 600}])
    visitor = turns.seats[0].visitor
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")
    do(turns, "apply_coupon", "TENTH")
    wait_until(turns, 600_000)

    do(turns, "proceed_to_payment")

    assert (error(visitor), total(turns)) == ("coupon_expired", 100_00)


def test_a_coupon_works_once_even_if_the_answer_to_its_payment_was_lost():
    turns, visitor = cart_with_coupon("tok_timeout")
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", "tok_timeout")
    do(turns, "confirm_payment")
    assert (visitor.status, payments(turns)) == ("unknown", ["captured"])
    do(turns, "restart")
    do(turns, "search_flights")
    do(turns, "add_to_cart", "A")
    do(turns, "add_to_cart", "B")

    do(turns, "apply_coupon", "TENTH")

    assert (error(visitor), total(turns)) == ("coupon_used", 160_00)
    wait_until(turns, 200_000)
    assert visitor.coupons_used == ["TENTH"]


def test_a_coupon_can_be_used_again_when_its_payment_failed():
    turns, visitor = cart_with_coupon("tok_decline_hard", "tok_ok")
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", "tok_decline_hard")
    do(turns, "confirm_payment")
    do(turns, "restart")
    do(turns, "search_flights")
    do(turns, "add_to_cart", "A")
    do(turns, "add_to_cart", "B")

    do(turns, "apply_coupon", "TENTH")

    assert (error(visitor), total(turns)) == (None, 144_00)


def test_background_buyers_choose_only_among_what_is_on_sale():
    config = episode(
        flights=[
            flight("A", leg("A", seats=3), fares=[fare("Y", 90_00), fare("Q", 60_00)]),
            flight("B", leg("B", seats=2), fares=[fare("Y", 70_00)]),
        ],
        demand=[segment(buyers=300)],
        warm_up="none",
        task={"deadline_s": 86_000},
    )
    turns = WatchedTurns(config)

    wait_until(turns, 86_000_000)

    assert turns.market.inventory.sold == [3, 2]
    assert sum(turns.market.background_sold) == 5
