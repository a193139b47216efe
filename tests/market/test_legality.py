"""Legal verbs, as the JSON observation lists them, are what the rules say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.envs.test_vector_codec import NUMBERS, WORLDS, play
from worlds import busy_world, do, episode, flight, leg

from test_time_gym.envs.vector_codec import VectorCodec
from test_time_gym.market.interface.legality import legal_verbs, verbs_by_the_rules
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World


def told_and_asked(turns):
    """Return the legal verbs of all seats, as told and by asking every rule."""
    told = [legal_verbs(turns, seat) for seat in turns.seats]
    asked = [
        ["wait"] if seat.stopped else verbs_by_the_rules(turns, seat)
        for seat in turns.seats
    ]
    return told, asked


@pytest.mark.property
@given(WORLDS, st.integers(1, 3), st.integers(0, 9), NUMBERS)
def test_legal_verbs_are_what_the_rules_say_in_every_state(
    config, agents, seed, numbers
):
    world, names = World.of(config.market), [f"buyer_{k}" for k in range(agents)]
    for run in range(2):
        turns = Turns(config, world, seed + run, names)
        for _ in play(turns, VectorCodec(turns), numbers):
            told, asked = told_and_asked(turns)

            assert told == asked


def test_who_has_stopped_may_only_wait():
    turns = Turns(busy_world(), World.of(busy_world().market), 1, ["buyer_0"])
    (seat,) = turns.seats
    assert len(legal_verbs(turns, seat)) > 1

    turns.stop(seat, "failed")

    assert legal_verbs(turns, seat) == ["wait"]


@pytest.mark.pure("the limit is a constant, which is compiled in")
def test_many_situations_are_forgotten_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr("test_time_gym.market.rule_cache._KEPT", 4)
    config = busy_world()
    turns = Turns(config, World.of(config.market), 1, ["a", "b", "c"])
    sizes = []
    for _ in play(turns, VectorCodec(turns), range(3, 300, 2)):
        told, asked = told_and_asked(turns)
        sizes.append(len(turns.world.rule_cache.verbs))

        assert told == asked
    assert max(sizes) == 4
    assert sizes != sorted(sizes)


def test_what_is_told_is_the_caller_s_own():
    config = busy_world()
    turns = Turns(config, World.of(config.market), 1, ["a"])
    legal_verbs(turns, turns.seats[0]).clear()

    told, asked = told_and_asked(turns)
    assert told == asked


# -- what drawn worlds seldom come to


def shop(flights, *names, **changes):
    """Return turns at a shop of so many flights, whose answers have been asked for."""
    names = names or ("buyer_0",)
    many = [flight(f"AA{k}", leg(f"AA{k}")) for k in range(1, flights + 1)]
    config = episode(flights=many, **changes)
    return Turns(config, World.of(config.market), 1, list(names))


def after(turns, *actions):
    """Return what is told and asked after each of several actions."""
    found = []
    for verb, payload in actions:
        do(turns, verb, payload)
        found.append(told_and_asked(turns))
    return found


def again(turns, names):
    """Return a run of the same world with other seats."""
    return Turns(turns.config, turns.world, 2, names)


def test_an_item_that_is_on_no_page_is_still_in_the_cart():
    turns = shop(2)
    late = {"depart_after": "23:00"}

    empty = after(turns, ("search_flights", {}), ("filter_results", late))
    full = after(
        turns,
        ("filter_results", {}),
        ("add_to_cart", "AA1"),
        ("filter_results", late),
    )

    assert all(told == asked for told, asked in empty + full)
    assert empty[-1] != full[-1]


def test_where_a_flight_must_be_selected_every_selection_is_another_situation():
    turns = shop(7, storefront={"select_first": True})

    found = after(
        turns,
        ("search_flights", {}),
        ("select_flight", "AA7"),
        ("add_to_cart", {}),
        ("filter_results", {}),
        ("select_flight", "AA1"),
        ("add_to_cart", {}),
        ("select_flight", "AA1"),
        ("select_flight", "AA2"),
    )

    assert all(told == asked for told, asked in found)


def test_with_a_team_mate_there_is_somebody_to_write_to():
    alone = shop(2, task={"team": True})
    two = again(alone, ["buyer_0", "buyer_1"])

    (single, _), (both, asked) = told_and_asked(alone), told_and_asked(two)

    assert "send_message" not in single[0]
    assert both == asked
    assert "send_message" in both[0]
