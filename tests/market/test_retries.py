"""Retry limits: what a card scheme forbids never reaches the issuer."""

import sys

import pytest
from worlds import do, error, flight, leg, open_market, to_payment, wait_until

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.payments.retries import Retries, RetryRules

SOFT = {"token": "tok_soft", "soft_decline_ppm": 1_000_000}


def tries(rules, *times_ms):
    retries = Retries(rules)
    return [
        (
            number := retries.count(0, "card", at),
            retries.objection(0, "card", number, at),
        )
        for at in times_ms
    ]


def test_a_card_may_be_tried_up_to_the_limit():
    assert tries(RetryRules(most=2), 0, 1, 2) == [
        (1, None),
        (2, None),
        (3, "retry_limit"),
    ]


def test_a_try_counts_until_the_window_has_passed():
    rules = RetryRules(most=1, window_days=2)

    assert tries(rules, 0, 2 * DAY_MS - 1, 4 * DAY_MS - 1) == [
        (1, None),
        (2, "retry_limit"),
        (3, None),
    ]


def test_tries_that_began_later_do_not_count():
    retries = Retries(RetryRules(most=2, window_days=1))
    for at in (0, DAY_MS, DAY_MS, DAY_MS + 1, 2 * DAY_MS):
        retries.count(0, "card", at)

    judged = [retries.objection(0, "card", n, 2 * DAY_MS - 1) for n in range(1, 7)]

    assert judged == [None, None, None, *["retry_limit"] * 3]


@pytest.mark.parametrize("tries", [100, 10_000])
def test_to_judge_a_try_takes_as_long_after_many_as_after_few(tries):
    retries, steps = Retries(RetryRules(most=1)), []
    for at in range(tries):
        retries.count(0, "card", at)

    def traced(frame, *_event):
        frame.f_trace_opcodes = True
        steps.append(1)
        return traced

    before = sys.gettrace()
    sys.settrace(traced)
    retries.objection(0, "card", tries, tries)
    sys.settrace(before)

    assert 0 < len(steps) < 200


def test_every_card_of_every_visitor_is_counted_by_itself():
    retries = Retries(RetryRules(most=1))

    numbers = [
        retries.count(seat, card, 0)
        for seat, card in ((0, "a"), (0, "b"), (1, "a"), (0, "a"))
    ]

    assert numbers == [1, 1, 1, 2]
    assert retries.objection(0, "a", 2, 0) == "retry_limit"
    assert retries.objection(0, "b", 2, 0) is None
    assert retries.objection(1, "a", 2, 0) is None


def test_a_card_refused_for_good_is_refused_to_that_visitor_alone():
    retries = Retries(RetryRules())
    retries.refuse(0, "a")

    assert retries.objection(0, "a", 2, 0) == "retry_after_hard_decline"
    assert retries.objection(1, "a", 2, 0) is None
    assert retries.objection(0, "b", 2, 0) is None


def test_the_state_lists_every_card_that_was_tried_in_order():
    retries = Retries(RetryRules())
    for seat, card, at in ((1, "a", 5), (0, "b", 6), (0, "b", 7)):
        retries.count(seat, card, at)
    retries.refuse(0, "b")

    assert retries.state() == [[0, "b", 1, 2], [1, "a", 0, 1]]


# -- at the till


def reasons(turns):
    return [p.reason for p in turns.market.processor.book.by_id.values()]


def confirm(turns, times):
    visitor, seen = turns.seats[0].visitor, []
    for _ in range(times):
        do(turns, "confirm_payment")
        seen.append(error(visitor))
    return seen


def test_one_try_too_many_is_declined_unasked():
    turns = open_market("tok_soft", cards=[SOFT], retries={"most": 2})
    to_payment(turns, "tok_soft")

    seen = confirm(turns, 3)

    assert seen == ["soft_decline", "soft_decline", "retry_limit"]
    assert reasons(turns) == seen


def test_another_card_may_still_pay_after_the_limit():
    turns = open_market("tok_soft", "tok_ok", cards=[SOFT], retries={"most": 1})
    visitor = to_payment(turns, "tok_soft")
    confirm(turns, 2)
    do(turns, "enter_card", "tok_ok")

    do(turns, "confirm_payment")

    assert visitor.status == "captured"


def test_tries_are_counted_across_checkouts():
    turns = open_market("tok_soft", cards=[SOFT], retries={"most": 1})
    to_payment(turns, "tok_soft")
    confirm(turns, 1)
    do(turns, "restart")
    to_payment(turns, "tok_soft")

    assert confirm(turns, 1) == ["retry_limit"]


def test_a_card_may_be_tried_again_when_the_window_has_passed():
    late = {**leg(), "depart": "2026-06-04T10:00", "arrive": "2026-06-04T18:00"}
    trip = {"from": "SFO", "to": "MAD", "date": "2026-06-04"}
    turns = open_market(
        "tok_soft",
        cards=[SOFT],
        flights=[flight("LATE", late)],
        retries={"most": 1, "window_days": 1},
        holds={"ttl_s": 600_000},
        task={"trips": [trip], "deadline_s": 200_000},
    )
    to_payment(turns, "tok_soft")
    seen = confirm(turns, 2)
    wait_until(turns, DAY_MS + 60_000)

    assert seen + confirm(turns, 1) == ["soft_decline", "retry_limit", "soft_decline"]


def test_a_card_refused_for_good_is_not_asked_again():
    turns = open_market("tok_decline_hard")
    to_payment(turns, "tok_decline_hard")

    assert confirm(turns, 2) == ["hard_decline", "retry_after_hard_decline"]


def test_a_scheme_may_allow_to_try_again_after_a_hard_decline():
    turns = open_market("tok_decline_hard", retries={"stop_after_hard_decline": False})
    to_payment(turns, "tok_decline_hard")

    assert confirm(turns, 2) == ["hard_decline", "hard_decline"]


def test_asking_again_with_the_same_key_is_no_try():
    turns = open_market("tok_soft", cards=[SOFT], retries={"most": 1})
    visitor = to_payment(turns, "tok_soft")
    for _ in range(3):
        do(turns, "confirm_payment", "key")

    assert (error(visitor), reasons(turns)) == ("soft_decline", ["soft_decline"])
