"""Buyers who come while nothing else is due: as if each were an event of its own."""

import pytest

from test_time_gym.journal import MemorySink
from test_time_gym.market.clock import HORIZON_MS, MarketClock, Phase
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario

NAMES = ["buyer_0", "buyer_1"]


def played(name, *, watched, shuffled):
    """Return the lines of a run, and how many events it had."""
    scenario, sink = load_scenario(name), MemorySink()
    turns = Turns(
        scenario,
        World.of(scenario.market),
        3,
        NAMES,
        sink=sink,
        shuffle_ties=shuffled,
        observer=(lambda: None) if watched else None,
    )
    for verb in ("search_flights", "add_to_cart", "wait", "proceed_to_payment") * 40:
        if turns.over:
            break
        action = {"verb": verb, "payload": 30 if verb == "wait" else None}
        turns.act(turns.ready[0], turns.ready[0].role.decode(action))
        turns.advance()
    turns.seal()
    return sink.lines, turns.clock.events


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("name", ["flights/rush", "flights/sfo-mad", "flights/refunds"])
def test_a_run_does_not_depend_on_whether_each_event_is_looked_at(name, shuffled):
    silent = played(name, watched=False, shuffled=shuffled)
    watched = played(name, watched=True, shuffled=shuffled)

    assert silent == watched
    assert silent[1] > 100


def test_a_callback_may_go_on_until_something_else_is_due():
    clock, told = MarketClock(), []

    def tick(_timer):
        told.append(clock.quiet_until())
        return clock.now_ms + 10 if len(told) < 4 else None

    clock.at(0, Phase.DEMAND, tick, "tick")
    clock.at(25, Phase.AGENT, lambda _timer: None, "other")
    clock.advance(100)

    assert told == [25, 25, 25, 101]


@pytest.mark.parametrize("watched", [False, True])
def test_nothing_is_quiet_in_a_step_of_one_event_nor_under_an_observer(watched):
    clock, told = MarketClock(), []
    clock.observer = (lambda: None) if watched else None
    clock.at(5, Phase.DEMAND, lambda _timer: told.append(clock.quiet_until()), "x")

    clock.advance(HORIZON_MS, once=not watched)

    assert told == [5]


def test_events_that_a_callback_has_run_count():
    clock = MarketClock()
    clock.at(5, Phase.DEMAND, lambda _timer: clock.passed(3, 40), "x")

    clock.advance()

    assert (clock.events, clock.now_ms, clock.now) == (4, 40, 40)
