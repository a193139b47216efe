"""The vector door: its numbers, its masks, its observations."""

import numpy as np
import pytest
from flight_verbs import TABLE
from hypothesis import given
from hypothesis import strategies as st
from strategies import worlds
from worlds import busy_world, episode

from test_time_gym import market_v0
from test_time_gym.envs.vector_codec import (
    VectorCodec,
    action_space,
    box_space,
    dict_space,
)
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.actions import Action, Malformed
from test_time_gym.market.interface.observation import STATUSES
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.vector_actions import ACTIONS, OFFER_ACTIONS, WAITS
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.world import World

WAIT = ACTIONS.index((Verb.WAIT, 0))
SEARCH = ACTIONS.index((Verb.SEARCH, 0))

FORWARD = (
    Verb.ANSWER_CHALLENGE,
    Verb.CONFIRM_PAYMENT,
    Verb.ENTER_CARD,
    Verb.PROCEED_TO_PAYMENT,
    Verb.ADD_TO_CART,
    Verb.SEARCH,
)
"""What leads to a ticket, the last step first."""


def opened(config, seed=1, agents=1, world=None, **options):
    """Return a run and its codec; runs of one world share what is remembered."""
    names = [f"buyer_{k}" for k in range(agents)]
    world = World.of(config.market) if world is None else world
    turns = Turns(config, world, seed, names, **options)
    return turns, VectorCodec(turns)


def world_trade(turns):
    return turns.world.trade


def choice(mask, n):
    """Return the number of an action: any at all, a legal one, or one forward."""
    if n % 4 == 0:
        return n // 4 % len(ACTIONS)
    legal = np.flatnonzero(mask).tolist()
    if n % 4 == 1:
        return legal[n // 4 % len(legal)]
    for verb in FORWARD:
        ways = [number for number in legal if ACTIONS[number][0] is verb]
        if ways:
            return ways[n // 4 % len(ways)]
    return WAIT


def play(turns, codec, numbers):
    """Play an episode; yield every decision's seat, mask, and what came of it."""
    for n in numbers:
        if turns.over:
            return
        seat = turns.ready[0]
        mask = codec.mask(seat)
        number = choice(mask, n)
        if ACTIONS[number][0] is Verb.ABORT and n % 7:
            number = WAIT
        accepted = turns.act(seat, codec.decode(seat, number))
        yield seat, mask, number, accepted
        turns.advance()


NUMBERS = st.lists(st.integers(0, 2**16), min_size=20, max_size=120)
WORLDS = st.one_of(worlds(), worlds(ends_on="deadline"), worlds(team=True))


@pytest.mark.property
@given(WORLDS, st.integers(1, 3), st.integers(0, 9), NUMBERS)
def test_a_mask_says_what_the_rules_say_in_every_state(config, agents, seed, numbers):
    world = World.of(config.market)
    for run in range(2):
        turns, codec = opened(config, seed + run, agents, world)
        for _ in play(turns, codec, numbers):
            masks = [codec.masks.of(seat).tolist() for seat in turns.seats]

            assert masks == [
                codec.masks.by_the_rules(seat).tolist() for seat in turns.seats
            ]


@pytest.mark.property
@given(WORLDS, st.integers(1, 3), st.integers(0, 9), NUMBERS)
def test_what_the_mask_allows_is_accepted_and_nothing_else(
    config, agents, seed, numbers
):
    turns, codec = opened(config, seed, agents)

    told = [
        (mask[number] == 1, accepted)
        for _, mask, number, accepted in play(turns, codec, numbers)
    ]

    assert all(allowed == accepted for allowed, accepted in told)


@pytest.mark.property
@given(WORLDS, st.integers(1, 3), st.integers(0, 9), NUMBERS)
def test_an_observation_does_not_depend_on_what_was_observed_before(
    config, agents, seed, numbers
):
    turns, codec = opened(config, seed, agents)
    space = dict_space(world_trade(turns))
    for n, _ in zip(numbers, play(turns, codec, numbers), strict=False):
        if n % 3:  # not looking, so that several things change at once
            continue
        seen = [codec.observe(seat) for seat in turns.seats]
        fresh = [VectorCodec(turns).observe(seat) for seat in turns.seats]

        np.testing.assert_equal(seen, fresh)
        assert all(space.contains(observation) for observation in seen)


def test_masks_learnt_in_long_busy_episodes_say_what_the_rules_say():
    config = busy_world()
    world = World.of(config.market)
    for seed in range(8):
        turns, codec = opened(config, seed, agents=3, world=world)
        for _ in play(turns, codec, range(seed, 700)):
            masks = [codec.masks.of(seat).tolist() for seat in turns.seats]

            assert masks == [
                codec.masks.by_the_rules(seat).tolist() for seat in turns.seats
            ]


def test_a_cart_that_holds_another_offer_is_observed_anew():
    turns, codec = opened(busy_world())
    seat = turns.seats[0]

    def act(verb, slot=0):
        turns.act(seat, codec.decode(seat, ACTIONS.index((verb, slot))))
        turns.advance()

    act(Verb.SEARCH)
    act(Verb.ADD_TO_CART, 0)
    before = codec.observe(seat)["observation"]
    act(Verb.REMOVE_FROM_CART)
    act(Verb.ADD_TO_CART, 1)

    after = codec.observe(seat)["observation"]
    assert after.tolist() == VectorCodec(turns).observe(seat)["observation"].tolist()
    assert after.tolist() != before.tolist()


@pytest.mark.pure("the limit is a constant, which is compiled in")
def test_many_situations_are_forgotten_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr("test_time_gym.market.rule_cache._KEPT", 5)
    turns, codec = opened(busy_world(), agents=3)
    known = turns.world.rule_cache
    for _ in play(turns, codec, range(3, 300, 2)):
        masks = [codec.masks.of(seat).tolist() for seat in turns.seats]

        assert max(len(known.masks), len(known.parts)) <= 5
        assert masks == [
            codec.masks.by_the_rules(seat).tolist() for seat in turns.seats
        ]


def test_every_number_keeps_its_meaning():
    names = [TABLE.action_name(number) for number in range(len(ACTIONS))]

    assert names == [
        "search_flights",
        "filter_results",
        *(f"select_flight[{k}]" for k in range(12)),
        *(f"add_to_cart[{k}]" for k in range(12)),
        "proceed_to_payment",
        *(f"enter_card[{k}]" for k in range(4)),
        "confirm_payment",
        *(f"apply_coupon[{k}]" for k in range(2)),
        "restart",
        "abort",
        "answer_challenge",
        *(f"wait[{k}]" for k in range(5)),
        *(f"remove_from_cart[{k}]" for k in range(2)),
        *(f"choose_instalments[{k}]" for k in range(2)),
        "cancel_order",
        "send_message",
    ]
    assert WAITS == (0, 1, 10, 60, 1440)
    assert {verb for verb, _ in ACTIONS[OFFER_ACTIONS]} == {
        Verb.SELECT,
        Verb.ADD_TO_CART,
    }


def test_a_number_becomes_the_verb_and_what_its_slot_points_at():
    turns, codec = opened(episode())
    seat = turns.seats[0]
    turns.act(seat, codec.decode(seat, SEARCH))
    turns.advance()

    decoded = [
        codec.decode(seat, ACTIONS.index(action))
        for action in (
            (Verb.ADD_TO_CART, 0),
            (Verb.ADD_TO_CART, 1),
            (Verb.ENTER_CARD, 0),
            (Verb.WAIT, 3),
            (Verb.ANSWER_CHALLENGE, 0),
        )
    ]

    assert decoded == [
        Action(Verb.ADD_TO_CART, {"flight_id": "AA1"}),
        Malformed("add_to_cart[1] points at nothing"),
        Action(Verb.ENTER_CARD, {"card_token": "tok_ok"}),
        Action(Verb.WAIT, {"minutes": 60}),
        Malformed("answer_challenge points at nothing"),
    ]


@pytest.mark.parametrize("number", [0, np.int32(0), np.int64(0), np.array(0)])
def test_integers_of_every_make_are_actions(number):
    turns, codec = opened(episode())

    decoded = codec.decode(turns.seats[0], number)

    assert decoded == Action(Verb.SEARCH, {})


@pytest.mark.parametrize("number", [-1, 48, 2**70, 1.0, True, None, "0", [0]])
def test_anything_else_is_misuse_and_changes_nothing(number):
    turns, codec = opened(episode())
    before = turns.full_digest()

    with pytest.raises(Misuse, match="an action is an integer from 0 to 47"):
        codec.decode(turns.seats[0], number)

    assert turns.full_digest() == before


def test_what_is_returned_is_fresh_each_time():
    turns, codec = opened(episode())
    seat = turns.seats[0]
    observation, mask = codec.observe(seat), codec.mask(seat)
    kept = observation["observation"].copy()

    observation["observation"][:] = 9
    observation["action_mask"][:] = 9
    mask[:] = 9

    again = codec.observe(seat)
    assert again["observation"].tolist() == kept.tolist()
    assert (
        set(again["action_mask"].tolist()) == set(codec.mask(seat).tolist()) == {0, 1}
    )


def test_a_finished_agent_may_only_wait():
    turns, codec = opened(episode(), agents=2)
    seat = turns.ready[0]

    turns.act(seat, Action(Verb.ABORT, {}))

    legal = np.flatnonzero(codec.mask(seat)).tolist()
    assert legal == [n for n, (verb, _) in enumerate(ACTIONS) if verb is Verb.WAIT]


def test_a_flat_observation_is_the_vector_alone():
    turns, codec = opened(episode())
    flat = VectorCodec(turns, flatten=True)

    observation = flat.observe(turns.seats[0])

    assert observation.tolist() == codec.observe(turns.seats[0])["observation"].tolist()
    assert box_space(world_trade(turns)).contains(observation)
    assert observation.shape == (len(market_v0.vector_fields("flights/rush")),)


def test_every_space_has_chances_of_its_own():
    one, two = action_space(), action_space()

    one.seed(1)
    two.seed(1)

    assert one == two
    assert [one.sample() for _ in range(9)] == [two.sample() for _ in range(9)]


def test_every_status_that_a_page_shows_has_a_place():
    seen = set()
    for seed in range(6):
        turns, codec = opened(busy_world(), seed, agents=3)
        for seat, *_ in play(turns, codec, range(1, 900)):
            seen.add(seat.visitor.status)
            codec.observe(seat)

    assert seen <= set(STATUSES)
    assert {"expired", "declined", "unknown", "requires_challenge"} <= seen


def test_masks_of_who_has_done_nothing_are_told_apart_by_their_wallets():
    config = busy_world()
    world = World.of(config.market)
    for wallet in (("tok_ok",), ("tok_ok", "tok_3ds"), ("tok_ok",)):
        task = config.task.model_copy(update={"wallets": (wallet,)})
        own = config.model_copy(update={"task": task})
        turns, codec = opened(own, agents=2, world=world)

        for seat in turns.seats:
            rules = codec.masks.by_the_rules(seat)
            assert codec.masks.of(seat).tolist() == rules.tolist()
    assert len(world.rule_cache.masks) == 2


def test_what_is_remembered_of_offers_for_like_tasks_is_what_a_new_world_says():
    config = busy_world()
    world = World.of(config.market)
    for budget, party in ((700_00, 1), (900_00, 1), (900_00, 2), (700_00, 1)):
        update = {"budgets_minor": (budget,), "party": party}
        task = config.task.model_copy(update=update)
        own = config.model_copy(update={"task": task})
        shared, fresh = opened(own, agents=2, world=world), opened(own, agents=2)

        for turns, codec in (shared, fresh):
            for seat in turns.seats:
                turns.act(seat, codec.decode(seat, SEARCH))
                turns.advance()
        seen, made = (
            [codec.observe(seat)["observation"].tolist() for seat in turns.seats]
            for turns, codec in (shared, fresh)
        )
        assert seen == made
    assert len(world.offer_facts) == 3
