"""Runs, states and figures of markets whose buyers wait for a lower price."""

import copy
import json

import pytest
from waiters import FALLING, LAST_SEEN, config, played, told, world
from worlds import WatchedTurns

import test_time_gym as ttg
from test_time_gym import market_v0, run
from test_time_gym.audit import audit
from test_time_gym.evaluation.market.demand_record import comers
from test_time_gym.evaluation.market.hindsight import play_hindsight
from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.errors import Misuse
from test_time_gym.market.state import state_of
from test_time_gym.replay import exogenous, moved, verify
from test_time_gym.scenarios.loader import load_scenario, scenario_of

WAIT = {"verb": 11, "payload": {"minutes": 20}}


def patient(name, **changes):
    """Return a packaged scenario whose buyers are patient, and come before it opens."""
    data = load_scenario(name).model_dump(mode="json", by_alias=True)
    data["market"]["warm_up"] = "simulate"
    for one in data["market"]["demand"]:
        one |= {"patience": LAST_SEEN | changes}
    return scenario_of(data, "patience")


@pytest.mark.parametrize(
    "idle",
    [None, LAST_SEEN | {"share_ppm": 0}, LAST_SEEN | {"times": 0}],
    ids=["absent", "nobody", "never"],
)
def test_without_patience_a_journal_is_byte_for_byte_as_before(idle, tmp_path):
    written = []
    for patience in ("no key", idle):
        data = load_scenario("flights/emsr").model_dump(mode="json", by_alias=True)
        data["market"]["warm_up"] = "simulate"
        for one in data["market"]["demand"]:
            assert "patience" not in one
            if patience != "no key":
                one["patience"] = patience
        path = tmp_path / f"{len(written)}.jsonl"
        run(scenario_of(data, "x"), "cheapest", seed=3, journal=path, regret=False)
        written.append(path.read_bytes())

    assert written[0] == written[1]
    assert b"seat_sold" in written[0]


def test_the_state_tells_two_buyers_apart_who_hope_for_other_prices():
    market, _ = played(world(), 3, until_ms=-2 * DAY_MS)
    one = market.waiting.buyers[0]
    names = {buyer.id for buyer in market.waiting.buyers}

    state = state_of(market)

    assert [one.id, one.looks, one.hope_minor, one.returns_ms] in state.waiting
    assert names == {timer[3] for timer in state.timers if timer[2] == "return"}
    assert len(names) == len(state.waiting) > 5
    market.waiting._waiting[one.id] = one._replace(hope_minor=one.hope_minor - 1)
    assert state_of(market) != state


def test_laws_hold_where_buyers_wait_in_parties_cancel_and_do_not_show_up():
    habits = {"cancel_ppm_per_day": 300_000, "no_show_ppm": 200_000}
    habits |= {"party_sizes": [600_000, 400_000], "buyers": 60}
    turns = WatchedTurns(config(seats=25, pricing=FALLING, **habits), seed=3)
    turns.market.clock.advance(turns.market.catalog.last_closing_ms)
    turns.look()

    assert sum(turns.market.background_sold) > 20


def test_a_market_is_looked_at_as_before():
    market = world(pricing=FALLING, seats=60)
    found = play_market(market, 3, demand=True)
    _, facts = played(market, 3)

    assert found.arrivals == len(list(comers(market, 3)))
    assert found.total.buyers == len(told(facts, "seat_sold"))
    assert found.total.spilled > 0
    willing = {one.key[2]: one.willing_minor for one in comers(market, 3)}
    surplus = sum(
        willing[fact.arrival] - fact.price for _, fact in told(facts, "seat_sold")
    )
    assert found.total.surplus_minor == surplus > 0
    above, below = found.shown_demand["leisure"]
    assert 0 < above < below


def test_elasticities_are_measured():
    data = load_scenario("flights/emsr").model_dump(mode="json", by_alias=True)
    data["market"]["warm_up"] = "simulate"
    for one in data["market"]["demand"]:
        one["patience"] = LAST_SEEN
        one["buyers_per_departure"] //= 8

    found = ttg.market(scenario_of(data, "patience"), seeds=2)

    assert found.total.own_elasticity.estimate < 0
    assert found.notes == ()


def test_who_knows_beforehand_who_comes_earns_no_less():
    market = world(pricing=None, seats=20, choice="cheapest_fence", buyers=90)

    played_, best = play_market(market, 3).total, play_hindsight(market, 3).total

    assert best.revenue_minor > played_.revenue_minor > 0


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda env: env.fork()], ids=["copy", "fork"]
)
def test_a_copied_environment_goes_on_with_those_who_wait(duplicate):
    scenario = patient("flights/price-war", mean_hours=4)
    env = market_v0.env(scenario, n_agents=1, observation="json")
    env.reset(seed=3)
    env.step(WAIT)
    waiting = env.turns.market.waiting.buyers

    other = duplicate(env)

    assert len(waiting) > 3
    assert [one.id for one in other.turns.market.waiting.buyers] == [
        one.id for one in waiting
    ]
    for one in (env, other):
        for _ in range(5):
            one.step(WAIT)
    assert other.turns.full_digest() == env.turns.full_digest()
    assert env.turns.market.waiting.buyers != waiting


def test_another_warm_up_is_held_to_the_same():
    with pytest.raises(Misuse, match="with patience, and warm_up"):
        ttg.market(patient("flights/price-war"), seeds=1, warm_up="draw")


@pytest.fixture(scope="module")
def journals(tmp_path_factory):
    """Return the journals of two runs with patient buyers, by other agents."""
    scenario, paths = patient("flights/price-war", mean_hours=2), []
    for agent in ("patient", "cheapest"):
        path = tmp_path_factory.mktemp("patience") / f"{agent}.jsonl"
        run(scenario, [agent, agent], seed=3, journal=path, regret=False)
        paths.append(path)
    return paths


def test_a_run_with_patient_buyers_is_audited_and_comes_out_again(journals):
    records = [json.loads(line) for line in journals[0].read_text().splitlines()]
    looks = {one["d"].get("look") for one in records if one["k"] == "seat_sold"}

    assert looks >= {None, 2}
    assert sum(one["k"] == "postponed" for one in records) > 50
    assert audit(journals[0]).findings == ()
    assert verify(journals[0], reexecute=True).exit_code == 0


def test_when_buyers_come_back_is_luck_that_no_agent_moves(journals):
    one, other = map(exogenous, journals)

    assert moved(one, other) == []
    assert len([key for key in one.keys() & other.keys() if key[0] == "look"]) > 20
