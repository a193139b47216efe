"""Lean masks leave out what the site does not need; it stays legal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import worlds
from worlds import busy_world, do, episode, flight, leg, open_market, to_payment

from test_time_gym import market_v0
from test_time_gym.envs import FlightBookingEnv
from test_time_gym.envs.vector_codec import VectorCodec
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.vector_actions import ACTIONS, WAITS
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.world import World

WORLDS = st.one_of(worlds(), worlds(ends_on="deadline"), worlds(team=True))
NUMBERS = st.lists(st.integers(0, 2**16), min_size=20, max_size=120)
TWO = [flight("ONE"), flight("TWO", leg("AA2"))]
NO_SLOTS = (Verb.PROCEED_TO_PAYMENT, Verb.RESTART, Verb.FILTER_RESULTS)


def legal(turns, *verbs, lean=True):
    """Return the actions of some verbs that a mask allows: verb and slot."""
    mask = VectorCodec(turns, lean=lean).mask(turns.seats[0])
    allowed = [ACTIONS[k] for k in np.flatnonzero(mask)]
    return [action for action in allowed if not verbs or action[0] in verbs]


def slots(turns, verb, **how):
    return [slot for _, slot in legal(turns, verb, **how)]


@pytest.mark.property
@given(WORLDS, st.integers(1, 3), st.integers(0, 9), NUMBERS)
def test_a_lean_mask_is_part_of_the_full_one_and_never_empty(
    config, agents, seed, numbers
):
    names = [f"buyer_{k}" for k in range(agents)]
    turns = Turns(config, World.of(config.market), seed, names)
    full, lean = VectorCodec(turns), VectorCodec(turns, lean=True)
    wait = ACTIONS.index((Verb.WAIT, 0))
    for n in numbers:
        if turns.over:
            break
        seat = turns.ready[0]
        choices = np.flatnonzero(full.mask(seat))
        turns.act(seat, full.decode(seat, int(choices[n % len(choices)])))
        turns.advance()
        for one in turns.seats:
            allowed, known = lean.mask(one), VectorCodec(turns, lean=True).mask(one)
            assert (allowed <= full.mask(one)).all()
            assert allowed.tolist() == known.tolist()
            assert allowed[wait] == 1


def test_what_a_lean_mask_leaves_out_is_accepted_all_the_same():
    refused = 0
    turns = Turns(busy_world(), World.of(busy_world().market), 1, ["buyer_0"])
    full, lean = VectorCodec(turns), VectorCodec(turns, lean=True)
    while not turns.over and turns.seats[0].turn < 150:
        seat = turns.ready[0]
        left_out = np.flatnonzero(full.mask(seat) > lean.mask(seat)).tolist()
        waits = [k for k in left_out if ACTIONS[k][0] is Verb.WAIT]
        rest = [k for k in left_out if k not in waits]
        number = rest[seat.turn % len(rest)] if rest else 0
        refused += not turns.act(seat, full.decode(seat, number))
        turns.advance()

    assert turns.seats[0].turn > 50
    assert refused == 0


def test_selecting_is_left_out_unless_the_site_asks_for_it():
    asks = open_market(flights=TWO, storefront={"select_first": True})
    usual = open_market(flights=TWO)
    for turns in (asks, usual):
        do(turns, "search_flights")

    assert slots(usual, Verb.SELECT) == []
    assert slots(usual, Verb.SELECT, lean=False) == [0, 1]
    assert slots(usual, Verb.ADD_TO_CART) == [0, 1]
    assert slots(asks, Verb.SELECT) == [0, 1]

    do(asks, "select_flight", "TWO")

    assert (slots(asks, Verb.SELECT), slots(asks, Verb.ADD_TO_CART)) == ([0], [1])


def test_a_second_offer_is_added_once_the_first_is_removed():
    turns = open_market(flights=TWO)
    do(turns, "search_flights")
    do(turns, "add_to_cart", "ONE")

    assert slots(turns, Verb.ADD_TO_CART) == []
    assert slots(turns, Verb.ADD_TO_CART, lean=False) == [1]

    do(turns, "remove_from_cart", "ONE")

    assert slots(turns, Verb.ADD_TO_CART) == [0, 1]


def test_what_would_change_nothing_is_left_out():
    task, plans = {"max_stops": [1]}, {"counts": [2, 3]}
    cards = ("tok_ok", "tok_3ds")
    turns = open_market(*cards, task=task, flights=TWO, instalments=plans)
    do(turns, "search_flights")
    assert legal(turns, *NO_SLOTS) == [(Verb.FILTER_RESULTS, 0)]

    seat, codec = turns.seats[0], VectorCodec(turns)
    turns.act(seat, codec.decode(seat, ACTIONS.index((Verb.FILTER_RESULTS, 0))))
    turns.advance()
    assert legal(turns, *NO_SLOTS) == []

    do(turns, "add_to_cart", "ONE")
    assert legal(turns, *NO_SLOTS) == [(Verb.PROCEED_TO_PAYMENT, 0)]

    do(turns, "proceed_to_payment")
    assert slots(turns, Verb.PROCEED_TO_PAYMENT) == []
    assert slots(turns, Verb.PROCEED_TO_PAYMENT, lean=False) == [0]
    assert slots(turns, Verb.ENTER_CARD) == [0, 1]
    assert slots(turns, Verb.CHOOSE_INSTALMENTS) == [0, 1]

    do(turns, "enter_card", "tok_3ds")
    do(turns, "choose_instalments", 3)
    assert slots(turns, Verb.ENTER_CARD) == [0]
    assert slots(turns, Verb.CHOOSE_INSTALMENTS) == [0]


def test_a_checkout_is_left_by_a_restart_where_nothing_else_leaves_it():
    turns = open_market("tok_3ds", coupons=[{"code": "TEN", "percent_ppm": 100_000}])
    visitor = to_payment(turns, "tok_3ds")
    assert slots(turns, Verb.RESTART) == []

    do(turns, "confirm_payment")

    assert visitor.unsettled
    assert slots(turns, Verb.RESTART) == [0]

    do(turns, "restart")
    do(turns, "search_flights")
    do(turns, "add_to_cart", "AA1")
    do(turns, "apply_coupon", "TEN")

    assert slots(turns, Verb.RESTART) == [0]


def test_a_coupon_is_tried_once_on_a_cart():
    much = {"code": "MUCH", "percent_ppm": 100_000, "minimum_minor": 900_00}
    turns = open_market(coupons=[much], flights=TWO)
    do(turns, "search_flights")
    do(turns, "add_to_cart", "ONE")
    before = slots(turns, Verb.APPLY_COUPON)
    do(turns, "apply_coupon", "MUCH")

    assert (before, slots(turns, Verb.APPLY_COUPON)) == ([0], [])
    assert slots(turns, Verb.APPLY_COUPON, lean=False) == [0]

    do(turns, "remove_from_cart", "ONE")
    do(turns, "add_to_cart", "TWO")

    assert slots(turns, Verb.APPLY_COUPON) == [0]


@pytest.mark.parametrize(
    ("deadline_s", "minutes"),
    [(600, (0, 1)), (601, (0, 1, 10)), (3600, (0, 1, 10)), (90_000, WAITS)],
)
def test_waits_beyond_the_deadline_are_left_out(deadline_s, minutes):
    turns = open_market(task={"deadline_s": deadline_s})

    assert [WAITS[k] for k in slots(turns, Verb.WAIT)] == list(minutes)
    assert len(slots(turns, Verb.WAIT, lean=False)) == len(WAITS)


def test_waits_are_left_out_as_time_goes_by():
    turns = open_market(task={"deadline_s": 3700})
    codec, seat = VectorCodec(turns, lean=True), turns.seats[0]
    found = []
    while not turns.over:
        mask = codec.mask(seat)
        found.append(sum(mask[k] for k, (v, _) in enumerate(ACTIONS) if v is Verb.WAIT))
        do(turns, "wait", 1)

    assert found == sorted(found, reverse=True)
    assert {*found} == {1, 2, 3, 4}


def test_who_is_busy_or_done_may_look_again():
    env = market_v0.parallel_env("flights/rush", n_agents=2, actions="lean")
    pages, _ = env.reset(seed=1)
    abort = ACTIONS.index((Verb.ABORT, 0))

    pages, *_ = env.step({"buyer_0": abort, "buyer_1": 0})

    allowed = np.flatnonzero(pages["buyer_0"]["action_mask"])
    assert [ACTIONS[k] for k in allowed] == [(Verb.WAIT, 0)]


def test_every_vector_environment_has_the_option():
    aec = market_v0.env("flights/sfo-mad", n_agents=1, actions="lean")
    aec.reset(seed=1)
    single = FlightBookingEnv(observation="vector", actions="lean")
    page, info = single.reset(seed=1)
    masks = [aec.last()[0]["action_mask"], page["action_mask"], info["action_mask"]]

    verbs = [{ACTIONS[k][0] for k in np.flatnonzero(mask)} for mask in masks]

    assert verbs == [{Verb.SEARCH, Verb.ABORT, Verb.WAIT}] * 3
    with pytest.raises(Misuse, match="actions is 'lean' or 'full'"):
        market_v0.env(actions="few")


@pytest.mark.parametrize("actions", ["full", "lean"])
def test_a_mask_does_not_depend_on_which_kind_was_asked_for_before(actions):
    world = World.of(episode(flights=TWO).market)
    turns = Turns(episode(flights=TWO), world, 1, ["buyer_0"])
    for lean in (True, False, True):
        VectorCodec(turns, lean=lean).mask(turns.seats[0])

    mask = VectorCodec(turns, lean=actions == "lean").mask(turns.seats[0])

    restart = ACTIONS.index((Verb.RESTART, 0))
    assert mask[restart] == (actions == "full")
