"""Background buyers who come back, and wait for a lower price."""

import copy
import json
from collections import Counter
from itertools import pairwise
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import WatchedTurns, episode, fare, flight, leg, segment

import test_time_gym as ttg
from test_time_gym import market_v0, run
from test_time_gym.audit import audit
from test_time_gym.audit.draws import patience_gaps
from test_time_gym.evaluation.market.demand_record import comers
from test_time_gym.evaluation.market.hindsight import play_hindsight
from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.errors import Misuse
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.patience import Patience
from test_time_gym.market.state import state_of
from test_time_gym.market.world import World
from test_time_gym.replay import exogenous, moved, verify
from test_time_gym.scenarios.flights.domain import FlightSegment
from test_time_gym.scenarios.loader import load_scenario, scenario_of

LAST_SEEN = {"share_ppm": 600_000, "times": 3, "mean_hours": 20, "belief": "last_seen"}
MYOPIC = LAST_SEEN | {"belief": "myopic"}
DISCOUNT = LAST_SEEN | {"belief": "fixed_discount", "discount_ppm": 150_000}
BELIEFS = [LAST_SEEN, MYOPIC, DISCOUNT]
NAMES = ["last seen", "myopic", "fixed discount"]

WAIT = {"verb": 11, "payload": {"minutes": 20}}

HOURS = {"ideal": [[6, 0], [20, 1_000_000]], "cost_minor_per_hour": 10_00}
FALLING = {
    "kind": "load_days",
    "load_curve": [[0, 1_000_000]],
    "days_curve": [[0, 600_000], [2, 600_000], [3, 800_000], [5, 800_000], [6, 10**6]],
    "reprice_every_s": 86_400,
    "round_to_minor": 1,
}
"""At 6, 5, 3 and 2 whole days before the departure: 1, 0.8, 0.8 and 0.6 times."""


def config(patience=LAST_SEEN, seats=900, fares=None, others=(), pricing=None, **one):
    """Return two flights, and buyers who come evenly over ten days."""
    one = segment(**{"buyers": 300, "days": 10} | one)
    if patience is not None:
        one["patience"] = patience
    fares = fares or [fare("Y", 150_00), fare("Q", 100_00, advance_days=3)]
    late = leg("B", depart="12:00", arrive="20:00", seats=seats)
    return episode(
        flights=[
            flight("A", leg("A", seats=seats), fares=fares),
            flight("B", late, fares=fares),
        ],
        demand=[one, *others],
        warm_up="simulate",
        pricing=pricing or {"kind": "fixed"},
    )


def world(*rest, **options):
    return World.of(config(*rest, **options).market)


def played(market, seed, until_ms=None):
    """Play a market, by default to its end; return it, and what was written."""
    facts, journal = [], JournalWriter(None)
    journal.write = facts.append
    found = Marketplace(market, seed, [], journal)
    found.open()
    found.clock.advance(
        market.catalog.last_closing_ms if until_ms is None else until_ms
    )
    return found, [(body.t, body.d) for body in facts]


def told(facts, kind):
    return [(t, fact) for t, fact in facts if fact.kind == kind]


def bought(facts):
    """Return who bought what for how much, whenever that was."""
    return sorted(
        (fact.segment, fact.arrival, fact.product, fact.price, fact.seats)
        for _, fact in told(facts, "seat_sold")
    )


@pytest.mark.parametrize("patience", BELIEFS, ids=NAMES)
@pytest.mark.parametrize(
    "habits",
    [
        {},
        {"choice": "cheapest_fence"},
        {"party_sizes": [500_000, 300_000, 200_000]},
        {"by_hour": HOURS},
    ],
    ids=["logit", "cheapest", "parties", "hours"],
)
def test_at_one_price_and_with_room_for_all_who_waits_buys_what_it_would_at_once(
    patience, habits
):
    _, plain = played(world(None, **habits), 3)
    _, patient = played(world(patience, **habits), 3)

    assert bought(patient) == bought(plain)
    assert len(bought(plain)) > 100
    looks = {fact.look for _, fact in told(patient, "seat_sold")}
    assert looks == ({1} if patience is MYOPIC else {1, 2, 3, 4})


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


def expected(market, seed, belief, prices):
    """Return when each buyer of the cheapest fare buys, how often it had come by then
    and at which price, by a rule that is written down here once more.

    Args:
        market: of one fare for all, with room for everybody.
        seed: of the run.
        belief: as declared.
        prices: gives the price at an instant.
    """
    closes, found = market.catalog.sale_ends_ms[0], {}
    for one in comers(market, seed):
        looks, first, before = [one.at_ms, *one.returns_ms], None, None
        for k, at_ms in enumerate(looks):
            assert at_ms < closes
            price, final = prices(at_ms), at_ms == looks[-1]
            first = price if first is None else first
            low = {
                "myopic": True,
                "last_seen": before is not None and price < before,
                "fixed_discount": k > 0 and price <= first * 85 // 100,
            }[belief]
            if price <= one.willing_minor and (final or low):
                found[one.key[2]] = (at_ms, k + 1, price)
                break
            before = price
    return found


@pytest.mark.parametrize("patience", BELIEFS, ids=NAMES)
def test_when_prices_fall_everybody_buys_when_the_rule_says(patience):
    flights = [flight("A", leg("A", seats=900), fares=[fare("Y", 150_00)])]
    one = segment(buyers=300, days=10, choice="cheapest_fence", patience=patience)
    market = World.of(
        episode(
            flights=flights, demand=[one], warm_up="simulate", pricing=FALLING
        ).market
    )
    closes = market.catalog.sale_ends_ms[0]

    def price(at_ms):
        # Looked at once a day, from ten days before the departure on.
        days = -(-(closes - at_ms) // DAY_MS)
        return 90_00 if days <= 2 else 120_00 if days <= 5 else 150_00

    _, facts = played(market, 5)
    found = {
        fact.arrival: (t, fact.look, fact.price) for t, fact in told(facts, "seat_sold")
    }

    assert found == expected(market, 5, patience["belief"], price)
    assert {at for _, _, at in found.values()} == {90_00, 120_00, 150_00}
    assert len({look for _, look, _ in found.values()}) == 4


def test_who_postpones_comes_back_when_it_says_and_never_once_the_sale_is_over():
    market, facts = played(world(), 4)
    looks, gaps = {}, []
    for t, fact in facts:
        if fact.kind not in ("postponed", "seat_sold"):
            continue
        looks.setdefault(fact.arrival, []).append((t, fact))
    for visits in looks.values():
        for (t, one), (later, other) in pairwise(visits):
            assert (one.kind, one.returns, one.look + 1) == (
                "postponed",
                later,
                other.look,
            )
            assert one.price == other.price
            gaps.append(later - t)
        assert visits[-1][1].kind == "seat_sold"
    ends = market.catalog.sale_ends_ms
    for _, fact in told(facts, "postponed"):
        assert fact.returns < ends[market.catalog.by_id[fact.product].index]

    assert market.waiting.buyers == []
    assert len(gaps) > 200


def test_the_share_and_the_times_are_those_declared():
    patience = Patience(**LAST_SEEN | {"share_ppm": 300_000})
    words = [(2 * k + 1) * 2**49 % 2**64 for k in range(20_000)]
    drawn = [patience.gaps_ms(word * 0x9E3779B97F4A7C15 % 2**64) for word in words]
    waits = [gaps for gaps in drawn if gaps]

    assert {len(gaps) for gaps in waits} == {3}
    assert abs(len(waits) / len(words) - 0.3) <= 4 * sqrt(0.21 / len(words))
    mean = 20 * 3_600_000
    for k in range(3):
        some = [gaps[k] for gaps in waits]
        assert abs(sum(some) / len(some) / mean - 1) <= 4 / sqrt(len(some))
        late = sum(gap > mean for gap in some) / len(some)
        assert abs(late - exp(-1)) <= 4 * sqrt(0.25 / len(some))


@given(st.integers(0, 2**64 - 1), st.integers(0, 10**6), st.integers(1, 10_000))
def test_the_audit_draws_the_same_times_by_code_of_its_own(word, share, hours):
    declared = LAST_SEEN | {"share_ppm": share, "times": 20, "mean_hours": hours}

    own = Patience(**declared).gaps_ms(word)

    assert len(own) == (20 if word * 10**6 >> 64 < share else 0)
    other = patience_gaps(declared, word)
    assert len(own) == len(other)
    assert all(abs(a - b) <= 1 for a, b in zip(own, other, strict=True))


def test_who_waits_for_a_seat_that_is_gone_takes_another_or_leaves():
    """One seat for 100, and any number for 150: the cheap one is taken meanwhile."""
    fares = [fare("Y", 150_00), fare("Q", 100_00, booking_limit=1)]
    rich = {"choice": "cheapest_fence", "willingness_median_minor": 10**7}
    poor = rich | {"willingness_median_minor": 120_00, "willingness_sigma_ppm": 0}
    patience = LAST_SEEN | {"share_ppm": 10**6}
    for habits, products in ((rich, {"A-Q", "A-Y", "B-Q", "B-Y"}), (poor, {"A-Q"})):
        _, facts = played(world(patience, fares=fares, **habits), 3)
        sold = Counter(fact.product for _, fact in told(facts, "seat_sold"))
        wanted = {fact.arrival: fact.product for _, fact in told(facts, "postponed")}
        got = {fact.arrival for _, fact in told(facts, "seat_sold")}
        assert set(sold) >= products if habits is rich else set(sold) == {"A-Q", "B-Q"}
        assert (sold["A-Q"], sold["B-Q"]) == (1, 1)
        assert bool(wanted.keys() - got) == (habits is poor)


def test_others_are_not_moved():
    others = [segment("business", buyers=60, days=10)]
    runs = [
        play_and_look(world(patience, others=others)) for patience in (None, LAST_SEEN)
    ]

    assert runs[0] == runs[1]
    assert runs[0]


def play_and_look(market):
    _, facts = played(market, 6)
    return [
        (t, fact) for t, fact in facts if getattr(fact, "segment", "") == "business"
    ]


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


def patient(name, **changes):
    """Return a packaged scenario whose buyers are patient, and come before it opens."""
    data = load_scenario(name).model_dump(mode="json", by_alias=True)
    data["market"]["warm_up"] = "simulate"
    for one in data["market"]["demand"]:
        one |= {"patience": LAST_SEEN | changes}
    return scenario_of(data, "patience")


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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"share_ppm": 1_000_001}, "less than or equal to 1000000"),
        ({"times": -1}, "greater than or equal to 0"),
        ({"times": 21}, "less than or equal to 20"),
        ({"mean_hours": 0}, "greater than or equal to 1"),
        ({"belief": "hope"}, "'myopic', 'fixed_discount' or 'last_seen'"),
        ({"belief": "fixed_discount"}, "needs discount_ppm, the fall in price"),
        ({"discount_ppm": 50_000}, "last_seen has no discount_ppm"),
        (
            {"belief": "fixed_discount", "discount_ppm": 0},
            "greater than or equal to 1",
        ),
        ({"hours": 4}, "Extra inputs are not permitted"),
    ],
)
def test_what_is_no_patience_is_refused_with_the_reason(change, said):
    with pytest.raises(ValueError, match=said):
        FlightSegment.model_validate(segment(patience=LAST_SEEN | change))


def test_a_drawn_opening_does_not_know_who_comes_back():
    episode(warm_up="draw", demand=[segment(days=1, patience=LAST_SEEN)])
    idle = LAST_SEEN | {"times": 0}
    episode(warm_up="draw", demand=[segment(days=2, patience=idle)])

    with pytest.raises(ValueError, match='with patience, and warm_up = "draw" knows'):
        episode(warm_up="draw", demand=[segment(days=2, patience=LAST_SEEN)])


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
