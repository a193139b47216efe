"""Idempotency keys: one name, one payment, for one visitor and for a time."""

import pytest
from worlds import (
    WatchedTurns,
    buy,
    do,
    episode,
    error,
    fare,
    flight,
    open_market,
    payments,
    to_payment,
    wait_until,
)

from test_time_gym.market.errors import Refused
from test_time_gym.market.payments.keys import IdempotencyKeys, KeyUse

ASKED = ("hold-0-1", "tok_ok", 100_00, 1)


def bound():
    keys = IdempotencyKeys(60_000)
    keys.bind(0, "k", ASKED, "pay-0-1", 5_000)
    return keys


@pytest.mark.parametrize(
    ("seat", "key", "now_ms", "payment"),
    [
        (0, "k", 5_000, "pay-0-1"),
        (0, "k", 64_999, "pay-0-1"),
        (0, "k", 65_000, None),
        (1, "k", 5_000, None),
        (0, "K", 5_000, None),
    ],
)
def test_a_key_is_known_to_its_visitor_until_it_expires(seat, key, now_ms, payment):
    use = bound().known(seat, key, now_ms)

    assert (use and use.payment) == payment


@pytest.mark.parametrize(
    "asked",
    [
        ("hold-0-2", "tok_ok", 100_00, 1),
        ("hold-0-1", "tok_3ds", 100_00, 1),
        ("hold-0-1", "tok_ok", 100_01, 1),
        ("hold-0-1", "tok_ok", 100_00, 3),
    ],
)
def test_a_key_that_is_known_stands_for_nothing_else(asked):
    keys = bound()

    assert not keys.can_use(0, "k", asked, 64_999)
    with pytest.raises(Refused) as caught:
        keys.verify(0, "k", asked, 64_999)
    assert caught.value.args == (
        "idempotency_conflict",
        "this key paid for something else",
    )
    assert keys.can_use(0, "k", ASKED, 64_999)
    assert keys.can_use(0, "k", asked, 65_000)
    assert keys.can_use(1, "k", asked, 64_999)


def test_a_forgotten_key_starts_anew_with_its_next_use():
    keys = bound()
    again = ("hold-0-2", "tok_ok", 100_00, 1)

    keys.bind(0, "k", again, "pay-0-2", 65_000)

    assert keys.known(0, "k", 124_999).payment == "pay-0-2"
    assert keys.uses == [
        KeyUse(0, "k", ASKED, "pay-0-1", 5_000),
        KeyUse(0, "k", again, "pay-0-2", 65_000),
    ]


def test_the_mark_tells_different_uses_apart():
    same, other = bound(), IdempotencyKeys(60_000)
    other.bind(0, "k", ASKED, "pay-0-2", 5_000)

    assert IdempotencyKeys(60_000).mark == ""
    assert bound().mark == same.mark != other.mark


# -- at the till


def test_the_same_key_repeats_a_refusal_without_asking_the_bank_again():
    turns = open_market("tok_decline_soft")
    visitor = to_payment(turns, "tok_decline_soft")
    do(turns, "confirm_payment", "one")

    do(turns, "confirm_payment", "one")

    assert (visitor.status, error(visitor)) == ("declined", "soft_decline")
    assert (visitor.failed_payments, payments(turns)) == (1, ["declined"])
    do(turns, "confirm_payment", "two")
    assert payments(turns) == ["declined", "captured"]


def test_the_same_key_with_another_plan_is_a_conflict():
    turns = open_market("tok_decline_soft", instalments={"counts": [3]})
    visitor = to_payment(turns, "tok_decline_soft")
    do(turns, "confirm_payment", "key")
    do(turns, "choose_instalments", 3)

    do(turns, "confirm_payment", "key")

    assert error(visitor) == "idempotency_conflict"
    assert payments(turns) == ["declined"]


def test_the_key_of_an_earlier_checkout_does_not_pay_for_the_next():
    turns = open_market()
    visitor = to_payment(turns)
    do(turns, "confirm_payment", "key")
    to_payment(turns)

    do(turns, "confirm_payment", "key")

    assert error(visitor) == "idempotency_conflict"
    assert payments(turns) == ["captured"]


def test_an_expired_key_opens_a_new_payment_of_the_same_hold():
    turns = open_market("tok_decline_soft", gateway={"keys_expire_s": 60})
    visitor = to_payment(turns, "tok_decline_soft")
    do(turns, "confirm_payment", "key")
    wait_until(turns, 120_000)

    do(turns, "confirm_payment", "key")

    assert (visitor.status, payments(turns)) == ("captured", ["declined", "captured"])


def test_an_expired_key_charges_nothing_more_for_what_is_paid():
    turns = open_market(
        "tok_timeout", gateway={"keys_expire_s": 20, "notify_after_s": 600}
    )
    visitor = to_payment(turns, "tok_timeout")
    do(turns, "confirm_payment", "key")
    assert visitor.status == "unknown"

    do(turns, "confirm_payment", "key")

    assert (visitor.status, error(visitor)) == ("unknown", "hold_expired")
    wait_until(turns, 700_000)
    assert (visitor.status, payments(turns)) == ("captured", ["captured"])


def test_an_expired_key_opens_no_second_payment_beside_one_that_is_open():
    turns = open_market(
        latency_ms=120_000, gateway={"keys_expire_s": 20, "client_timeout_s": 30}
    )
    visitor = to_payment(turns)
    do(turns, "confirm_payment", "key")

    do(turns, "confirm_payment", "key")

    assert (visitor.status, error(visitor)) == ("unknown", "payment_in_progress")
    wait_until(turns, 200_000)
    assert (visitor.status, payments(turns)) == ("captured", ["captured"])


def test_two_visitors_may_use_the_same_key():
    config = episode(task={"ends_on": "deadline"}, flights=[flight(seats=9)])
    turns = WatchedTurns(config, agents=2)
    do(turns, "wait", 1, seat=1)
    to_payment(turns, seat=0)
    do(turns, "confirm_payment", "key", seat=0)
    do(turns, "wait", 60, seat=0)

    to_payment(turns, seat=1)
    do(turns, "confirm_payment", "key", seat=1)

    assert payments(turns) == ["captured", "captured"]
    assert [use.seat for use in turns.market.processor.keys.uses] == [0, 1]


def test_a_key_that_is_asked_after_a_refund_tells_that_it_was_paid():
    # Parts fail after the first: the order is in default before the notice comes.
    turns = open_market(
        "tok_timeout",
        flights=[flight(fares=[fare("Y", 100_00, refundable=True)])],
        instalments={"counts": [2], "every_days": 1, "retries": 0},
        gateway={
            "notify_after_s": 604_800,
            "keys_expire_s": 604_800,
            "outages_s": [[86_000, 90_000]],
        },
        task={"deadline_s": 200_000},
    )
    visitor = to_payment(turns, "tok_timeout")
    do(turns, "choose_instalments", 2)
    do(turns, "confirm_payment", "key")
    wait_until(turns, 86_460_000)
    assert (visitor.status, payments(turns)) == ("unknown", ["refunded"])

    do(turns, "confirm_payment", "key")

    assert (visitor.status, visitor.failed_payments) == ("captured", 0)
    assert visitor.receipt.state.value == "defaulted"


def test_without_a_key_an_unsettled_payment_is_asked_about_again():
    turns = open_market("tok_timeout")
    visitor = buy(turns, "tok_timeout")

    do(turns, "confirm_payment")

    assert (visitor.status, payments(turns)) == ("captured", ["captured"])
    assert len(turns.market.processor.keys.uses) == 1
