"""Control: who decides when, what may be seen, and what is kept within the promise."""

import json

import pytest
from fakes import Lines
from players import numbers_for, play
from scripted_pricing import FLIGHTS, RIVAL, M, Q, Scripted, Y, opened
from wild_policy import Wild, wild_world, with_pricing
from worlds import (
    WatchedTurns,
    busy_world,
    do,
    episode,
    fare,
    flight,
    leg,
    to_payment,
)

from test_time_gym.market.errors import MarketBug
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.pricing.policy import Change, Decision
from test_time_gym.market.world import World
from test_time_gym.replay.full_state import full_state

MINUTE_MS = 60_000


def recorded(policy):
    """Return a run with its records; no header can tell of the policy."""
    plain, sink = episode(flights=FLIGHTS), Lines()
    world = World.of(with_pricing(plain, Own=policy).market)
    return Turns(plain, world, 1, ["buyer_0"], sink=sink), sink


def views(turns):
    return turns.market.control._runs["Own"].policy.views


def limits(*rows):
    return Decision(limits=[Change(*row, "test") for row in rows])


def test_prices_are_kept_within_the_promised_bounds():
    turns = opened(
        Decision(prices=[Change(Y, 1, "low"), Change(M, 10**9, "high")]),
    )

    assert turns.market.prices[:3] == [100_00, 210_00, 90_00]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([(M, 5), (Q, 3)], [None, 5, 3]),
        # A cheap class never sells more than a dear one, than declared, or than fits.
        ([(M, 5), (Q, 6)], [None, 5, 5]),
        ([(Q, 99)], [None, None, 6]),
        ([(Y, 4), (M, 8), (Q, 8)], [4, 4, 4]),
        ([(Y, 0)], [0, None, 6]),
        ([(M, 99)], [None, None, 6]),
    ],
)
def test_limits_are_nested_within_what_is_declared(asked, expected):
    turns = opened(limits(*asked))

    assert turns.market.inventory.limits[:3] == expected


def test_a_limit_never_falls_below_what_is_sold_and_held():
    turns = opened(Decision(wake_at_ms=MINUTE_MS), limits((M, 0), (Q, 0)))
    to_payment(turns, flight_id="A-Q")

    turns.market.clock.advance(MINUTE_MS)

    assert turns.market.inventory.limits[:3] == [None, 1, 1]
    assert [turns.market.on_sale(j) for j in (Y, M, Q)] == [9, 0, 0]


def test_a_cheaper_limit_follows_a_dearer_one_that_falls():
    turns = opened(limits((M, 7), (Q, 5)), limits((M, 2)))

    turns.market.clock.advance(MINUTE_MS)

    assert turns.market.inventory.limits[:3] == [None, 2, 2]


def test_a_policy_sees_the_stock_of_its_own_pools_alone():
    turns = opened(counts_holds=True)
    assert views(turns)[0].stock == ((0, 10, 10, 10),)

    to_payment(turns, flight_id="A-Y")
    turns.market.clock.advance(MINUTE_MS)

    assert views(turns)[-1].stock == ((0, 9, 10, 10),)


def test_a_class_below_its_bid_price_is_closed_until_the_bid_falls():
    bids = [Decision(bids=[Change(0, bid, "shadow")]) for bid in (100_00, 150_00, 0)]
    turns = opened(*bids)
    seen = []

    for minute in range(3):
        turns.market.clock.advance(minute * MINUTE_MS)
        seen.append([turns.market.on_sale(j) for j in (Y, M, Q)])

    assert seen == [[10, 10, 0], [10, 0, 0], [10, 10, 6]]


def test_nothing_that_is_unchanged_is_written_and_reasons_come_with_the_rest():
    decision = Decision(
        prices=[Change(Q, 80_00, "cheap"), Change(Y, 200_00, "same")],
        limits=[Change(M, 4, "keep")],
        bids=[Change(0, 10_00, "shadow")],
    )
    promised = {"floor_ppm": 500_000, "reprice_every_s": 60}
    policy = Scripted(decisions=(decision, decision), **promised)
    turns, sink = recorded(policy)

    turns.market.clock.advance(2 * MINUTE_MS)

    records = [json.loads(line) for line in sink.bytes().splitlines()]
    assert [r["d"] for r in records if r["k"] == "repriced"] == [
        {
            "bids": [[0, 10_00]],
            "limits": [[M, 4]],
            "prices": [[Q, 80_00]],
            "reasons": ["shadow", "keep", "cheap"],
            "seller": "Own",
        }
    ]


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (
            Decision(prices=[Change(RIVAL, 1, "x")]),
            "Own sets the price of 3, which it does not offer",
        ),
        (limits((Q, 1), (Q, 2)), "Own sets the booking limit of 2, twice"),
        (
            Decision(prices=[Change(Y, 99.5, "x")]),
            "Own sets the price of 0 to 99.5: no whole number",
        ),
        (limits((Q, -1)), "Own sets the booking limit of 2 to -1: no whole number"),
        (
            Decision(bids=[Change(1, 5, "x")]),
            "Own sets the bid price of 1, which it does not offer",
        ),
        (
            Decision(prices=[Change(Y, 150_00, "because I can")]),
            "gives as reason 'because I can': a reason is up to 32 letters",
        ),
    ],
)
def test_an_improper_decision_is_a_bug_of_its_policy(decision, said):
    with pytest.raises(MarketBug) as caught:
        opened(decision)

    assert said in str(caught.value)


def test_a_policy_wakes_when_it_asks_for_that_but_not_too_soon():
    wakes = [Decision(wake_at_ms=at) for at in (1, 5 * MINUTE_MS, 0)]
    turns = opened(*wakes)

    turns.market.clock.advance(8 * MINUTE_MS)

    minutes = [view.now_ms / MINUTE_MS for view in views(turns)]
    assert minutes == [0, 1, 5, 6, 7, 8]


def test_a_policy_sleeps_after_its_last_departure():
    soon = {**leg("A"), "depart": "2026-06-01T09:03", "arrive": "2026-06-01T17:00"}
    turns = opened(flights=[flight("A", soon, airline="Own"), FLIGHTS[1]])

    turns.market.clock.advance(10 * MINUTE_MS)

    assert [view.now_ms // MINUTE_MS for view in views(turns)] == [0, 1, 2]


def test_a_view_tells_own_stock_and_of_rivals_only_what_they_show():
    turns = opened(counts_holds=True)
    market = turns.market
    before = market.control.view("Own")

    market.inventory.sell(RIVAL, 8)
    assert market.control.view("Own") == before

    market.inventory.sell(RIVAL, 1)
    assert market.control.view("Own").rivals == ()
    assert [rival.price_minor for rival in before.rivals] == [95_00]
    market.inventory.give_back(RIVAL, 9)

    to_payment(turns, flight_id="A-Q")
    own = market.control.view("Own").offers[Q]
    assert (own.sold, own.held, own.left, own.limit) == (0, 1, 9, 6)


def test_held_units_look_free_to_a_policy_that_does_not_count_them():
    turns = opened()
    to_payment(turns, flight_id="A-Q")

    own = turns.market.control.view("Own").offers[Q]

    assert (own.sold, own.held, own.left) == (0, 0, 10)


def test_policies_of_one_instant_decide_on_what_stood_before_it():
    both = {"kind": "match_rival", "undercut_minor": 5_00, "reprice_every_s": 60}
    flights = [
        flight(name, leg(name), fares=[fare("Y", 100_00)], airline=name)
        for name in ("One", "Two")
    ]
    for order in (flights, flights[::-1]):
        turns = WatchedTurns(
            episode(flights=order, pricing_of={"One": both, "Two": both})
        )
        assert turns.market.prices == [95_00, 95_00]


def test_somebody_else_s_decision_goes_through_the_same_gate():
    turns, sink = recorded(Scripted())
    do(turns, "search_flights")

    decision = Decision(limits=[Change(Q, 2, "mine")], prices=[Change(Y, 1, "mine")])
    turns.market.control.apply("Own", decision, actor="seller_0", cause=1)

    assert turns.market.prices[Y] == 200_00
    record = json.loads(sink.bytes().splitlines()[-1])
    assert (record["a"], record["c"], record["k"]) == ("seller_0", 1, "repriced")
    assert record["d"]["limits"] == [[Q, 2]]


def test_runs_of_one_world_share_nothing_of_what_policies_do():
    config = with_pricing(
        episode(flights=FLIGHTS), Own=Wild(floor_ppm=500_000, reprice_every_s=60)
    )
    world, states = World.of(config.market), []
    for _ in range(2):
        turns = Turns(config, world, 1, ["buyer_0"])
        turns.market.clock.advance(60 * MINUTE_MS)
        states.append(full_state(turns))

    assert states[0] == states[1]
    assert states[0]["pricing"]["Own"]["state"][0] > 1
    assert "limit" in states[0]["flights"]["A-Q"]
    assert world.catalog.limits == [None, None, 6, None]


def test_what_a_policy_remembers_is_part_of_the_digest():
    config = with_pricing(episode(flights=FLIGHTS), Own=Scripted())
    turns = Turns(config, World.of(config.market), 1, ["buyer_0"])
    before = turns.full_digest()

    turns.market.control._runs["Own"].policy.left.append("more")

    assert turns.full_digest() != before


def test_no_state_of_pricing_stands_where_no_policy_decides():
    turns = Turns(busy_world(), World.of(busy_world().market), 1, ["buyer_0"])

    assert turns.market.control.state() == []
    assert "pricing" not in full_state(turns)


@pytest.mark.parametrize("seed", range(3))
def test_all_laws_hold_whatever_a_seller_decides(seed):
    turns = WatchedTurns(wild_world(seed), seed, agents=3)

    play(turns, numbers_for(3, seed))

    moved = zip(turns.market.inventory.limits, turns.world.catalog.limits, strict=True)
    assert any(limit != declared for limit, declared in moved)
