"""Roles: what sellers see, do and earn, and how their episodes end."""

import json

import pytest
from fakes import Lines
from worlds import WatchedTurns, buy, do, episode, fare, flight, leg, segment

from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.seller import SELLER_KEYS

HOUR_MS = 3_600_000
CHEAP = [fare("Y", 95_00)]
BOTH = ("buyer", "seller")


def duopoly(**changes):
    """Return a market of two sellers; the prices of one are an agent's."""
    own = {"kind": "agent", "reprice_every_s": 1800}
    return episode(
        **{
            "flights": [
                flight("A", leg("A", seats=10), airline="Own"),
                flight("B", leg("B", seats=10), fares=CHEAP, airline="Rival"),
            ],
            "pricing_of": {"Own": own},
            "demand": [segment("leisure", 80)],
            "warm_up": "none",
            "task": {"deadline_s": 14_400, "ends_on": "deadline"},
        }
        | changes
    )


def quiet(**changes):
    """Return the same market without background buyers."""
    return duopoly(demand=[], **changes)


def opened(config=None, **options):
    return WatchedTurns(config or duopoly(), roles=BOTH, **options)


def until(turns, name):
    """Let the others wait until an agent is ready, or nobody is."""
    while turns.ready and turns.ready[0].name != name:
        who = turns.ready[0]
        turns.act(who, who.role.decode({"verb": "wait", "payload": 10}))
        turns.advance()
    return turns.by_name.get(name)


def sell(turns, verb, payload=None, name="seller_0"):
    """Let a seller act once it is ready; return what it sees afterwards."""
    seller = until(turns, name)
    legal = turns.act(seller, seller.role.decode({"verb": verb, "payload": payload}))
    turns.advance()
    return legal, seller.role.observe(seller)


# -- who plays -------------------------------------------------------------------------


def test_without_the_role_a_price_goes_with_the_load():
    turns = WatchedTurns(duopoly())
    assert turns.market.prices[0] == 70_00

    turns.market.clock.advance(4 * HOUR_MS)

    sold = turns.market.inventory.sold[0]
    assert sold
    assert turns.market.prices[0] in [70_00 + 8_00 * k for k in range(1, sold + 1)]
    assert turns.market.prices[1] == 95_00


def test_an_agent_plays_each_seller_whose_pricing_is_its_own():
    turns = opened(agents=2)

    assert list(turns.by_name) == ["buyer_0", "buyer_1", "seller_0"]
    assert [one.seller.name for one in turns.sellers] == ["Own"]
    assert turns.market.prices[0] == 100_00


def test_all_sellers_are_played_in_the_order_of_the_catalog():
    config = duopoly(pricing={"kind": "agent"}, pricing_of={})

    assert [one.seller.name for one in opened(config).sellers] == ["Own", "Rival"]


def test_a_scenario_without_such_a_seller_says_what_to_do():
    with pytest.raises(Misuse, match="no seller of this scenario can be"):
        opened(duopoly(pricing_of={}))


@pytest.mark.parametrize("roles", [("seller",), ("buyer", "bank"), "seller", 7, ()])
def test_other_roles_are_refused(roles):
    with pytest.raises(Misuse, match="roles is"):
        WatchedTurns(duopoly(), roles=roles)


# -- what a seller does ----------------------------------------------------------------


def test_it_sets_prices_which_are_what_buyers_see():
    turns = opened(quiet())

    legal, seen = sell(turns, "set_prices", {"A": "88.50"})
    do(turns, "search_flights")

    assert legal
    assert seen["offers"][0]["price"] == "88.50"
    shown = turns.seats[0].visitor.shown
    assert [offer.price_minor for offer in shown] == [88_50, 95_00]


def test_a_price_is_written_down_under_the_agent_that_set_it():
    sink = Lines()
    turns = opened(quiet(), sink=sink)

    sell(turns, "set_prices", {"A": 120})

    records = [json.loads(line) for line in sink.lines]
    act = next(one for one in records if one["k"] == "act" and one["a"] == "seller_0")
    changed = next(one for one in records if one["k"] == "repriced")
    assert act["d"]["args"] == {"A": 120_00}
    assert (changed["a"], changed["c"]) == ("seller_0", act["n"])
    assert changed["d"]["prices"] == [[0, 120_00]]
    assert records[0]["d"]["seats"][1] == {
        "name": "seller_0",
        "policy": "external",
        "role": "seller",
    }


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ({"A": 69.99}, "A costs 70 to 150, not 69.99"),
        ({"A": 150.01}, "A costs 70 to 150, not 150.01"),
        ({"B": 95}, "'B' is nothing that Own sells now"),
    ],
)
def test_prices_outside_its_promise_and_of_others_are_illegal(payload, why):
    turns = opened(quiet())

    legal, seen = sell(turns, "set_prices", payload)

    assert not legal
    assert seen["last_action_error"] == {"code": "illegal", "text": why}
    assert turns.market.prices == [100_00, 95_00]
    assert turns.sellers[0].total_milli == -50


@pytest.mark.parametrize(
    "action",
    [
        7,
        {},
        {"verb": "search_flights"},
        {"verb": 2},
        {"verb": "set_prices"},
        {"verb": "set_prices", "payload": "{"},
        {"verb": "set_prices", "payload": {"A": "dear"}},
        {"verb": "set_prices", "payload": {"A": -1}},
        {"verb": "set_prices", "payload": {"A": "1.234"}},
        {"verb": "set_prices", "payload": {3: 1}},
        {"verb": "wait", "payload": {"hours": 1}},
        {"verb": "wait", "payload": -1},
        {"verb": "wait", "payload": {"minutes": 1}, "then": 1},
    ],
)
def test_what_means_nothing_costs_a_penalty(action):
    turns = opened(quiet())
    seller = until(turns, "seller_0")

    assert not turns.act(seller, seller.role.decode(action))
    assert seller.last_action == "malformed"
    assert seller.total_milli == -50


def test_its_decision_points_are_as_far_apart_as_declared():
    turns, times = opened(quiet()), []
    for pause in (None, 0, {"minutes": 45}, "10"):
        until(turns, "seller_0")
        times.append(turns.clock.now_ms)
        sell(turns, "wait", pause)
    until(turns, "seller_0")

    minutes = [time // 60_000 for time in [*times, turns.clock.now_ms]]
    assert minutes == [0, 30, 60, 105, 135]


# -- what it sees ----------------------------------------------------------------------


def test_it_sees_its_own_sales_and_what_rivals_show():
    turns = opened(quiet())
    seller = until(turns, "seller_0")

    seen = seller.role.observe(seller)

    assert tuple(seen) == SELLER_KEYS
    (offer,) = seen["offers"]
    assert offer == {
        "id": "A",
        "group": ["SFO", "MAD", "2026-06-02"],
        "rate": "Y",
        "price": 100,
        "base": 100,
        "lowest": 70,
        "highest": 150,
        "limit": None,
        "sold": 0,
        "held": 0,
        "left": 10,
        "capacity": 10,
        "closes_in_minutes": offer["closes_in_minutes"],
    }
    rival = {"group": ["SFO", "MAD", "2026-06-02"], "seller": "Rival", "price": 95}
    assert seen["rivals"] == [rival]
    assert (seen["revenue"], seen["legal_verbs"]) == (0, ["set_prices", "wait"])
    assert json.loads(json.dumps(seen)) == seen


def test_what_a_rival_sells_does_not_show():
    calm, busy = opened(quiet()), opened(quiet())
    for turns in (calm, busy):
        sell(turns, "wait")
    buy(busy, flight_id="B")
    assert busy.market.inventory.sold == [0, 1]

    views = []
    for turns in (calm, busy):
        until(turns, "seller_0")
        seller = turns.sellers[0]
        views.append((seller.role.observe(seller), turns.seller.view(seller)))

    assert views[0] == views[1]


def test_what_it_sells_itself_does_show():
    turns = opened(quiet())
    sell(turns, "wait")
    buy(turns, flight_id="A")
    seller = turns.sellers[0]

    seen = seller.role.observe(seller)

    assert seen["revenue"] == 100
    assert (seen["offers"][0]["sold"], seen["offers"][0]["left"]) == (1, 9)


# -- what it earns, and how it ends ----------------------------------------------------


def test_revenue_is_rewarded_in_thousandths_of_what_its_capacity_would_bring():
    turns = opened(duopoly(), seed=3)
    rewards = []
    while turns.ready:
        who = turns.ready[0]
        if who is turns.sellers[0]:
            rewards.append(who.take_terms())
        turns.act(who, who.role.decode({"verb": "wait", "payload": 10}))
        turns.advance()
    (seller,) = turns.sellers
    rewards.append(seller.take_terms())

    revenue = turns.seller.revenue_minor(seller)
    assert seller.full_minor == 10 * 100_00
    assert revenue == 100_00 * turns.market.inventory.sold[0] > 0
    assert all(list(terms) in ([], ["revenue"]) for terms in rewards)
    earned = [terms.get("revenue", 0) for terms in rewards]
    assert earned[0] == 0
    assert sum(earned) == revenue * 1000 // seller.full_minor == seller.total_milli


def test_a_unit_that_is_given_back_is_no_revenue():
    fares = [fare("Y", 100_00, refundable=True, cancel_fee_minor=20_00)]
    own = flight("A", leg("A", seats=10), fares=fares, airline="Own")
    rival = flight("B", leg("B", seats=10), fares=CHEAP, airline="Rival")
    turns = opened(quiet(flights=[own, rival]))
    sell(turns, "wait")
    (order,) = buy(turns, flight_id="A").orders
    (seller,) = turns.sellers
    assert turns.seller.revenue_minor(seller) == 100_00

    do(turns, "cancel_order", order.id)

    assert turns.seller.revenue_minor(seller) == 0


def test_its_episode_is_closed_at_the_deadline_and_no_success_is_judged():
    turns = opened(quiet())

    until(turns, "nobody")

    assert turns.over
    assert turns.sellers[0].outcome == "closed"
    assert turns.seats[0].outcome in {"failed", "truncated"}
    assert turns.sellers[0].turn == 8


def test_it_is_truncated_after_its_turns():
    turns = opened(quiet(), max_turns=3)

    until(turns, "nobody")

    assert (turns.sellers[0].outcome, turns.sellers[0].turn) == ("truncated", 3)


def test_same_seed_and_actions_give_the_same_state():
    digests = []
    for _ in range(2):
        turns = opened(duopoly(), seed=5)
        sell(turns, "set_prices", {"A": 77})
        until(turns, "nobody")
        digests.append(turns.full_digest())

    assert digests[0] == digests[1]
