"""From the cart to the receipt, when answers are late, lost or never come."""

import pytest
from worlds import (
    WatchedTurns,
    buy,
    do,
    episode,
    error,
    flight,
    open_market,
    payments,
    think_until,
    to_payment,
    wait_until,
)

# The hold is placed 3.5 s after opening, the payment confirmed 3.5 s later.
CONFIRMED_MS, EXPIRES_MS = 7_000, 63_500
LAST_MS = EXPIRES_MS - CONFIRMED_MS
DEPARTURE_MS = 25 * 3_600_000


def pay_with_latency(latency_ms, card="tok_ok"):
    turns = open_market(
        card,
        latency_ms=latency_ms,
        gateway={"client_timeout_s": 3600},
        holds={"ttl_s": 60},
    )
    visitor = to_payment(turns, card)
    assert turns.market.clock.now_ms == CONFIRMED_MS
    assert visitor.hold.expires_at_ms == EXPIRES_MS
    do(turns, "confirm_payment")
    return turns, visitor


def test_a_payment_answered_a_millisecond_before_expiry_sells_the_seat():
    turns, visitor = pay_with_latency(LAST_MS - 1)

    assert (payments(turns), visitor.view) == (["captured"], "receipt")
    assert turns.market.inventory.sold == [1]
    assert turns.market.ledger.balances == {
        "card/0": -100_00,
        "authorized": 0,
        "merchant": 100_00,
    }


@pytest.mark.parametrize("late_ms", [0, 1, 5000])
def test_a_payment_answered_at_expiry_or_later_is_voided_in_full(late_ms):
    turns, visitor = pay_with_latency(LAST_MS + late_ms)

    assert (payments(turns), visitor.status) == (["voided"], "voided")
    assert error(visitor) == "hold_expired"
    assert (turns.market.inventory.sold, turns.market.inventory.held) == ([0], [0])
    assert turns.market.ledger.balances == {"card/0": 0, "authorized": 0}
    assert turns.market.orders.by_id == {}


def test_a_seat_whose_hold_ran_out_goes_to_whoever_comes_next():
    turns, visitor = pay_with_latency(LAST_MS)

    do(turns, "proceed_to_payment")

    assert visitor.hold.id == "hold-0-2"
    assert turns.market.inventory.held == [1]


# -- challenges


def test_the_right_code_passes_a_challenge_and_buys():
    turns = open_market("tok_3ds")
    visitor = buy(turns, "tok_3ds")
    assert visitor.status == "requires_challenge"
    wait_until(turns, 20_000)

    do(turns, "answer_challenge", visitor.code)

    assert (visitor.status, payments(turns)) == ("captured", ["captured"])
    assert [message.sender for message in visitor.messages] == ["Bank"]


def test_a_wrong_code_is_checked_once_and_declines():
    turns = open_market("tok_3ds")
    visitor = buy(turns, "tok_3ds")

    do(turns, "answer_challenge", "nonsense")

    assert (visitor.status, error(visitor)) == ("declined", "challenge_failed")
    assert visitor.failed_payments == 1
    assert not do(turns, "answer_challenge", "000000")


def test_a_challenge_that_nobody_answers_expires():
    turns = open_market("tok_3ds", challenge={"expires_s": 60})
    visitor = buy(turns, "tok_3ds")

    wait_until(turns, 100_000)

    assert (visitor.status, payments(turns)) == ("expired", ["expired"])
    assert turns.market.ledger.balances == {}


def test_a_challenge_answered_after_the_hold_has_ended_sells_nothing():
    turns = open_market("tok_3ds", holds={"ttl_s": 60}, challenge={"expires_s": 600})
    visitor = buy(turns, "tok_3ds")
    wait_until(turns, 100_000)

    do(turns, "answer_challenge", visitor.code)

    assert (visitor.status, payments(turns)) == ("voided", ["voided"])
    assert turns.market.inventory.sold == [0]


def test_the_code_of_an_earlier_payment_does_not_stay_on_the_page():
    turns = open_market("tok_3ds")
    visitor = buy(turns, "tok_3ds")
    wait_until(turns, 20_000)
    do(turns, "answer_challenge", "nonsense")

    do(turns, "confirm_payment")

    assert (visitor.status, visitor.code) == ("requires_challenge", None)


def test_a_code_that_is_lost_never_reaches_the_visitor():
    mute = {"token": "tok_mute", "challenge_ppm": 1_000_000, "code_lost_ppm": 1_000_000}
    turns = open_market("tok_mute", cards=[mute])
    visitor = buy(turns, "tok_mute")

    wait_until(turns, 200_000)

    assert (visitor.status, visitor.code) == ("requires_challenge", None)
    assert visitor.messages == []


def test_no_code_is_sent_for_a_challenge_that_is_over():
    turns = open_market("tok_3ds", challenge={"code_after_s": 30})
    visitor = buy(turns, "tok_3ds")
    do(turns, "answer_challenge", "nonsense")

    wait_until(turns, 200_000)

    assert (visitor.code, visitor.messages) == (None, [])


# -- answers that are lost or late


def test_asking_again_about_a_lost_answer_charges_nothing_more():
    turns = open_market("tok_timeout")
    visitor = buy(turns, "tok_timeout")
    assert (visitor.status, payments(turns)) == ("unknown", ["captured"])

    do(turns, "confirm_payment")

    assert (visitor.status, visitor.view) == ("captured", "receipt")
    assert payments(turns) == ["captured"]


def test_the_same_key_with_another_card_is_a_conflict():
    turns = open_market("tok_decline_hard", "tok_ok")
    visitor = to_payment(turns, "tok_decline_hard")
    do(turns, "confirm_payment", "key")
    do(turns, "enter_card", "tok_ok")

    do(turns, "confirm_payment", "key")

    assert error(visitor) == "idempotency_conflict"
    assert payments(turns) == ["declined"]


def test_another_key_cannot_open_a_second_payment_of_a_hold():
    turns = open_market(latency_ms=60_000, gateway={"client_timeout_s": 5})
    visitor = to_payment(turns)
    do(turns, "confirm_payment", "one")

    do(turns, "confirm_payment", "two")

    assert (visitor.status, error(visitor)) == ("unknown", "payment_in_progress")
    assert payments(turns) == ["processing"]


def test_another_key_cannot_pay_again_for_what_is_paid_already():
    turns = open_market("tok_timeout")
    visitor = to_payment(turns, "tok_timeout")
    do(turns, "confirm_payment", "one")

    do(turns, "confirm_payment", "two")

    assert (visitor.status, error(visitor)) == ("unknown", "hold_expired")
    assert payments(turns) == ["captured"]


def test_another_key_cannot_pay_for_seats_that_are_no_longer_held():
    turns = open_market("tok_timeout", holds={"ttl_s": 20}, latency_ms=30_000)
    visitor = to_payment(turns, "tok_timeout")
    do(turns, "confirm_payment", "one")
    wait_until(turns, 45_000)

    do(turns, "confirm_payment", "two")

    assert (visitor.status, error(visitor)) == ("unknown", "hold_expired")
    assert payments(turns) == ["voided"]


def test_news_of_a_payment_left_behind_keep_out_of_the_next_checkout():
    turns = open_market("tok_timeout", "tok_ok", gateway={"notify_after_s": 60})
    buy(turns, "tok_timeout")
    do(turns, "restart")

    visitor = to_payment(turns, "tok_ok")
    before = (visitor.view, visitor.status, visitor.card, visitor.hold)
    wait_until(turns, 80_000)

    assert [order.id for order in visitor.orders] == ["order-0-1"]
    assert (visitor.view, visitor.status, visitor.card, visitor.hold) == before
    assert do(turns, "confirm_payment")
    assert [order.id for order in visitor.orders] == ["order-0-1", "order-0-2"]


def test_news_of_a_payment_left_behind_do_not_end_the_wait_for_the_next():
    turns = open_market(
        "tok_timeout",
        "tok_ok",
        latency_ms=20_000,
        gateway={"notify_after_s": 30, "client_timeout_s": 25},
    )
    buy(turns, "tok_timeout")
    do(turns, "restart")

    # The first payment's notice comes 50 s after its start, amid the second's wait.
    visitor = buy(turns, "tok_ok")

    assert turns.ready == [turns.seats[0]]
    assert (visitor.status, visitor.view) == ("captured", "receipt")
    assert payments(turns) == ["captured", "captured"]


def test_each_page_waits_for_its_own_time():
    turns = open_market("tok_decline_hard", "tok_ok", latency_ms=20_000)
    visitor = buy(turns, "tok_decline_hard")
    do(turns, "enter_card", "tok_ok")

    # The first page would have given up 30 s after it was opened, amid this wait.
    do(turns, "confirm_payment")

    assert visitor.status == "captured"


def test_a_notice_that_comes_while_the_page_waits_settles_it():
    turns = open_market("tok_timeout", gateway={"notify_after_s": 3})

    visitor = buy(turns, "tok_timeout")

    assert turns.ready == [turns.seats[0]]
    assert visitor.status == "captured"
    assert turns.market.clock.now_ms == CONFIRMED_MS + 4_001


def test_a_notice_about_a_payment_that_is_worked_on_again_fails_nothing():
    silent = {
        "token": "tok_silent",
        "challenge_ppm": 1_000_000,
        "reply_lost_ppm": 1_000_000,
    }
    turns = open_market(
        "tok_silent",
        cards=[silent],
        latency_ms=12_000,
        gateway={"notify_after_s": 13, "client_timeout_s": 5},
    )
    visitor = buy(turns, "tok_silent")
    wait_until(turns, CONFIRMED_MS + 12_000)
    do(turns, "confirm_payment")  # hears of the challenge whose page was lost
    wait_until(turns, CONFIRMED_MS + 18_000)
    do(turns, "answer_challenge", visitor.code)
    assert (visitor.status, payments(turns)) == ("unknown", ["processing"])

    wait_until(turns, CONFIRMED_MS + 26_000)

    assert [m.text for m in visitor.messages] == [f"Bank: your code is {visitor.code}"]
    assert (visitor.status, visitor.failed_payments) == ("unknown", 0)
    wait_until(turns, CONFIRMED_MS + 60_000)
    assert (visitor.status, payments(turns)) == ("captured", ["captured"])


def test_cancelling_an_order_leaves_another_checkout_s_payment_alone():
    turns = open_market("tok_ok", "tok_timeout", flights=[flight(seats=9)])
    buy(turns, "tok_ok")
    visitor = buy(turns, "tok_timeout")
    assert visitor.status == "unknown"

    do(turns, "cancel_order", "order-0-1")

    assert visitor.status == "unknown"
    assert not do(turns, "add_to_cart", "AA1")


# -- the shop has moved on since the page loaded


def two_visitors(**changes):
    config = episode(task={"ends_on": "deadline", "deadline_s": 200_000}, **changes)
    return WatchedTurns(config, agents=2)


def test_a_seat_that_was_taken_since_the_page_loaded_does_not_enter_the_cart():
    turns = two_visitors(flights=[flight(seats=1)])
    do(turns, "search_flights", seat=0)
    do(turns, "wait", 1, seat=1)
    do(turns, "wait", 10, seat=0)
    to_payment(turns, seat=1)
    do(turns, "wait", 60, seat=1)
    visitor = turns.seats[0].visitor

    legal = do(turns, "add_to_cart", "AA1", seat=0)

    assert (legal, error(visitor), visitor.cart) == (True, "sold_out", [])


def test_a_seat_that_was_taken_since_it_entered_the_cart_is_not_held():
    turns = two_visitors(flights=[flight(seats=1)])
    do(turns, "wait", 1, seat=1)
    do(turns, "search_flights", seat=0)
    do(turns, "add_to_cart", "AA1", seat=0)
    do(turns, "wait", 10, seat=0)
    to_payment(turns, seat=1)
    do(turns, "wait", 60, seat=1)
    visitor = turns.seats[0].visitor

    legal = do(turns, "proceed_to_payment", seat=0)

    assert (legal, error(visitor), visitor.view) == (True, "sold_out", "error")
    assert visitor.hold is None


@pytest.mark.parametrize(("early_ms", "refusal"), [(1, None), (0, "departed")])
def test_seats_are_held_until_just_before_departure(early_ms, refusal):
    turns = open_market(task={"deadline_s": 200_000})
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")
    think_until(turns, DEPARTURE_MS - early_ms)

    do(turns, "proceed_to_payment")

    assert error(turns.seats[0].visitor) == refusal
    assert turns.market.inventory.held == [int(refusal is None)]


@pytest.mark.parametrize(("early_ms", "offers"), [(1, 1), (0, 0)])
def test_offers_are_shown_until_just_before_departure(early_ms, offers):
    turns = open_market(task={"deadline_s": 200_000})
    think_until(turns, DEPARTURE_MS - early_ms)

    do(turns, "search_flights")

    assert len(turns.seats[0].visitor.results) == offers


def test_holds_are_refused_beyond_the_visitor_s_quota():
    turns = open_market(holds={"per_visitor": 2, "ttl_s": 10})
    visitor, seen = turns.seats[0].visitor, []

    for _ in range(3):
        to_payment(turns)
        seen.append(error(visitor))
        do(turns, "restart")

    assert list(turns.market.holds.by_id) == ["hold-0-1", "hold-0-2"]
    assert not turns.market.can_hold(0, ())
