"""The scenarios that are hard because of money keep what they promise."""

from collections import Counter

import pytest
from tests.support.contests import contest

import test_time_gym as ttg
from test_time_gym.market.interface.task import draw_task
from test_time_gym.market.orders import OrderState
from test_time_gym.market.payments.payment import FINAL, PaymentState
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario

STORM = "flights/3ds-storm"
UNKNOWN = "flights/unknown-outcomes"
PARTS = "flights/instalments"
REFUNDS = "flights/refunds"


def played(name, seeds, policies=None, change=None):
    """Return the contests of so many seeds, and all their payments."""
    contests = [contest(name, seed, policies, change=change) for seed in range(seeds)]
    return contests, [payment for one in contests for payment in one.payments]


def share(found, of):
    return len(found) / len(of)


def been(payment, state):
    """Return whether a payment was ever in a state."""
    return any(answer.state is state for answer in payment.history)


@pytest.mark.parametrize("name", [STORM, UNKNOWN, PARTS, REFUNDS])
def test_default_policies_play_under_all_laws(name):
    for seed in range(3):
        one = contest(name, seed, watched=True)

        assert one.turns.checks > 200
        assert "success" in one.outcomes


# -- 3ds-storm -------------------------------------------------------------------------


def test_in_3ds_storm_nearly_every_payment_is_checked_and_some_come_too_late():
    contests, payments = played(STORM, 20)

    challenged = [p for p in payments if been(p, PaymentState.REQUIRES_CHALLENGE)]
    silent = [p for p in payments if p.authentication.value == "frictionless"]
    late = [p for one in contests for p in one.late]
    back = [p for p in late if p.state is PaymentState.VOIDED]

    assert share(challenged, payments) > 0.7
    assert 0.05 < share(silent, payments) < 0.2
    assert share([*challenged, *silent], payments) > 0.85
    assert 0.03 < share(late, payments) < 0.15
    # The others are on their way when the episode ends.
    assert share(back, late) > 0.5
    assert all(p.captured_minor == 0 and p.authorized_minor for p in late)


def test_in_3ds_storm_a_code_takes_most_of_a_hold_and_a_challenge_outlasts_it():
    market = load_scenario(STORM).market
    code_s, challenge_s = market.challenge.code_after_s, market.challenge.expires_s

    assert 3 * market.holds.ttl_s // 4 < code_s < market.holds.ttl_s < challenge_s


def test_in_3ds_storm_who_paid_too_late_begins_anew_and_mostly_gets_a_ticket():
    outcomes = Counter()
    for seed in range(80):
        one = contest(STORM, seed, ["cheapest"])
        outcomes.update(one.outcomes if one.late else [])

    assert outcomes.total() >= 8
    assert outcomes["success"] / outcomes.total() > 0.6


# -- unknown-outcomes ------------------------------------------------------------------


def test_in_unknown_outcomes_most_payments_are_not_heard_of_in_time():
    contests, payments = played(UNKNOWN, 30)

    unknown = [payment for one in contests for payment in one.unknown]
    late = [p for one in contests for p in one.late]
    lapsed = [p for p in late if p.state is PaymentState.EXPIRED]

    assert 0.45 < share(unknown, payments) < 0.75
    assert 0.01 < share(late, payments) < 0.08
    assert lapsed


def test_in_unknown_outcomes_notices_come_twice_and_overtake_one_another():
    contests, _ = played(UNKNOWN, 30)
    for one in contests:
        # Those that are still under way when all episodes have ended.
        one.turns.clock.advance(one.turns.clock.now_ms + 3_600_000)
    heard = [notice for one in contests for notice in one.notices]

    counts = [Counter(one.notices) for one in contests]
    first = [notice for one in counts for notice in one]
    twice = [notice for one in counts for notice, times in one.items() if times > 1]
    overtaken = [
        payment
        for one in contests
        for place, (payment, version) in enumerate(one.notices)
        if any(p == payment and v > version for p, v in one.notices[:place])
    ]

    assert len(heard) > 50
    assert 0.2 < share(twice, first) < 0.5
    assert overtaken


def test_in_unknown_outcomes_who_asks_again_with_the_same_key_learns_the_truth():
    known = Counter()
    for seed in range(60):
        one = contest(UNKNOWN, seed, ["cheapest"])
        seat, orders = one.turns.seats[0], one.turns.market.orders.of(0)
        known[seat.outcome] += 1

        assert seat.visitor.status not in {"unknown", "processing"}
        assert [o.id for o in seat.visitor.orders] == [o.id for o in orders]
        assert len(orders) <= 1
        assert len([p for p in one.payments if been(p, PaymentState.CAPTURED)]) <= 1

    assert set(known) <= {"success", "aborted", "infeasible_aborted"}
    assert known["success"] > 48


def test_in_unknown_outcomes_who_begins_anew_instead_of_asking_buys_twice():
    outcomes = Counter()
    for seed in range(30):
        result = ttg.run(UNKNOWN, careless, seed=seed, n_agents=1, regret=False)
        outcomes[result.episodes[0].agents["buyer_0"].outcome] += 1

    assert outcomes["violation"] / 30 > 0.2


def careless(page):
    """Start over whenever the page has heard nothing."""
    status = page["payment_state"]["status"]
    if status == "unknown" or page["view"] == "error":
        return {"verb": "restart"}
    if status == "requires_confirmation":
        return {"verb": "confirm_payment"}
    if "enter_card" in page["legal_verbs"]:
        return {"verb": "enter_card", "payload": page["wallet"][-1]["token"]}
    if page["cart"]["items"]:
        return {"verb": "proceed_to_payment"}
    if page["flights"]:
        return {"verb": "add_to_cart", "payload": page["flights"][0]["id"]}
    return {"verb": "search_flights"}


# -- instalments -----------------------------------------------------------------------


def only_small_cards(scenario):
    """Return the scenario with wallets of which no card can pay a fare at once."""
    task = scenario.task.model_copy(
        update={"wallets": (("tok_student",), ("tok_payday",))}
    )
    return scenario.model_copy(update={"task": task})


def without_parts(scenario):
    """Return it without instalments."""
    scenario = only_small_cards(scenario)
    rules = scenario.market.instalments.model_copy(update={"counts": ()})
    market = scenario.market.model_copy(update={"instalments": rules})
    return scenario.model_copy(update={"market": market})


def test_in_instalments_small_cards_pay_in_parts_or_not_at_all():
    with_parts, without = Counter(), Counter()
    for seed in range(20):
        one = contest(PARTS, seed, ["cheapest"], change=only_small_cards)
        with_parts.update(one.outcomes)
        paid = [p for p in one.payments if been(p, PaymentState.CAPTURED)]
        assert all(len(p.plan) > 1 for p in paid)
        without.update(
            contest(PARTS, seed, ["cheapest"], change=without_parts).outcomes
        )

    assert set(without) == {"infeasible_aborted"}
    assert with_parts["success"] / (20 - with_parts["infeasible_aborted"]) > 0.8


def test_a_card_that_can_pay_in_no_number_of_parts_makes_a_task_infeasible():
    scenario = without_parts(load_scenario(PARTS))
    world = World.of(scenario.market)

    proofs = {
        draw_task(scenario.task, world, Streams(seed), 0).infeasible
        for seed in range(20)
    }

    assert proofs == {"no card in the wallet can pay the least possible total"}


def test_in_instalments_later_parts_come_due_and_some_orders_default():
    contests, _ = played(PARTS, 30)
    orders = [o for c in contests for o in c.turns.market.orders.by_id.values()]

    parts = [o for o in orders if len(o.plan) > 1]
    defaulted = [o for o in parts if o.state is OrderState.DEFAULTED]
    collected = [o for o in parts if o.state is OrderState.TICKETED and o.settled]

    assert share(parts, orders) > 0.5
    assert 0.04 < share(defaulted, parts) < 0.25
    # Who bought late has parts to pay when the episode ends.
    assert share(collected, parts) > 0.5
    assert all(not any(line.seats for line in o.lines) for o in defaulted)


def test_in_instalments_totals_grow_on_the_way_to_the_ticket():
    contests, _ = played(PARTS, 10)

    fees = Counter(
        name
        for one in contests
        for order in one.turns.market.orders.by_id.values()
        for name, _ in order.payment.bill.fees
    )

    assert fees["booking"] == sum(len(c.turns.market.orders.by_id) for c in contests)
    assert fees["surcharge"] > 0
    assert fees["interest"] > 0


# -- refunds ---------------------------------------------------------------------------


def paid(policy, seeds=30):
    """Return seed → what one buyer paid, where it succeeded."""
    result = ttg.run(REFUNDS, policy, n_agents=1, seed=0, episodes=seeds, regret=False)
    found = {e.seed: e.agents["buyer_0"] for e in result.episodes}
    return {seed: one.paid for seed, one in found.items() if one.outcome == "success"}


def test_in_refunds_a_rebooker_pays_less_than_who_buys_at_once():
    at_once, rebooked = paid("cheapest"), paid("rebooker")

    assert list(at_once) == list(rebooked)
    assert len(at_once) > 20
    assert sum(rebooked.values()) < sum(at_once.values()) * 97 // 100
    better = [seed for seed, amount in rebooked.items() if amount < at_once[seed]]
    assert share(better, at_once) > 0.6


def test_in_refunds_fares_dip_and_then_rise_above_where_they_began():
    deadline = load_scenario(REFUNDS).task.deadline_s * 1000
    found = []
    for seed in range(8):
        turns = contest(REFUNDS, seed, ["dummy"]).turns
        first = dip = min(turns.market.prices)
        for _ in range(30):
            turns.clock.advance(turns.clock.now_ms + deadline // 32)
            dip = min(dip, *turns.market.prices)
        turns.clock.advance(deadline)
        found.append((dip / first, min(turns.market.prices) / first))

    assert all(dip < 0.9 and end > 1.2 for dip, end in found)


def test_in_refunds_money_goes_back_less_the_fee_and_takes_ten_days():
    back = Counter()
    for seed in range(10):
        one = contest(REFUNDS, seed, ["rebooker"])
        for order in one.turns.market.orders.of(0):
            if order.state is OrderState.CANCELLED:
                payment = order.payment
                moved = payment.refunded_minor + payment.returning_minor
                back[payment.state] += 1
                assert moved == order.total_minor - order.owed_minor
                assert 0 < order.owed_minor < order.total_minor // 10

    assert load_scenario(REFUNDS).market.gateway.money_back_after_s == 10 * 86_400
    assert back[PaymentState.PARTIALLY_REFUNDED] > 0
    assert set(back) <= {PaymentState.PARTIALLY_REFUNDED, PaymentState.CAPTURED}


def test_in_refunds_two_coupons_stack_and_the_third_does_not():
    stacks = Counter()
    for seed in range(10):
        for payment in contest(REFUNDS, seed, ["rebooker"]).payments:
            stacks[payment.coupons] += payment.state not in FINAL

    assert set(stacks) >= {("BEMVINDO", "TRIO60"), ("FOLIA5",)}
    assert all("FOLIA5" not in codes or len(codes) == 1 for codes in stacks)
