"""Regret is charged where it arose: planted behaviour, exact amounts."""

import json

import pytest
from tests.worlds import TRIP, fare, flight, leg, market_data

import test_time_gym as ttg
from test_time_gym.evaluation import (
    Decisions,
    Regret,
    clairvoyant,
    regret_in,
    regret_of,
)
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import decode_action
from test_time_gym.market.world import World
from test_time_gym.replay import read_journal
from test_time_gym.scenarios import Scenario

SEARCH = ("search_flights", None)
BUY = [
    ("proceed_to_payment", None),
    ("enter_card", "tok_ok"),
    ("confirm_payment", None),
]
HOUR = ("wait", 60)

DEARER_DAILY = {
    "kind": "load_days",
    "load_curve": [[0, 1_000_000], [1_000_000, 1_000_000]],
    "days_curve": [[0, 2_000_000], [2, 1_000_000]],
}
"""Twice the fare at departure; it is 25 hours away when the market opens."""
CHEAPER_DAILY = {**DEARER_DAILY, "days_curve": [[0, 1_000_000], [2, 2_000_000]]}

TWO = [
    flight("LOW1", fares=[fare("Y", 80_00)], airline="Low"),
    flight("HIGH1", fares=[fare("Y", 120_00)], airline="High"),
]
TENTH = {"code": "TENTH", "percent_ppm": 100_000}
AMEX = {"token": "tok_amex", "brand": "amex"}
SURCHARGE = {
    "name": "amex",
    "percent_ppm": 20_000,
    "arises": "card",
    "brands": ["amex"],
}


def scenario(task=None, **changes):
    return Scenario.model_validate(
        {
            "name": "tests/regret",
            "description": "A small world in which regret is planted.",
            "market": market_data(**changes),
            "task": {
                "trips": [TRIP],
                "budgets_minor": [500_00],
                "deadline_s": 40_000,
                **(task or {}),
            },
        }
    )


def script(*actions):
    """Return an agent that takes these actions, then gives up."""
    left = iter(actions)

    def act(_page):
        verb, payload = next(left, ("abort", None))
        return {"verb": verb, "payload": payload}

    return act


def played(tmp_path, *agents, task=None, seed=1, **changes):
    """Play scripts in a small world; return what the journal says of their regret."""
    path = tmp_path / "j.jsonl"
    result = ttg.run(
        scenario(task, **changes), [script(*a) for a in agents], seed=seed, journal=path
    )
    found = regret_of(path)
    for name, agent in result.episodes[0].agents.items():
        same = (agent.outcome, agent.paid, agent.optimal, agent.regret)
        regret = found[name]
        assert same == (regret.outcome, regret.paid, regret.optimal, regret.total)
    return found["buyer_0"]


def parts(regret):
    return regret.timing, regret.search, regret.execution


def test_who_buys_the_best_at_once_regrets_nothing(tmp_path):
    found = played(tmp_path, [SEARCH, ("add_to_cart", "LOW1"), *BUY], flights=TWO)

    assert found == Regret(
        outcome="success",
        paid=80_00,
        optimal=80_00,
        total=0,
        timing=0,
        search=0,
        execution=0,
        decided_ms=found.decided_ms,
    )
    assert 0 < found.decided_ms < 60_000


def test_waiting_while_prices_rise_is_charged_to_timing(tmp_path):
    waits = [*[HOUR] * 5, ("wait", 1)]

    found = played(
        tmp_path, [*waits, SEARCH, ("add_to_cart", "AA1"), *BUY], pricing=DEARER_DAILY
    )

    # 25 and 20 hours before departure: factors 1.479 and 1.583, in whole units.
    assert (found.optimal, found.paid) == (148_00, 158_00)
    assert parts(found) == (10_00, 0, 0)
    assert found.decided_ms // 3_600_000 == 5


def test_a_price_that_rises_between_page_and_hold_is_timing_as_well(tmp_path):
    actions = [
        SEARCH,
        ("add_to_cart", "AA1"),
        *[HOUR] * 5,
        # The first time the risen price is only shown.
        ("proceed_to_payment", None),
        *BUY,
    ]

    assert parts(played(tmp_path, actions, pricing=DEARER_DAILY)) == (10_00, 0, 0)


def test_waiting_past_the_end_of_a_coupon_is_charged_to_timing(tmp_path):
    soon = {**TENTH, "ends_s": 3600}

    found = played(
        tmp_path, [HOUR, SEARCH, ("add_to_cart", "AA1"), *BUY], coupons=[soon]
    )

    assert (found.paid, parts(found)) == (100_00, (10_00, 0, 0))


@pytest.mark.parametrize(
    "filters", [{"airline": "High"}, {"depart_after": "11:00"}], ids=["airline", "time"]
)
def test_filtering_the_best_offer_away_is_charged_to_search(tmp_path, filters):
    late = [leg("HIGH1", depart="12:00", arrive="20:00")]
    flights = [TWO[0], {**TWO[1], "legs": late}]
    actions = [SEARCH, ("filter_results", filters), ("add_to_cart", "HIGH1"), *BUY]

    found = played(tmp_path, actions, flights=flights)

    assert (found.optimal, found.paid) == (80_00, 120_00)
    assert parts(found) == (0, 40_00, 0)


def test_a_page_from_before_the_best_offer_came_is_charged_to_search(tmp_path):
    """A rival holds the only cheap seat while the page loads, and then lets it go."""
    flights = [{**TWO[0], "legs": [leg("LOW1", seats=1)]}, TWO[1]]
    rival = [SEARCH, ("add_to_cart", "LOW1"), BUY[0], HOUR]
    late = [("wait", 1), SEARCH, ("add_to_cart", "HIGH1"), HOUR, HOUR, *BUY]

    found = played(tmp_path, late, rival, flights=flights, holds={"ttl_s": 1800})

    assert (found.paid, parts(found)) == (120_00, (0, 40_00, 0))


def test_a_dearer_offer_of_the_page_is_charged_to_execution(tmp_path):
    found = played(tmp_path, [SEARCH, ("add_to_cart", "HIGH1"), *BUY], flights=TWO)

    assert (found.paid, parts(found)) == (120_00, (0, 0, 40_00))


def test_a_coupon_left_out_is_charged_to_execution(tmp_path):
    found = played(tmp_path, [SEARCH, ("add_to_cart", "AA1"), *BUY], coupons=[TENTH])

    assert (found.optimal, found.paid) == (90_00, 100_00)
    assert parts(found) == (0, 0, 10_00)


def test_a_coupon_applied_is_charged_nowhere(tmp_path):
    actions = [SEARCH, ("add_to_cart", "AA1"), ("apply_coupon", "TENTH"), *BUY]

    found = played(tmp_path, actions, coupons=[TENTH])

    assert (found.paid, parts(found)) == (90_00, (0, 0, 0))


def test_the_surcharge_of_a_dearer_card_is_charged_to_execution(tmp_path):
    actions = [
        SEARCH,
        ("add_to_cart", "AA1"),
        ("proceed_to_payment", None),
        ("enter_card", "tok_amex"),
        ("confirm_payment", None),
    ]

    found = played(
        tmp_path,
        actions,
        task={"wallets": [["tok_ok", "tok_amex"]]},
        cards=[AMEX],
        fees=[SURCHARGE],
    )

    assert (found.paid, parts(found)) == (102_00, (0, 0, 2_00))


def test_interest_that_was_not_needed_is_charged_to_execution(tmp_path):
    actions = [SEARCH, ("add_to_cart", "AA1"), BUY[0], ("choose_instalments", 3)]

    found = played(
        tmp_path,
        [*actions, *BUY[1:]],
        instalments={"counts": [3], "apr_ppm": 120_000, "every_days": 30},
    )

    assert found.paid > 100_00
    assert parts(found) == (0, 0, found.paid - 100_00)


def test_what_a_cancelled_order_cost_is_charged_to_execution(tmp_path):
    fares = [fare("Y", 100_00, refundable=True, cancel_fee_minor=15_00)]
    once = [SEARCH, ("add_to_cart", "AA1"), *BUY]

    found = played(
        tmp_path,
        [*once, ("cancel_order", "order-0-1"), *once],
        task={"ends_on": "deadline"},
        flights=[flight(fares=fares)],
    )

    assert (found.paid, parts(found)) == (115_00, (0, 0, 15_00))


def test_all_three_at_once_are_kept_apart_and_sum_to_the_regret(tmp_path):
    actions = [
        *[HOUR] * 5,
        ("wait", 1),
        SEARCH,
        ("filter_results", {"airline": "High"}),
        ("add_to_cart", "HIGH1"),
        ("proceed_to_payment", None),
        ("enter_card", "tok_amex"),
        ("confirm_payment", None),
    ]

    found = played(
        tmp_path,
        actions,
        flights=TWO,
        pricing=DEARER_DAILY,
        task={"wallets": [["tok_ok", "tok_amex"]]},
        cards=[AMEX],
        fees=[SURCHARGE],
    )

    # LOW1 is 118 at first and 127 then, HIGH1 is 190 then, and 193.80 with the fee.
    assert (found.optimal, found.paid) == (118_00, 193_80)
    assert parts(found) == (9_00, 63_00, 3_80)
    assert sum(parts(found)) == found.total


def test_a_part_may_be_negative_where_the_agent_changed_the_world(tmp_path):
    """It holds the only seat while a rival asks for it, and buys it when it is cheaper.

    With the agent passive the rival gets that seat, at the higher price.
    """
    flights = [flight("AA1", seats=1)]
    rival = [("wait", 1), SEARCH, ("add_to_cart", "AA1"), *BUY]
    keen = [SEARCH, ("add_to_cart", "AA1"), BUY[0], *[HOUR] * 5, ("restart", None)]

    found = played(
        tmp_path,
        [*keen, SEARCH, ("add_to_cart", "AA1"), *BUY],
        [("search_flights", None), *rival],
        flights=flights,
        pricing=CHEAPER_DAILY,
        holds={"ttl_s": 3600},
    )

    assert (found.optimal, found.paid) == (152_00, 142_00)
    assert parts(found) == (-10_00, 0, 0)


# -- failures --------------------------------------------------------------------------


def test_giving_up_loses_the_surplus_and_has_no_regret(tmp_path):
    found = played(tmp_path, [SEARCH], flights=TWO)

    assert found == Regret(
        outcome="aborted", paid=None, optimal=80_00, lost_surplus=420_00
    )


def test_a_ticket_that_misses_the_task_loses_the_surplus_too(tmp_path):
    task = {"airlines": ["High"], "budgets_minor": [150_00]}

    found = played(
        tmp_path, [SEARCH, ("add_to_cart", "LOW1"), *BUY], task=task, flights=TWO
    )

    assert found == Regret(
        outcome="violation", paid=80_00, optimal=120_00, lost_surplus=30_00
    )


def test_nothing_is_lost_where_nothing_was_to_be_had(tmp_path):
    found = played(tmp_path, [SEARCH], task={"budgets_minor": [50_00]}, flights=TWO)

    assert found == Regret(outcome="infeasible_aborted", paid=None, optimal=None)


def test_a_member_of_a_team_has_no_surplus_of_its_own(tmp_path):
    found = played(tmp_path, [SEARCH], [SEARCH], task={"team": True}, flights=TWO)

    assert found == Regret(outcome="aborted", paid=None, optimal=80_00)


# -- from a journal, and in memory ----------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["flights/rush", "flights/refunds", "flights/instalments", "flights/family"]
)
def test_journals_of_real_contests_split_what_the_run_measured(tmp_path, name):
    path = tmp_path / "j.jsonl"
    agents = ["patient", "first-offer", "rebooker", "cheapest"]
    result = ttg.run(name, agents, seed=11, journal=path)

    found = regret_of(path)

    for seat, agent in result.episodes[0].agents.items():
        regret = found[seat]
        assert (regret.paid, regret.optimal) == (agent.paid, agent.optimal)
        assert regret.total == agent.regret
        if agent.regret is not None:
            assert sum(parts(regret)) == agent.regret
            assert regret.search >= 0
            assert regret.lost_surplus is None
        else:
            assert parts(regret) == (None, None, None)


def test_a_run_in_memory_is_split_alike(tmp_path):
    actions = [SEARCH, ("filter_results", {"airline": "High"})]
    actions += [("add_to_cart", "HIGH1"), *BUY]
    recorded = played(tmp_path, actions, flights=TWO)
    config, seats = scenario(flights=TWO), ["buyer_0"]
    world, decisions = World.of(config.market), Decisions()
    turns, act = Turns(config, world, 1, seats), script(*actions)

    while turns.ready:
        decisions.act(turns, turns.seats[0], decode_action(act({}), 2))
        turns.advance()
    best = clairvoyant(config, world, 1, seats, focal=0, tapes={})

    assert regret_in(turns, turns.seats[0], decisions, best.price_minor) == recorded


def test_one_agent_can_be_asked_for(tmp_path):
    ttg.run("flights/sfo-mad", ["cheapest", "random"], seed=3, journal=tmp_path / "j")

    assert list(regret_of(tmp_path / "j", "buyer_1")) == ["buyer_1"]
    with pytest.raises(
        Misuse, match=r"no seat of .* is called 'seller'; seats: buyer_0"
    ):
        regret_of(tmp_path / "j", "seller")


def test_a_journal_that_is_cut_short_or_missing_is_refused(tmp_path):
    path = tmp_path / "j.jsonl"
    ttg.run("flights/sfo-mad", "cheapest", journal=path, regret=False)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))

    with pytest.raises(Misuse, match="incomplete: the journal has no end record"):
        regret_of(path)
    with pytest.raises(Misuse):
        regret_of(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda act: act["d"]["args"].update(card_token="tok_no"),
            "comes out otherwise",
        ),
        (lambda act: act["d"].update(verb="fly"), "cannot be re-executed"),
        (lambda act: act.update(a="nobody"), "cannot be re-executed"),
    ],
    ids=["another action", "no verb", "nobody"],
)
def test_a_forged_journal_is_refused(tmp_path, monkeypatch, change, message):
    path = tmp_path / "j.jsonl"
    ttg.run("flights/sfo-mad", "cheapest", journal=path, regret=False)
    journal = read_journal(path)
    lines = list(journal.lines)
    place = next(k for k, line in enumerate(lines) if b'"enter_card"' in line)
    record = json.loads(lines[place])
    change(record)
    lines[place] = json.dumps(record, separators=(",", ":")).encode() + b"\n"
    forged = type(journal)(path=path, structure=journal.structure, lines=lines)
    monkeypatch.setattr(
        "test_time_gym.evaluation.regret.read_journal", lambda _path: forged
    )

    with pytest.raises(Misuse, match=message):
        regret_of(path)
