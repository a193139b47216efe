"""The payment flow: what it makes, what it writes, and what it leaves to the clock."""

import pytest
from till import BILL, CAUSE, SERVED_MS, START_MS, Till

from test_time_gym.market.events import MessageDelivered
from test_time_gym.market.payments.payment import (
    Authentication,
    Payment,
    PaymentState,
)


def test_a_payment_starts_with_all_that_was_asked_for():
    till = Till()

    one = till.start(plan=(45_00, 40_00))

    assert one == Payment(
        id="pay-1-1",
        seat=1,
        hold_id="hold-1-1",
        card="tok_ok",
        attempt=1,
        bill=BILL,
        plan=(45_00, 40_00),
        key="k",
        started_at_ms=START_MS,
        state=PaymentState.PROCESSING,
        history=one.history,
        cause=1,
        submissions=1,
    )
    assert till.clock.pending() == [(SERVED_MS, 1, "gateway", "pay-1-1")]


def test_what_happens_to_a_payment_names_what_caused_it():
    till = Till()
    pressed = till.journal.emit(
        MessageDelivered(sender="ben", text="pay", untrusted=False), START_MS
    )

    till.flow.start(till.hold(), "tok_ok", BILL, key="k", plan=(85_00,), cause=pressed)

    assert till.records()[1:] == [["payment_started", 2, pressed, "ben"]]


def test_a_key_is_known_for_as_long_as_the_gateway_keeps_it():
    keys, asked = Till({"keys_expire_s": 60}).flow.keys, ("h", "tok_ok", 1, 1)
    keys.bind(1, "k", asked, "pay-1-1", START_MS)

    known = [keys.known(1, "k", START_MS + later) for later in (59_999, 60_000)]

    assert known == [keys.uses[0], None]


def test_payments_and_attempts_are_counted_by_visitor():
    till = Till()

    made = [
        till.start(till.hold(number, seat=seat), card)
        for number, seat, card in (
            (1, 1, "tok_ok"),
            (2, 1, "tok_ok"),
            (1, 0, "tok_ok"),
            (3, 1, "tok_3ds"),
        )
    ]

    assert [(one.id, one.attempt) for one in made] == [
        ("pay-1-1", 1),
        ("pay-1-2", 2),
        ("pay-0-1", 1),
        ("pay-1-3", 1),
    ]


def test_a_payment_in_time_makes_an_order():
    till = Till()
    hold = till.hold()
    one = till.start(hold)

    till.clock.advance()

    order = till.orders.by_id["order-1-1"]
    assert till.records("payment", "amount", "total", "hold", "order") == [
        ["payment_started", 1, 0, "ben", "pay-1-1", 85_00, None, "hold-1-1", None],
        ["payment_authorized", 2, 1, "ben", "pay-1-1", 85_00, None, None, None],
        ["payment_captured", 3, 1, "ben", "pay-1-1", 85_00, None, None, None],
        ["ticket_issued", 4, 1, "ben", "pay-1-1", None, 85_00, "hold-1-1", order.id],
    ]
    assert (order.id, order.seat, order.hold, order.payment) == (
        "order-1-1",
        1,
        hold,
        one,
    )
    assert (order.lines, order.owed_minor, order.ticketed_at_ms) == (
        hold.lines,
        85_00,
        SERVED_MS,
    )
    assert hold.state.value == "confirmed"
    # The page hears of version 3, and nothing is left to do.
    assert (till.heard, till.noticed, till.clock.pending()) == (
        [("pay-1-1", 3)],
        [],
        [],
    )


def test_a_visitor_s_orders_are_numbered():
    till = Till()

    for number in (1, 2):
        till.start(till.hold(number))
        till.clock.advance()

    assert list(till.orders.by_id) == ["order-1-1", "order-1-2"]


def test_the_first_part_comes_with_the_ticket_and_the_next_is_due():
    till = Till(instalments={"counts": [2], "every_days": 2})
    till.start(plan=(45_00, 40_00))

    till.go_to(SERVED_MS)

    order = till.orders.by_id["order-1-1"]
    assert (order.paid_minor, order.owed_minor) == (45_00, 85_00)
    due = SERVED_MS + 2 * 86_400_000
    assert till.clock.pending() == [(due, 1, "instalment", "order-1-1/1/0")]


# -- declined


@pytest.mark.parametrize(
    ("card", "changes", "reason"),
    [
        ("tok_decline_soft", {}, "soft_decline"),
        ("tok_decline_hard", {}, "hard_decline"),
        ("tok_insufficient_funds", {}, "insufficient_funds"),
        ("tok_ok", {"gateway": {"outages_s": [[0, 9]]}}, "gateway_unavailable"),
    ],
)
def test_a_payment_that_is_declined_says_why_and_moves_no_money(card, changes, reason):
    till = Till(**changes)
    one = till.start(card=card)

    till.clock.advance()

    assert (one.state.value, one.reason) == ("declined", reason)
    assert till.records("reason")[1:] == [["payment_declined", 2, 1, "ben", reason]]
    assert (till.heard, till.ledger.transactions) == ([("pay-1-1", 2)], [])
    assert till.holds.by_id["hold-1-1"].state.value == "held"


def test_the_first_part_alone_must_be_within_the_card_s_limit():
    card = {"token": "tok_modest", "limit_minor": 45_00}
    till = Till(cards=[card])

    one = till.start(card="tok_modest", plan=(45_00, 40_00))
    other = till.start(till.hold(2), card="tok_modest", plan=(45_01, 39_99))
    till.go_to(SERVED_MS)

    assert (one.state.value, other.state.value) == ("captured", "declined")


def test_a_card_that_is_refused_for_good_is_remembered_for_its_visitor():
    till = Till()
    till.start(card="tok_decline_hard")
    till.clock.advance()

    again = till.start(till.hold(2), card="tok_decline_hard")
    till.clock.advance()

    assert again.reason == "retry_after_hard_decline"
    assert till.flow.retries.state() == [[1, "tok_decline_hard", 1, 2]]


def test_a_try_too_many_is_heard_at_once_even_on_a_card_whose_replies_get_lost():
    till = Till(retries={"most": 1})
    first = till.start(card="tok_timeout")
    second = till.start(till.hold(2), card="tok_timeout")

    till.go_to(SERVED_MS)

    assert (first.state.value, second.reason) == ("captured", "retry_limit")
    assert till.heard == [("pay-1-2", 2)]


def test_a_payment_that_is_over_when_its_turn_comes_is_left_alone():
    till = Till()
    one = till.start()
    till.flow.cancel(one, CAUSE)

    till.clock.advance()

    assert (one.state.value, till.heard) == ("cancelled", [])


# -- challenged


def challenged():
    till = Till()
    one = till.start(card="tok_3ds")
    till.go_to(20_000)
    assert one.state.value == "requires_challenge"
    return till, one


def test_a_right_answer_goes_to_the_gateway_once_more_and_takes_the_money():
    till, one = challenged()
    cause = till.journal.emit(
        MessageDelivered(sender="ben", text="code", untrusted=False), 20_000
    )

    till.flow.answer(one, one.code, cause)
    queue = till.clock.pending()[0]
    till.clock.advance()

    assert queue == (21_000, 1, "gateway", "pay-1-1")
    assert [record[:3] for record in till.records()[3:]] == [
        ["challenge_passed", 4, cause],
        ["payment_authorized", 5, cause],
        ["payment_captured", 6, cause],
        ["ticket_issued", 7, cause],
    ]
    assert one.authentication is Authentication.CHALLENGE
    assert till.heard == [("pay-1-1", 2), ("pay-1-1", 5)]


def test_a_wrong_answer_declines():
    till, one = challenged()

    till.flow.answer(one, "nonsense", 2)

    last = till.records("reason")[-1]
    assert last == ["payment_declined", 3, 2, "ben", "challenge_failed"]


def test_a_visitor_may_give_up_a_challenge():
    till, one = challenged()

    till.flow.cancel(one, 2)

    last = till.records("reason", "state")[-1]
    assert last == [
        "payment_closed",
        3,
        2,
        "ben",
        "cancelled_by_visitor",
        "cancelled",
    ]


def test_a_cardholder_who_is_recognised_is_recorded_so():
    always = {"challenge_ppm": 1_000_000, "frictionless_ppm": 1_000_000}
    till = Till(cards=[{"token": "tok_known", **always}])

    till.start(card="tok_known")
    till.clock.advance()

    assert till.records("authentication")[1][-1] == "frictionless"


# -- coupons


def test_a_coupon_is_spent_by_whoever_pays_with_it():
    till = Till()
    till.start()

    spent = [
        (seat, code, till.flow.spends_coupon(seat, code))
        for seat in (0, 1)
        for code in ("TENTH", "HALF")
    ]

    assert spent == [
        (0, "TENTH", False),
        (0, "HALF", False),
        (1, "TENTH", True),
        (1, "HALF", False),
    ]


def test_a_coupon_of_a_payment_that_failed_is_free_again():
    till = Till()
    till.start(card="tok_decline_hard")

    till.clock.advance()

    assert not till.flow.spends_coupon(1, "TENTH")
