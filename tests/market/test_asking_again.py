"""Asking again with a key: the first answer comes back, wherever the visitor stands."""

import pytest
from worlds import (
    buy,
    do,
    error,
    fare,
    flight,
    open_market,
    payments,
    to_payment,
    wait_until,
)

from test_time_gym.market.interface.observation import observe

REFUNDABLE = [flight(fares=[fare("Y", 100_00, refundable=True)], seats=9)]


def seen(turns):
    """Return what a page shows of the payment, the cart and the orders."""
    page = observe(turns, turns.seats[0])
    state = page["payment_state"]
    return {
        "view": page["view"],
        "status": state["status"],
        "error": page["last_action_error"],
        "cart": [item["flight_id"] for item in page["cart"]["items"]],
        "orders": [order["status"] for order in page["orders"]],
    }


def earned(turns):
    return turns.seats[0].total_milli


def paid(turns):
    """Pay with a key, and return what the receipt's page shows."""
    to_payment(turns)
    do(turns, "confirm_payment", "key")
    assert payments(turns) == ["captured"]
    return seen(turns)


def fill_the_next_cart(turns):
    do(turns, "search_flights")
    name = observe(turns, turns.seats[0])["flights"][0]["id"]
    do(turns, "add_to_cart", name)
    return name


def ask_again(turns):
    """Ask again with the key; return the page and what it costs beside the time."""
    before = earned(turns)
    legal = do(turns, "confirm_payment", "key")
    return legal, seen(turns), earned(turns) - before - turns.config.reward.time


def test_the_key_of_a_payment_that_succeeded_shows_its_receipt_again():
    turns = open_market()
    first = paid(turns)

    again = [ask_again(turns) for _ in range(2)]

    assert again == [(True, first, 0)] * 2
    assert (first["view"], first["status"]) == ("receipt", "captured")
    assert payments(turns) == ["captured"]


@pytest.mark.parametrize("verbs", [["restart"], ["search_flights"], ["wait"]])
def test_the_receipt_comes_back_from_every_page(verbs):
    turns = open_market()
    first = paid(turns)
    for verb in verbs:
        do(turns, verb)

    assert ask_again(turns) == (True, first, 0)


def test_asking_again_leaves_the_next_cart_alone():
    turns = open_market(flights=REFUNDABLE)
    first = paid(turns)
    name = fill_the_next_cart(turns)

    legal, page, cost = ask_again(turns)

    assert (legal, page, cost) == (True, first | {"cart": [name]}, 0)
    do(turns, "proceed_to_payment")
    do(turns, "enter_card", "tok_ok")
    do(turns, "confirm_payment", "next")
    assert payments(turns) == ["captured", "captured"]


@pytest.mark.parametrize("card", [True, False])
def test_in_the_next_checkout_the_key_asks_for_something_else(card):
    turns = open_market(flights=REFUNDABLE)
    paid(turns)
    fill_the_next_cart(turns)
    do(turns, "proceed_to_payment")
    if card:
        do(turns, "enter_card", "tok_ok")
    before = seen(turns)

    legal, page, cost = ask_again(turns)

    assert (legal, cost, page["error"]["code"]) == (True, 0, "idempotency_conflict")
    assert page | {"error": None} == before
    assert payments(turns) == ["captured"]


def test_a_refund_later_is_no_other_answer():
    turns = open_market(flights=REFUNDABLE)
    first = paid(turns)
    do(turns, "cancel_order", "order-0-1")

    legal, page, cost = ask_again(turns)

    assert (legal, page, cost) == (True, first | {"orders": ["cancelled"]}, 0)
    assert payments(turns) == ["refunded"]


def test_the_key_of_a_payment_that_failed_tells_so_after_its_checkout_too():
    turns = open_market("tok_decline_soft")
    visitor = to_payment(turns, "tok_decline_soft")
    do(turns, "confirm_payment", "key")
    told = seen(turns)["error"]
    do(turns, "restart")
    before = seen(turns)

    again = [ask_again(turns) for _ in range(2)]

    assert again == [(True, before | {"error": told}, 0)] * 2
    assert told["code"] == "soft_decline"
    assert (visitor.failed_payments, visitor.payment) == (1, None)


def test_the_key_of_a_payment_that_failed_answers_when_its_hold_has_expired():
    turns = open_market("tok_decline_soft", holds={"ttl_s": 60})
    visitor = to_payment(turns, "tok_decline_soft")
    do(turns, "confirm_payment", "key")
    told = seen(turns)
    do(turns, "wait", 10)

    assert ask_again(turns) == (True, told, 0)
    assert (visitor.failed_payments, payments(turns)) == (1, ["declined"])


def test_the_key_of_an_open_payment_that_was_left_behind_waits_for_its_answer():
    turns = open_market(
        latency_ms=60_000,
        gateway={"client_timeout_s": 20, "notify_after_s": 600},
        holds={"ttl_s": 900},
    )
    visitor = to_payment(turns)
    do(turns, "confirm_payment", "key")
    do(turns, "restart")
    assert (visitor.status, payments(turns)) == ("none", ["processing"])

    legal, page, cost = ask_again(turns)

    assert (legal, page["status"], cost) == (True, "unknown", 0)
    wait_until(turns, 120_000)
    assert payments(turns) == ["voided"]
    _, page, cost = ask_again(turns)
    assert (page["status"], page["error"]["code"], cost) == ("none", "hold_expired", 0)
    assert (visitor.failed_payments, visitor.unsettled) == (0, False)


def test_a_purchase_that_nobody_has_heard_of_is_found_by_its_key():
    turns = open_market("tok_timeout", gateway={"notify_after_s": 6000})
    visitor = to_payment(turns, "tok_timeout")
    do(turns, "confirm_payment", "key")
    assert (visitor.status, payments(turns)) == ("unknown", ["captured"])
    do(turns, "restart")

    legal, page, cost = ask_again(turns)

    assert (legal, cost) == (True, 0)
    assert (page["view"], page["status"]) == ("receipt", "captured")
    assert page["orders"] == ["ticketed"]
    assert ask_again(turns) == (True, page, 0)


def test_the_key_of_a_payment_that_the_bank_asks_about_shows_the_question_again():
    turns = open_market("tok_3ds")
    visitor = to_payment(turns, "tok_3ds")
    do(turns, "confirm_payment", "key")
    first = seen(turns)
    assert first["status"] == "requires_challenge"

    assert ask_again(turns) == (True, first, 0)
    wait_until(turns, 60_000)
    do(turns, "answer_challenge", visitor.code)
    assert payments(turns) == ["captured"]


def test_while_the_bank_waits_another_key_is_illegal_as_before():
    turns = open_market("tok_3ds")
    to_payment(turns, "tok_3ds")
    do(turns, "confirm_payment", "key")

    assert not do(turns, "confirm_payment", "other")
    assert not do(turns, "confirm_payment")


def test_while_a_payment_is_open_the_key_of_another_one_waits():
    turns = open_market(
        "tok_decline_soft",
        "tok_ok",
        latency_ms=60_000,
        gateway={"client_timeout_s": 20},
    )
    visitor = to_payment(turns, "tok_decline_soft")
    do(turns, "confirm_payment", "failed")
    wait_until(turns, 120_000)
    do(turns, "restart")
    to_payment(turns)
    do(turns, "confirm_payment", "key")
    do(turns, "restart")
    do(turns, "confirm_payment", "key")
    assert visitor.status == "unknown"

    assert do(turns, "confirm_payment", "failed")

    assert (error(visitor), visitor.status) == ("payment_in_progress", "unknown")


def test_a_key_that_has_expired_answers_nothing_any_more():
    turns = open_market(gateway={"keys_expire_s": 60})
    paid(turns)
    assert "confirm_payment" in observe(turns, turns.seats[0])["legal_verbs"]
    do(turns, "wait", 5)

    legal, page, _ = ask_again(turns)

    assert not legal
    assert page["error"]["code"] == "illegal"
    assert "confirm_payment" not in observe(turns, turns.seats[0])["legal_verbs"]


def test_a_key_that_was_never_used_and_no_key_at_all_are_illegal_after_the_receipt():
    turns = open_market()
    paid(turns)

    assert not do(turns, "confirm_payment", "other")
    assert not do(turns, "confirm_payment")


def test_names_that_the_shop_made_up_are_nobodys_keys():
    turns = open_market()
    buy(turns)
    (use,) = turns.market.processor.keys.uses
    assert use.key == "auto-1"

    assert not do(turns, "confirm_payment", use.key)
    assert "confirm_payment" not in observe(turns, turns.seats[0])["legal_verbs"]


def test_a_key_that_looks_as_if_the_shop_had_made_it_up_pays_for_nothing_else():
    turns = open_market("tok_decline_soft")
    to_payment(turns, "tok_decline_soft")
    do(turns, "confirm_payment", "auto-2")

    do(turns, "confirm_payment")

    assert payments(turns) == ["declined", "captured"]
    assert [use.key for use in turns.market.processor.keys.uses] == ["auto-2", "auto-3"]
