"""Runs of agents without sense, for an audit."""

from itertools import count

from fakes import Lines
from players import play

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.interface.actions import ThinkingTime
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World


def thinking_now_and_then(turns):
    """Return what takes an action, but every fifth time only thinks of one."""
    numbers = count(1)

    def act(seat, action):
        n = next(numbers)
        turns.act(seat, action if n % 5 else ThinkingTime(1 + n * 137 % 90_000, 3, 7))

    return act


def played(config, seed, numbers, folder, *, window_ms=0, days=0):
    """Play an episode, let days pass, and return its journal's path."""
    sink = Lines()
    seats = [f"buyer_{k}" for k in range(len(numbers))]
    world = World.of(config.market)
    turns = Turns(config, world, seed, seats, sink=sink, window_ms=window_ms)
    play(turns, numbers, thinking_now_and_then(turns))
    turns.clock.advance(turns.clock.now_ms + days * DAY_MS)
    turns.seal()
    path = folder / "played.jsonl"
    path.write_bytes(sink.bytes())
    return path
