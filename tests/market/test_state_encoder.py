"""Digests of parts that are encoded only when they change: as if all were anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import worlds
from worlds import busy_world

from test_time_gym.envs.vector_codec import VectorCodec
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.vector_actions import WAITS
from test_time_gym.market.interface.verbs import ACTIONS, Verb
from test_time_gym.market.snapshot import digest_of
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario

NUMBERS = st.lists(st.integers(0, 2**16), min_size=20, max_size=120)
WORLDS = st.one_of(worlds(), worlds(ends_on="deadline"), worlds(team=True))
LONG = [
    k
    for k, (verb, slot) in enumerate(ACTIONS)
    if verb is Verb.ABORT or (verb is Verb.WAIT and WAITS[slot] > 1)
]
"""Actions that soon end an episode."""


def encoded_anew(turns):
    return digest_of([*turns.state(), [one.state() for one in turns.participants]])


def check_every_event(config, agents, seed, numbers):
    """Play, and compare digests after every event; return how many differed."""
    digests = []

    def look():
        if hasattr(turns, "over"):
            digests.append(turns.full_digest())
            assert digests[-1] == encoded_anew(turns)

    names = [f"buyer_{k}" for k in range(agents)]
    turns = Turns.__new__(Turns)
    turns.__init__(config, World.of(config.market), seed, names, observer=look)
    codec = VectorCodec(turns)
    for n in numbers:
        if turns.over:
            break
        seat = turns.ready[0]
        legal = [k for k, one in enumerate(codec.mask(seat)) if one and k not in LONG]
        number = legal[n % len(legal)] if n % 5 else n % LONG[0]
        turns.act(seat, codec.decode(seat, number))
        look()
        turns.advance()
    return len(set(digests))


@pytest.mark.property
@given(WORLDS, st.integers(1, 3), st.integers(0, 9), NUMBERS)
def test_a_digest_is_that_of_the_state_after_every_event(config, agents, seed, numbers):
    check_every_event(config, agents, seed, numbers)


def test_a_digest_is_that_of_the_state_in_a_long_busy_episode():
    assert check_every_event(busy_world(), 3, 1, range(3, 900, 2)) > 500


def test_a_sellers_earnings_are_in_the_digest():
    scenario = load_scenario("flights/duopoly")
    turns = Turns(
        scenario, World.of(scenario.market), 1, ["buyer_0"], roles=("buyer", "seller")
    )
    seen = []
    while not turns.over and len(seen) < 200:
        one = turns.ready[0]
        verb = "wait" if one in turns.sellers else "search_flights"
        turns.act(one, one.role.decode({"verb": verb}))
        seen.append(turns.full_digest())
        assert seen[-1] == encoded_anew(turns)
        turns.advance()

    assert len(set(seen)) > 50


def test_who_has_done_nothing_is_digested_alike_in_every_run_of_a_world():
    scenario = load_scenario("flights/sfo-mad")
    world, names = World.of(scenario.market), ["buyer_0", "buyer_1"]
    for seed in range(8):
        turns = Turns(scenario, world, seed, names)
        assert turns.full_digest() == encoded_anew(turns)

        one = turns.ready[0]
        turns.act(one, one.role.decode({"verb": "search_flights"}))

        assert turns.full_digest() == encoded_anew(turns)
    assert world.first_pages
