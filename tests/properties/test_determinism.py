"""One seed and the same actions: the same bytes, wherever and beside whomever."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from math import sqrt
from pathlib import Path

import pytest
from fakes import Lines
from hypothesis import given, settings
from hypothesis import strategies as st
from players import numbers_for, play
from strategies import scripts, worlds
from worlds import WatchedTurns, busy_world, episode

from test_time_gym.market.interface.actions import Action
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.world import World

pytestmark = pytest.mark.property

TESTS = Path(__file__).parents[1]
PATHS = (TESTS, TESTS / "support", TESTS / "properties")


def record(config, seed, numbers, turns_class=Turns, **options):
    """Play an episode and return its whole journal."""
    sink, agents = Lines(), len(numbers)
    names = [f"buyer_{k}" for k in range(agents)]
    world = World.of(config.market)
    turns = turns_class(config, world, seed, names, sink=sink, **options)
    play(turns, numbers)
    turns.seal()
    return sink.bytes()


def record_busy_world(seed):
    """Return the digest of the busy world's journal (other processes call this)."""
    journal = record(busy_world(), seed, numbers_for(3, seed))
    return sha256(journal).hexdigest()


def facts(journal, *kinds, actor=None):
    """Return time, kind and data of records, without their numbers."""
    records = [json.loads(line) for line in journal.splitlines()]
    return [
        (r["t"], r["k"], r["d"])
        for r in records
        if r["k"] in kinds or (actor is not None and r["a"] == actor)
    ]


@settings(max_examples=20)
@given(worlds(), st.integers(0, 2**64), scripts(2), st.sampled_from([0, 5000]))
def test_a_run_repeats_byte_for_byte(config, seed, numbers, window_ms):
    first = record(config, seed, numbers, window_ms=window_ms)
    second = record(config, seed, numbers, window_ms=window_ms)

    assert first == second


def test_a_run_repeats_in_another_process_under_another_hash_seed():
    here = [record_busy_world(seed) for seed in (1, 2)]

    for hash_seed in ("0", "4242"):
        code = (
            "import sys; sys.path[:0] = sys.argv[1:]\n"
            "from test_determinism import record_busy_world\n"
            "print(*map(record_busy_world, (1, 2)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, PATHS)],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == here


def test_another_seed_is_another_run():
    assert record_busy_world(1) != record_busy_world(2)


def test_being_recorded_or_watched_changes_nothing():
    config, numbers = busy_world(), numbers_for(3, 5)
    names = ["buyer_0", "buyer_1", "buyer_2"]
    silent = Turns(config, World.of(config.market), 5, names)
    watched = WatchedTurns(config, 5, agents=3, sink=Lines())
    play(silent, numbers)
    play(watched, numbers)

    assert silent.full_digest() == watched.full_digest()


def luck(journal):
    """Return what background buyers did, and all that happened to buyer_0."""
    return facts(journal, "seat_sold", "repriced", actor="buyer_0")


def test_who_only_waits_moves_nobody_s_luck():
    kinds = set()
    for seed in range(6):
        config, numbers = busy_world(), numbers_for(1, seed)[0]

        alone = luck(record(config, seed, [numbers]))
        beside = luck(record(config, seed, [numbers, []]))

        # The run goes on for as long as the second agent waits.
        assert beside[: len(alone)] == alone
        kinds |= {kind for _, kind, _ in alone}
    assert {"seat_sold", "payment_challenged", "payment_declined"} <= kinds


@settings(max_examples=20)
@given(worlds(team=False), st.integers(0, 2**64), scripts(1))
def test_who_only_waits_moves_nobody_s_luck_in_any_world(config, seed, numbers):
    alone = luck(record(config, seed, numbers))
    beside = luck(record(config, seed, [*numbers, []]))

    assert beside[: len(alone)] == alone


def test_adding_agents_leaves_everyone_s_task_as_it_was():
    config = busy_world()

    few = WatchedTurns(config, 9, agents=2)
    many = WatchedTurns(config, 9, agents=6)

    assert [s.task for s in many.seats[:2]] == [s.task for s in few.seats]
    assert len({(s.task.budget_minor, s.task.wallet) for s in many.seats}) > 1


def test_background_buyers_come_as_before_whatever_agents_do():
    config = busy_world()
    seen = []
    for numbers in ([[], []], numbers_for(2, 1), numbers_for(2, 2)):
        turns = WatchedTurns(config, 3, agents=2)
        play(turns, numbers)
        seen.append(
            [
                (
                    a.demand.segment.name,
                    a.demand.group,
                    a.count,
                    a.next_at_ms,
                    a.willingness_minor,
                )
                for a in turns.market.population.arrivals
            ]
        )

    assert seen[0] == seen[1] == seen[2]
    assert sum(count for _, _, count, _, _ in seen[0]) > 100


def test_agents_ready_at_one_instant_act_in_the_order_of_their_tickets():
    firsts, seeds = 0, 400
    for seed in range(seeds):
        turns = Turns(ONE_INSTANT, ONE_WORLD, seed, ["a", "b", "c"])
        tickets = [(seat.ticket, seat.index) for seat in turns.ready]
        assert len(tickets) == 3
        assert tickets == sorted(tickets)
        firsts += turns.ready[0].index == 2

    # Fair: who sits last is first in a third of the runs.
    assert abs(firsts - seeds / 3) <= 4 * sqrt(seeds * 2 / 9)


def test_a_lottery_ticket_belongs_to_the_seat_and_the_turn():
    two = Turns(ONE_INSTANT, ONE_WORLD, 1, ["a", "b"])
    three = Turns(ONE_INSTANT, ONE_WORLD, 1, ["a", "b", "c"])
    drawn = []
    for turns in (two, three):
        own = []
        while len(own) < 5:
            for seat in list(turns.ready):
                if seat.index == 0:
                    own.append(seat.ticket)
                turns.act(seat, Action(Verb.WAIT, {"minutes": 1}))
            turns.advance()
        drawn.append(own)

    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 5


ONE_INSTANT = episode()
ONE_WORLD = World.of(ONE_INSTANT.market)
