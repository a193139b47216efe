"""What the scripted buyers do when paying or keeping a ticket is not simple."""

import pytest
from tests.support.flight_verbs import decode
from tests.support.worlds import WatchedTurns as Watched
from tests.support.worlds import episode, fare, flight, leg

from test_time_gym.agents import make_agent
from test_time_gym.market.interface.observation import observe


def run(agent="cheapest", task=None, **changes):
    """Let one buyer play a small world, and return it with all its verbs."""
    buyer, verbs = make_agent(agent), []
    turns = Watched(episode(task={"deadline_s": 36_000, **(task or {})}, **changes))
    seat = turns.seats[0]
    while not turns.over:
        action = buyer.act(observe(turns, seat))
        verbs.append(action["verb"])
        assert turns.act(seat, decode(action, turns.world.exponent))
        turns.advance()
    return turns, verbs


def tried(turns):
    """Return (card, number of parts, reason) of every payment."""
    return [
        (payment.card, len(payment.plan), payment.reason)
        for payment in turns.market.processor.book.by_id.values()
    ]


def outcome(turns):
    return turns.seats[0].outcome


def test_a_card_at_its_retry_limit_is_not_tried_again():
    card = {"token": "tok_moody", "soft_declines_first": 9}

    turns, _ = run(
        cards=[card], retries={"most": 1}, task={"wallets": [["tok_moody", "tok_ok"]]}
    )

    assert tried(turns) == [
        ("tok_moody", 1, "soft_decline"),
        ("tok_moody", 1, "retry_limit"),
        ("tok_ok", 1, ""),
    ]
    assert outcome(turns) == "success"


def test_a_card_that_was_refused_for_good_is_not_tried_again():
    turns, _ = run(task={"wallets": [["tok_decline_hard", "tok_ok"]]})

    assert tried(turns) == [("tok_decline_hard", 1, "hard_decline"), ("tok_ok", 1, "")]


def test_a_seat_is_taken_over_while_the_gateway_is_out():
    """Another buyer's attempt was refused; the new one has counted none of its own."""
    turns = Watched(
        episode(task={"deadline_s": 36_000}, gateway={"outages_s": [[0, 1200]]})
    )
    seat, first = turns.seats[0], make_agent("cheapest")
    page = observe(turns, seat)
    while not page["last_action_error"]:
        assert turns.act(seat, decode(first.act(page), turns.world.exponent))
        turns.advance()
        page = observe(turns, seat)

    action = make_agent("cheapest").act(page)

    assert page["last_action_error"]["code"] == "gateway_unavailable"
    assert action == {"verb": "wait", "payload": {"minutes": 5}}


AMEX = {"token": "tok_amex", "brand": "amex"}
SURCHARGE = {"name": "amex", "amount_minor": 5_00, "arises": "card", "brands": ["amex"]}


def test_a_card_whose_surcharge_breaks_the_budget_is_left_for_the_next_one():
    turns, _ = run(
        cards=[AMEX],
        fees=[SURCHARGE],
        task={"budgets_minor": [102_00], "wallets": [["tok_amex", "tok_ok"]]},
    )

    assert tried(turns) == [("tok_ok", 1, "")]
    assert outcome(turns) == "success"


@pytest.mark.parametrize("arises", ["cart", "checkout", "card"])
def test_an_offer_that_fees_make_too_dear_is_never_paid_for(arises):
    fee = {"name": "service", "amount_minor": 5_00, "arises": arises}

    turns, verbs = run(fees=[fee], task={"budgets_minor": [102_00]})

    assert tried(turns) == []
    assert (verbs.count("add_to_cart"), verbs[-1]) == (1, "abort")


def test_an_offer_that_was_too_dear_is_bought_when_its_price_has_fallen():
    falling = {
        "kind": "load_days",
        "load_curve": [[0, 1_000_000]],
        "days_curve": [[0, 200_000], [2, 1_800_000]],
        "reprice_every_s": 600,
        "round_to_minor": 1,
    }
    fee = {"name": "service", "amount_minor": 5_00}

    turns, verbs = run(pricing=falling, fees=[fee], task={"budgets_minor": [108_00]})

    assert verbs.count("add_to_cart") == 2
    assert outcome(turns) == "success"


def test_what_a_card_cannot_pay_at_once_it_pays_in_as_many_parts_as_possible():
    card = {"token": "tok_small", "limit_minor": 40_00}

    turns, _ = run(
        cards=[card],
        instalments={"counts": [2, 3], "every_days": 1},
        task={"wallets": [["tok_small"]]},
    )

    assert tried(turns) == [
        ("tok_small", 1, "insufficient_funds"),
        ("tok_small", 3, ""),
    ]
    assert outcome(turns) == "success"


def test_a_card_that_cannot_pay_in_parts_either_gives_way_to_one_that_pays_at_once():
    card = {"token": "tok_small", "limit_minor": 30_00}

    turns, _ = run(
        cards=[card],
        instalments={"counts": [3]},
        task={"wallets": [["tok_small", "tok_ok"]]},
    )

    assert tried(turns) == [
        ("tok_small", 1, "insufficient_funds"),
        ("tok_small", 3, "insufficient_funds"),
        ("tok_ok", 1, ""),
    ]


@pytest.mark.parametrize("agent", ["cheapest", "patient", "first-offer", "rebooker"])
def test_who_holds_a_ticket_waits_for_the_deadline_and_buys_no_other(agent):
    turns, verbs = run(agent, task={"ends_on": "deadline"})

    assert len(turns.market.orders.of(0)) == 1
    assert verbs[-1] == "wait"
    assert outcome(turns) == "success"


def test_who_paid_too_late_begins_anew():
    # A challenge's code comes when the seats are just still held, and the answer to it
    # is worked on for longer than they are.
    turns, _ = run(
        cards=[{"token": "tok_slow", "challenge_ppm": 1_000_000}],
        holds={"ttl_s": 80},
        challenge={"expires_s": 600, "code_after_s": 40},
        gateway={
            "latency": {"kind": "deterministic", "typical_ms": 12_000},
            "money_back_after_s": 600,
        },
        task={"wallets": [["tok_slow", "tok_ok"]]},
    )

    assert ("tok_slow", 1, "hold_expired") in tried(turns)
    assert tried(turns)[-1] == ("tok_ok", 1, "")
    assert outcome(turns) == "success"


FALLING = {
    "kind": "load_days",
    "load_curve": [[0, 1_000_000]],
    "days_curve": [[0, 1_000_000], [1, 2_000_000]],
    "reprice_every_s": 600,
    "round_to_minor": 1,
}
"""A fare of 100 costs 200 when the market opens, and 142 at the deadline."""


def rebook(fares, **changes):
    """Let a rebooker play while fares fall."""
    return run(
        "rebooker",
        pricing=FALLING,
        flights=[flight("A", leg("A", seats=9), fares=fares)],
        task={"ends_on": "deadline", "budgets_minor": [300_00]},
        turns={"max_turns": 200},
        **changes,
    )


def test_a_rebooker_changes_to_a_cheaper_seat_and_gives_the_old_one_back():
    turns, verbs = rebook([fare("Y", refundable=True, cancel_fee_minor=3_00)])
    old, new = turns.market.orders.of(0)[-2:]

    assert outcome(turns) == "success"
    assert (old.state.value, old.owed_minor) == ("cancelled", 3_00)
    assert new.total_minor < old.total_minor - 3_00
    assert turns.seats[0].paid_minor == sum(
        order.owed_minor for order in turns.market.orders.of(0)
    )
    assert verbs.count("cancel_order") == len(turns.market.orders.of(0)) - 1


def test_a_rebooker_prefers_a_refundable_fare_that_costs_little_more():
    dear = fare("Y", 108_00, refundable=True, cancel_fee_minor=3_00)

    turns, _ = rebook([dear, fare("Q", 100_00)])

    first = turns.market.orders.of(0)[0]
    assert turns.market.catalog.products[first.hold.lines[0].product].id == "A-Y"


def test_a_rebooker_counts_a_fare_that_keeps_most_of_the_price_as_not_refundable():
    strict = fare("Y", 108_00, refundable=True, cancel_fee_minor=90_00)

    turns, verbs = rebook([strict, fare("Q", 100_00)])

    first = turns.market.orders.of(0)[0]
    assert turns.market.catalog.products[first.hold.lines[0].product].id == "A-Q"
    assert "cancel_order" not in verbs


def test_an_offer_tells_the_cancellation_fee_of_a_refundable_fare():
    loose = fare("Y", 120_00, refundable=True, cancel_fee_minor=12_50)
    seats = leg("A", seats=9)
    turns = Watched(episode(flights=[flight("A", seats, fares=[loose, fare("Q")])]))
    turns.act(turns.seats[0], decode({"verb": "search_flights"}))
    turns.advance()

    flights = observe(turns, turns.seats[0])["flights"]

    assert [(f["id"], f["refundable"], f["cancel_fee"]) for f in flights] == [
        ("A-Q", False, None),
        ("A-Y", True, "12.50"),
    ]


SLOW = {
    "cards": [{"token": "tok_slow", "challenge_ppm": 1_000_000}],
    "task": {"wallets": [["tok_slow", "tok_ok"]]},
}


def test_nobody_answers_a_challenge_whose_seats_are_gone():
    turns, verbs = run(
        holds={"ttl_s": 80}, challenge={"expires_s": 600, "code_after_s": 70}, **SLOW
    )

    assert tried(turns) == [
        *(("tok_slow", 1, "cancelled_by_visitor") for _ in range(3)),
        ("tok_ok", 1, ""),
    ]
    assert "answer_challenge" not in verbs


def test_a_code_of_an_earlier_challenge_answers_no_other():
    # The first code comes while the buyer looks away, and its seats are gone then.
    turns, _ = run(
        holds={"ttl_s": 80}, challenge={"expires_s": 600, "code_after_s": 70}, **SLOW
    )

    assert "challenge_failed" not in [reason for _, _, reason in tried(turns)]


def test_what_a_defaulted_order_has_cost_is_not_spent_again():
    strained = {"token": "tok_thin", "limit_minor": 40_00}

    turns, verbs = run(
        cards=[strained | {"soft_decline_ppm": 500_000}, {"token": "tok_rich"}],
        instalments={
            "counts": [3],
            "every_days": 1,
            "retries": 0,
        },
        flights=[
            flight("A", leg("A", depart="10:00", seats=9) | later(20), fares=[fare()])
        ],
        task={
            "trips": [{"from": "SFO", "to": "MAD", "date": "2026-06-22"}],
            "budgets_minor": [120_00],
            "wallets": [["tok_thin", "tok_rich"]],
            "deadline_s": 1_600_000,
            "ends_on": "deadline",
        },
    )

    orders = turns.market.orders.of(0)
    assert [order.state.value for order in orders] == ["defaulted"]
    assert orders[0].owed_minor + 100_00 > 120_00
    assert (outcome(turns), verbs[-1]) == ("aborted", "abort")


def later(days):
    """Return a leg's moments, so many days later than in other small worlds."""
    return {
        "depart": f"2026-06-{2 + days:02d}T10:00",
        "arrive": f"2026-06-{2 + days:02d}T18:00",
    }
