"""3DS: none, without friction, or a challenge that is answered once and in time."""

import pytest
from bookkeeping import CAUSE, NOW_MS, Books
from worlds import buy, do, error, open_market, payments, wait_until

from test_time_gym.market.payments.challenge import ChallengeConfig, Challenges
from test_time_gym.market.payments.issuer import IssuerDecision
from test_time_gym.market.payments.payment import Authentication, PaymentState

SILENT = {
    "token": "tok_silent",
    "challenge_ppm": 1_000_000,
    "frictionless_ppm": 1_000_000,
}


def payment(turns):
    return turns.market.processor.book.by_id["pay-0-1"]


@pytest.mark.parametrize(
    ("card", "authentication"),
    [("tok_ok", Authentication.NONE), ("tok_silent", Authentication.FRICTIONLESS)],
)
def test_a_cardholder_who_is_recognised_is_asked_nothing(card, authentication):
    turns = open_market(card, cards=[SILENT])

    visitor = buy(turns, card)

    assert (visitor.status, visitor.messages) == ("captured", [])
    assert (payment(turns).authentication, payment(turns).code) == (authentication, "")


def test_only_a_passed_challenge_authenticates():
    turns = open_market("tok_3ds")
    visitor = buy(turns, "tok_3ds")
    assert payment(turns).authentication is Authentication.NONE
    wait_until(turns, 20_000)

    do(turns, "answer_challenge", visitor.code)

    assert payment(turns).authentication is Authentication.CHALLENGE


def test_a_challenge_is_used_once():
    turns = open_market("tok_3ds", latency_ms=20_000, gateway={"client_timeout_s": 5})
    visitor = buy(turns, "tok_3ds")
    wait_until(turns, 60_000)
    code = visitor.code
    do(turns, "answer_challenge", code)
    assert (visitor.status, payments(turns)) == ("unknown", ["processing"])

    assert not do(turns, "answer_challenge", code)
    wait_until(turns, 400_000)  # beyond the time at which the challenge ends

    assert payments(turns) == ["captured"]
    assert [a.state.value for a in payment(turns).history] == [
        "processing",
        "requires_challenge",
        "processing",
        "authorized",
        "captured",
    ]


def test_the_code_of_one_payment_does_not_answer_the_challenge_of_the_next():
    turns = open_market("tok_3ds")
    visitor = buy(turns, "tok_3ds")
    wait_until(turns, 20_000)
    old = visitor.code
    do(turns, "answer_challenge", "nonsense")
    do(turns, "confirm_payment")

    do(turns, "answer_challenge", old)

    assert (visitor.status, error(visitor)) == ("declined", "challenge_failed")
    assert payments(turns) == ["declined", "declined"]


@pytest.mark.parametrize("late_ms", [0, 30_000])
def test_a_challenge_that_is_over_cannot_be_answered(late_ms):
    turns = open_market("tok_3ds", challenge={"expires_s": 60})
    visitor = buy(turns, "tok_3ds")
    expires = turns.market.clock.now_ms + 60_000
    wait_until(turns, expires + late_ms)

    assert not do(turns, "answer_challenge", visitor.code)
    assert (visitor.status, payments(turns)) == ("expired", ["expired"])


def test_an_expired_challenge_can_be_followed_by_another_try():
    turns = open_market("tok_3ds", challenge={"expires_s": 60})
    visitor = buy(turns, "tok_3ds")
    wait_until(turns, 100_000)

    do(turns, "confirm_payment")
    wait_until(turns, 120_000)
    do(turns, "answer_challenge", visitor.code)

    assert (visitor.status, payments(turns)) == ("captured", ["expired", "captured"])


def test_a_challenge_that_outlasts_the_hold_takes_no_money_to_keep():
    turns = open_market("tok_3ds", holds={"ttl_s": 60}, challenge={"expires_s": 600})
    visitor = buy(turns, "tok_3ds")
    wait_until(turns, 100_000)
    assert visitor.status == "requires_challenge"

    do(turns, "answer_challenge", visitor.code)

    assert (error(visitor), payments(turns)) == ("hold_expired", ["voided"])
    assert turns.market.ledger.balances == {"card/0": 0, "authorized": 0}


def test_leaving_the_page_cancels_the_payment_that_waits_for_its_challenge():
    turns = open_market("tok_3ds")
    buy(turns, "tok_3ds")

    do(turns, "restart")

    assert payments(turns) == ["cancelled"]
    assert turns.market.inventory.held == [0]


def test_an_answer_during_an_outage_is_not_taken():
    turns = open_market("tok_3ds", gateway={"outages_s": [[15, 100]]})
    visitor = buy(turns, "tok_3ds")
    wait_until(turns, 20_000)

    do(turns, "answer_challenge", visitor.code)

    assert (visitor.status, error(visitor)) == ("declined", "gateway_unavailable")


# -- alone, with nobody who listens


def opened(*, code_lost=False):
    books, config = Books(), ChallengeConfig(expires_s=60, code_after_s=5)
    asked = Challenges(config, books.clock, books.book)
    decision = IssuerDecision(approved=True, code="123456", code_lost=code_lost)
    asked.open(books.at(PaymentState.PROCESSING), decision)
    return books


CODE = (NOW_MS + 5_000, 1, "code", "pay-1-1")
END = (NOW_MS + 60_000, 0, "challenge", "pay-1-1")


@pytest.mark.parametrize(("lost", "timers"), [(False, [CODE, END]), (True, [END])])
def test_a_challenge_sends_its_code_and_ends_by_itself(lost, timers):
    books = opened(code_lost=lost)

    assert books.clock.pending() == timers
    assert books.payment.code == "123456"


def test_a_challenge_writes_when_it_ends_and_that_it_has_ended():
    books = opened()

    books.go_to(NOW_MS + 60_000)

    asked = {"expires": NOW_MS + 60_000, "payment": "pay-1-1"}
    over = {"payment": "pay-1-1", "reason": "challenge_expired", "state": "expired"}
    assert books.records() == [
        ["payment_challenged", asked, 1, CAUSE, NOW_MS, "ben"],
        ["payment_closed", over, 2, CAUSE, NOW_MS + 60_000, "ben"],
    ]
