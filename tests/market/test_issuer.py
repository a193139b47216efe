"""The issuer: decisions are a function of visitor, card and attempt."""

from math import sqrt

import pytest

from test_time_gym.market.payments.issuer import (
    TEST_CARDS,
    CardLaw,
    Issuer,
    IssuerDecision,
)
from test_time_gym.market.payments.payment import Authentication
from test_time_gym.market.streams import Streams


def issuer(seed=1, **laws):
    known = {name: CardLaw(token=name, **law) for name, law in laws.items()}
    return Issuer(TEST_CARDS | known, Streams(seed))


def said(decision):
    asks = decision.authentication is Authentication.CHALLENGE
    return decision.reason or ("challenge" if asks else "approved")


@pytest.mark.parametrize(
    ("card", "answers"),
    [
        ("tok_ok", ["approved", "approved"]),
        ("tok_3ds", ["challenge", "challenge"]),
        ("tok_decline_soft", ["soft_decline", "approved"]),
        ("tok_decline_hard", ["hard_decline", "hard_decline"]),
        ("tok_insufficient_funds", ["insufficient_funds", "insufficient_funds"]),
        ("tok_timeout", ["approved", "approved"]),
    ],
)
def test_a_test_card_behaves_as_its_name_says(card, answers):
    bank = issuer()

    decisions = [bank.decide(0, card, attempt, 100_00) for attempt in (1, 2)]

    assert [said(decision) for decision in decisions] == answers
    assert [d.reply_lost for d in decisions] == [card == "tok_timeout"] * 2


def test_a_decision_does_not_depend_on_what_was_decided_before():
    law = {"challenge_ppm": 500_000, "soft_decline_ppm": 300_000}
    asked = [(seat, attempt) for seat in range(5) for attempt in range(1, 9)]
    forth, back = issuer(fickle=law), issuer(fickle=law)

    one = {key: forth.decide(key[0], "fickle", key[1], 1) for key in asked}
    other = {key: back.decide(key[0], "fickle", key[1], 1) for key in reversed(asked)}

    assert one == other
    assert len({said(decision) for decision in one.values()}) == 3


EVEN = {
    "soft_decline_ppm": 500_000,
    "challenge_ppm": 500_000,
    "frictionless_ppm": 500_000,
    "reply_lost_ppm": 500_000,
    "code_lost_ppm": 500_000,
    "hard_decline_ppm": 200_000,
}


def drawn(seat, attempt):
    """Return the decision on an even card, from the streams that are named for it."""
    streams = Streams(1)
    if streams.at(0, "issuer-hard", seat, "even").chance(200_000):
        return IssuerDecision(approved=False, reason="hard_decline")
    dice = streams.at(attempt, "issuer", seat, "even")
    soft, challenge, unheard, mute = (dice.chance(500_000) for _ in range(4))
    code = f"{dice.below(10**6):06d}"
    if soft:
        return IssuerDecision(approved=False, reason="soft_decline")
    kind = Authentication.NONE
    if challenge:
        silent = dice.chance(500_000)
        kind = Authentication.FRICTIONLESS if silent else Authentication.CHALLENGE
    return IssuerDecision(
        approved=True,
        authentication=kind,
        code=code,
        code_lost=mute,
        reply_lost=unheard,
    )


def test_a_decision_is_drawn_from_streams_of_its_visitor_card_and_attempt():
    bank = issuer(even=EVEN)
    asked = [(seat, attempt) for seat in range(8) for attempt in range(1, 9)]

    decisions = [bank.decide(seat, "even", attempt, 1) for seat, attempt in asked]

    assert decisions == [drawn(seat, attempt) for seat, attempt in asked]


def test_a_try_of_a_part_is_drawn_from_the_stream_of_its_order_and_part():
    bank = issuer(even={"soft_decline_ppm": 500_000})
    tries = [
        (order, part, k) for order in "ab" for part in range(1, 5) for k in range(5)
    ]

    said = [bank.refuses_part(0, "even", *one, 1) for one in tries]

    assert said == [
        "soft_decline"
        if Streams(1).at(k, "issuer-part", order, part).chance(500_000)
        else None
        for order, part, k in tries
    ]


def test_a_limit_approves_up_to_itself():
    bank = issuer(modest={"limit_minor": 500})

    decisions = [bank.decide(0, "modest", 1, amount) for amount in (500, 501)]

    assert [said(decision) for decision in decisions] == [
        "approved",
        "insufficient_funds",
    ]


def test_a_hard_decline_is_drawn_once_for_a_card():
    bank = issuer(doubtful={"hard_decline_ppm": 500_000})

    fates = [
        {bank.decide(seat, "doubtful", attempt, 1).approved for attempt in range(1, 6)}
        for seat in range(40)
    ]

    assert all(len(fate) == 1 for fate in fates)
    assert {True} in fates
    assert {False} in fates


def test_chances_are_met_as_often_as_the_law_says():
    law = {
        "challenge_ppm": 200_000,
        "frictionless_ppm": 250_000,
        "soft_decline_ppm": 100_000,
        "reply_lost_ppm": 50_000,
    }
    bank, tries = issuer(fickle=law), 8000

    decisions = [bank.decide(0, "fickle", k, 1) for k in range(1, tries + 1)]

    approved = [decision for decision in decisions if decision.approved]
    challenged, silent = (
        [d for d in approved if d.authentication is kind]
        for kind in (Authentication.CHALLENGE, Authentication.FRICTIONLESS)
    )
    for met, of, chance in (
        (tries - len(approved), tries, 0.1),
        (len(challenged) + len(silent), len(approved), 0.2),
        (len(silent), len(challenged) + len(silent), 0.25),
        (sum(d.reply_lost for d in approved), len(approved), 0.05),
    ):
        assert abs(met - of * chance) <= 4 * sqrt(of * chance * (1 - chance))


def test_a_challenge_has_a_code_of_six_digits():
    decision = issuer().decide(3, "tok_3ds", 1, 1)

    assert decision == IssuerDecision(
        approved=True, authentication=Authentication.CHALLENGE, code=decision.code
    )
    assert len(decision.code) == 6
    assert decision.code.isdigit()


def test_the_bank_asks_nothing_of_a_cardholder_whom_it_recognises():
    law = {"challenge_ppm": 1_000_000, "frictionless_ppm": 1_000_000}

    decision = issuer(known=law).decide(0, "known", 1, 1)

    assert (decision.approved, decision.authentication) == (
        True,
        Authentication.FRICTIONLESS,
    )


def part_refusals(law, tries, amount=100_00):
    bank = issuer(card=law)
    return [
        bank.refuses_part(0, "card", "order-0-1", 1, k, amount) for k in range(tries)
    ]


def test_a_later_part_is_never_challenged_nor_declined_as_a_first_attempt():
    law = {"challenge_ppm": 1_000_000, "soft_declines_first": 20}

    assert part_refusals(law, 3) == [None, None, None]


def test_each_try_of_a_later_part_is_drawn_anew():
    met = part_refusals({"soft_decline_ppm": 500_000}, 400).count("soft_decline")

    assert abs(met - 200) <= 4 * sqrt(400 * 0.25)


@pytest.mark.parametrize(
    ("law", "reason"),
    [
        ({"hard_decline_ppm": 1_000_000}, "hard_decline"),
        ({"limit_minor": 99_99}, "insufficient_funds"),
        ({"limit_minor": 100_00}, None),
    ],
)
def test_a_later_part_meets_the_same_limits_as_a_payment(law, reason):
    assert part_refusals(law, 2) == [reason, reason]
