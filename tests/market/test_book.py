"""The payment book: a transition, its record and its postings come together."""

import pytest
from bookkeeping import CAUSE, NOW_MS, Books, payment

from test_time_gym.market.errors import MarketBug
from test_time_gym.market.ledger import Transaction
from test_time_gym.market.payments.payment import Answer, PaymentState

S = PaymentState

STARTED = {
    "amount": 94_00,
    "attempt": 2,
    "card": "tok_ok",
    "discounts": [["TENTH", 10_00]],
    "fees": [["booking", 4_00]],
    "hold": "hold-1-1",
    "items": 100_00,
    "key": "k",
    "payment": "pay-1-1",
    "plan": [47_00, 47_00],
}


def test_a_payment_that_is_entered_goes_to_the_gateway_and_is_written():
    books = Books()
    books.payment.cause = CAUSE

    books.book.enter(books.payment)

    assert books.payment.state is S.PROCESSING
    assert books.records() == [
        ["payment_started", STARTED, 1, CAUSE, NOW_MS, "ben"],
    ]
    # What happens next was caused by this record.
    assert books.payment.cause == 1


def test_payments_are_found_by_id_visitor_and_hold():
    books = Books()
    first, second, other = books.payment, payment(2), payment(3, "hold-1-2")
    for one in (first, second, other):
        books.book.enter(one)

    assert books.book.by_id == {one.id: one for one in (first, second, other)}
    assert (books.book.of(1), books.book.of(0)) == ([first, second, other], [])
    assert books.book.live_payment("hold-1-1") is second
    assert books.book.live_payment("hold-1-2") is other
    assert books.book.live_payment("hold-1-3") is None
    books.book.decline(second, "soft_decline")
    assert books.book.live_payment("hold-1-1") is None


CHANGES = {
    "challenge": (
        lambda book, one: book.challenge(one, "123456", 9_000),
        S.PROCESSING,
        ("requires_challenge", ""),
        ["payment_challenged", {"expires": 9_000, "payment": "pay-1-1"}],
    ),
    "passed": (
        lambda book, one: book.passed(one),
        S.REQUIRES_CHALLENGE,
        ("processing", ""),
        ["challenge_passed", {"payment": "pay-1-1"}],
    ),
    "decline": (
        lambda book, one: book.decline(one, "hard_decline"),
        S.PROCESSING,
        ("declined", "hard_decline"),
        ["payment_declined", {"payment": "pay-1-1", "reason": "hard_decline"}],
    ),
    "close": (
        lambda book, one: book.close(one, S.EXPIRED, "challenge_expired"),
        S.REQUIRES_CHALLENGE,
        ("expired", "challenge_expired"),
        [
            "payment_closed",
            {"payment": "pay-1-1", "reason": "challenge_expired", "state": "expired"},
        ],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_transition_without_money_is_written_with_its_cause(change):
    make, before, after, record = CHANGES[change]
    books = Books()
    one = books.at(before)

    make(books.book, one)

    state = S(after[0])
    assert (one.state, one.history) == (state, (Answer(state, after[1]),))
    assert books.records() == [[*record, 1, CAUSE, NOW_MS, "ben"]]
    assert books.ledger.transactions == []


def test_a_challenge_keeps_its_code_and_an_answer_authenticates():
    books = Books()

    books.book.challenge(books.at(S.PROCESSING), "123456", 9_000)
    asked = (books.payment.code, books.payment.authentication.value)
    books.book.passed(books.payment)

    assert asked == ("123456", "none")
    assert books.payment.authentication.value == "challenge"


MONEY = {
    "first part too late": (
        lambda book, one: book.authorize(one, 47_00, "hold_expired"),
        (S.PROCESSING, {}),
        ("authorized", "hold_expired", {"authorized": 47_00}),
        ["payment_authorized", {"authentication": "none"}],
        [["card/1", -47_00], ["authorized", 47_00]],
    ),
    "first part in time": (
        lambda book, one: book.authorize(one, 47_00),
        (S.PROCESSING, {}),
        ("authorized", "", {"authorized": 47_00}),
        ["payment_authorized", {"authentication": "none"}],
        [["card/1", -47_00], ["authorized", 47_00]],
    ),
    "later part": (
        lambda book, one: book.authorize(one, 47_00),
        (S.CAPTURED, {"authorized": 47_00, "captured": 47_00}),
        ("captured", "", {"authorized": 94_00, "captured": 47_00}),
        ["payment_authorized", {"authentication": "none"}],
        [["card/1", -47_00], ["authorized", 47_00]],
    ),
    "capture": (
        lambda book, one: book.capture(one, 47_00),
        (S.CAPTURED, {"authorized": 94_00, "captured": 47_00}),
        ("captured", "", {"authorized": 94_00, "captured": 94_00}),
        ["payment_captured", {}],
        [["authorized", -47_00], ["merchant", 47_00]],
    ),
    "void": (
        lambda book, one: book.void(one, S.VOIDED),
        (S.AUTHORIZED, {"authorized": 47_00}),
        ("voided", "", {"authorized": 47_00, "voided": 47_00}),
        ["payment_voided", {"reason": "", "state": "voided"}],
        [["authorized", -47_00], ["card/1", 47_00]],
    ),
    "refund": (
        lambda book, one: book.refund(one, 47_00),
        (S.CAPTURED, {"captured": 94_00, "returning": 60_00}),
        (
            "partially_refunded",
            "",
            {"captured": 94_00, "returning": 13_00, "refunded": 47_00},
        ),
        ["payment_refunded", {}],
        [["merchant", -47_00], ["card/1", 47_00]],
    ),
    "last refund": (
        lambda book, one: book.refund(one, 47_00),
        (
            S.PARTIALLY_REFUNDED,
            {"captured": 94_00, "returning": 47_00, "refunded": 47_00},
        ),
        ("refunded", "", {"captured": 94_00, "returning": 0, "refunded": 94_00}),
        ["payment_refunded", {}],
        [["merchant", -47_00], ["card/1", 47_00]],
    ),
}
AMOUNTS = ("authorized", "captured", "refunded", "voided", "returning")


@pytest.mark.parametrize("movement", MONEY)
def test_a_movement_of_money_is_written_and_booked_alike(movement):
    make, (before, held), (state, reason, money), record, postings = MONEY[movement]
    books = Books()
    one = books.at(before, **held)

    make(books.book, one)

    assert (one.state.value, one.reason) == (state, reason)
    assert {n: getattr(one, f"{n}_minor") for n in AMOUNTS} == {
        name: money.get(name, 0) for name in AMOUNTS
    }
    kind, more = record
    data = {"amount": 47_00, "payment": "pay-1-1", "postings": postings, **more}
    assert books.records() == [[kind, data, 1, CAUSE, NOW_MS, "ben"]]
    batch = tuple((account, amount) for account, amount in postings)
    assert books.ledger.transactions == [Transaction(NOW_MS, 1, batch)]


def test_a_reservation_that_ends_keeps_the_reason_why_it_was_not_captured():
    books = Books()
    books.book.authorize(books.at(S.PROCESSING), 47_00, "hold_expired")

    books.book.void(books.payment, S.EXPIRED)

    assert books.payment.history == (
        Answer(S.AUTHORIZED, "hold_expired"),
        Answer(S.EXPIRED, "hold_expired"),
    )
    assert books.records()[-1][1] == {
        "amount": 47_00,
        "payment": "pay-1-1",
        "postings": [["authorized", -47_00], ["card/1", 47_00]],
        "reason": "hold_expired",
        "state": "expired",
    }


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (lambda book, one: book.capture(one, 47_00), S.PROCESSING),
        (lambda book, one: book.void(one, S.VOIDED), S.CAPTURED),
        (lambda book, one: book.refund(one, 47_00), S.AUTHORIZED),
        (lambda book, one: book.refund(one, 47_00), S.REFUNDED),
    ],
)
def test_a_transition_that_is_not_allowed_leaves_everything_as_it_was(make, state):
    books = Books()
    one = books.at(state, authorized=47_00, captured=47_00, returning=47_00)
    before = repr(one)

    with pytest.raises(MarketBug):
        make(books.book, one)

    assert (repr(one), books.records(), books.ledger.transactions) == (before, [], [])
