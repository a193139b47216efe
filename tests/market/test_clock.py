"""The clock: whole milliseconds, phases at one instant, and SimPy beside timers."""

import math

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.clock import HORIZON_MS, MarketClock, Phase
from test_time_gym.market.errors import MarketBug, Misuse
from test_time_gym.market.streams import Streams

NOT_DELAYS = [1.0, 0.5, -1, True, "1", None, math.nan, math.inf, HORIZON_MS + 1]


def log_timer(log, clock, name):
    return lambda _timer: log.append((clock.now_ms, name))


@given(st.permutations(list(Phase)))
def test_events_of_one_instant_run_in_the_order_of_their_phases(phases):
    clock, log = MarketClock(), []
    for phase in phases:
        clock.at(5, phase, log_timer(log, clock, phase.name), "test")

    clock.advance()

    assert log == [(5, phase.name) for phase in sorted(Phase)]


def test_events_of_one_phase_run_as_scheduled_or_by_their_order():
    clock, log = MarketClock(), []
    for name in "abc":
        clock.at(5, Phase.GATEWAY, log_timer(log, clock, name), "test")
    for name, order in (("x", 30), ("y", 10), ("z", 20)):
        clock.at(5, Phase.AGENT, log_timer(log, clock, name), "test", order=order)

    clock.advance()

    assert [name for _, name in log] == ["a", "b", "c", "y", "z", "x"]


def run_shuffled(seed):
    """Run eight timers of each of two phases at one instant, in a drawn order."""
    clock, log = MarketClock(), []
    clock.shuffle_ties(Streams(seed).get("ties"))
    for name in "abcdefgh":
        clock.at(5, Phase.DEMAND, log_timer(log, clock, name), "test")
        clock.at(5, Phase.GATEWAY, log_timer(log, clock, name.upper()), "test")
    for order, name in enumerate("12345678"):
        clock.at(5, Phase.AGENT, log_timer(log, clock, name), "test", order=order)
    clock.advance()
    return "".join(name for _, name in log)


def test_shuffled_ties_keep_phases_and_explicit_orders():
    drawn = run_shuffled(1)

    assert sorted(drawn[:8]) == list("ABCDEFGH")
    assert drawn[8:16] == "12345678"
    assert sorted(drawn[16:]) == list("abcdefgh")
    assert (drawn[:8], drawn[16:]) != ("ABCDEFGH", "abcdefgh")


def test_shuffled_ties_are_a_function_of_their_stream():
    orders = [run_shuffled(seed) for seed in range(20)]

    assert orders == [run_shuffled(seed) for seed in range(20)]
    assert len(set(orders)) == 20


def test_an_event_scheduled_for_now_still_runs_in_its_phase():
    clock, log = MarketClock(), []

    def sell(_timer):
        log.append("demand")
        clock.at(5, Phase.EXPIRY, lambda _: log.append("expiry"), "test")

    clock.at(5, Phase.DEMAND, sell, "test")
    clock.at(5, Phase.REPRICING, lambda _: log.append("repricing"), "test")
    clock.advance()

    assert log == ["demand", "expiry", "repricing"]


@pytest.mark.parametrize("time", [*NOT_DELAYS[:-1], HORIZON_MS + 1], ids=repr)
def test_a_timer_is_set_for_a_whole_instant_that_is_not_over(time):
    clock = MarketClock()

    with pytest.raises(MarketBug, match="cannot schedule hold"):
        clock.at(time, Phase.EXPIRY, print, "hold")

    assert clock.pending() == []


@pytest.mark.parametrize("delay", NOT_DELAYS, ids=repr)
def test_a_process_waits_whole_milliseconds_or_not_at_all(delay):
    clock = MarketClock()

    def impatient():
        yield clock.timeout(delay)

    clock.process(impatient())
    with pytest.raises((Misuse, ValueError, TypeError)):
        clock.advance()

    assert clock.now_ms == 0


def test_time_stays_exact_where_floats_would_not():
    clock = MarketClock()

    clock.at(HORIZON_MS - 1, Phase.AGENT, lambda _: clock.halt(), "far")
    clock.advance()

    assert clock.now_ms == HORIZON_MS - 1
    assert type(clock.now_ms) is int


def test_a_process_lands_in_the_demand_phase_beside_timers():
    clock, log = MarketClock(), []

    def shopper():
        for _ in range(3):
            yield clock.timeout(10)
            log.append((clock.now_ms, "shopper"))
        return "done"

    process = clock.process(shopper())
    for phase in (Phase.REPRICING, Phase.AGENT):
        for at in (10, 20):
            clock.at(at, phase, log_timer(log, clock, phase.name), "test")
    clock.advance()

    assert log == [
        (10, "AGENT"),
        (10, "shopper"),
        (10, "REPRICING"),
        (20, "AGENT"),
        (20, "shopper"),
        (20, "REPRICING"),
        (30, "shopper"),
    ]
    assert (process.value, process.processed) == ("done", True)


def test_simpy_s_own_run_drives_timers_and_processes_alike():
    clock, log = MarketClock(), []

    def shopper():
        yield clock.timeout(7)
        log.append((clock.now_ms, "shopper"))

    clock.process(shopper())
    clock.at(7, Phase.AGENT, log_timer(log, clock, "agent"), "test")
    clock.at(9, Phase.AGENT, log_timer(log, clock, "late"), "test")
    clock.run(until=9)

    assert (log, clock.now_ms) == ([(7, "agent"), (7, "shopper")], 9)


def test_processes_may_interrupt_wait_for_and_fail_each_other():
    clock, log = MarketClock(), []

    def sleeper():
        try:
            yield clock.timeout(100)
        except simpy.Interrupt as interrupt:
            log.append((clock.now_ms, interrupt.cause))

    def waker(process):
        yield clock.timeout(3)
        process.interrupt("up")
        yield process
        log.append((clock.now_ms, "slept"))

    clock.process(waker(clock.process(sleeper())))
    clock.advance()

    assert log == [(3, "up"), (3, "slept")]


def test_an_error_of_a_process_that_nobody_waits_for_is_raised():
    clock = MarketClock()

    def failing():
        yield clock.timeout(1)
        raise KeyError("lost")

    clock.process(failing())

    with pytest.raises(KeyError, match="lost"):
        clock.advance()


def test_the_observer_sees_every_event_of_either_kind():
    clock, seen = MarketClock(), []
    clock.observer = lambda: seen.append(clock.now_ms)

    def shopper():
        yield clock.timeout(4)

    clock.process(shopper())
    for at in (2, 4, 4):
        clock.at(at, Phase.AGENT, lambda _: None, "test")
    clock.advance()

    # A process starts with one event and ends with another.
    assert seen == [0, 2, 4, 4, 4, 4]
    assert clock.events == 6


def test_advancing_stops_at_a_halt_and_before_what_is_due_later():
    clock, log = MarketClock(-50), []
    for at in (-10, 5, 5, 8):
        clock.at(at, Phase.AGENT, log_timer(log, clock, at), "test")
    clock.at(5, Phase.GATEWAY, lambda _: clock.halt(), "stop")

    stops = [clock.advance(7), clock.due_now(Phase.AGENT), clock.advance(7)]

    assert stops == [True, True, False]
    assert [at for at, _ in log] == [-10, 5, 5]
    assert clock.pending() == [(8, Phase.AGENT, "test", "")]


def test_a_recurring_timer_keeps_its_identity():
    clock, log = MarketClock(), []

    def tick(timer):
        log.append((clock.now_ms, timer.entity))
        return clock.now_ms + 10 if len(log) < 3 else None

    clock.at(10, Phase.REPRICING, tick, "tick", "x")
    clock.advance()

    assert log == [(10, "x"), (20, "x"), (30, "x")]


def test_pending_timers_tell_what_they_are_for_and_leave_processes_out():
    clock = MarketClock()
    clock.at(9, Phase.EXPIRY, print, "hold", "hold-0-1")
    clock.at(3, Phase.AGENT, print, "turn", 2)
    clock.timeout(3)

    assert clock.pending() == [
        (3, Phase.AGENT, "turn", "2"),
        (9, Phase.EXPIRY, "hold", "hold-0-1"),
    ]
