"""Runs of agents without sense, for an audit."""

from fakes import Lines
from players import play

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World


def played(config, seed, numbers, folder, *, window_ms=0, days=0):
    """Play an episode, let days pass, and return its journal's path."""
    sink = Lines()
    seats = [f"buyer_{k}" for k in range(len(numbers))]
    world = World.of(config.market)
    turns = Turns(config, world, seed, seats, sink=sink, window_ms=window_ms)
    play(turns, numbers)
    turns.clock.advance(turns.clock.now_ms + days * DAY_MS)
    turns.seal()
    path = folder / "played.jsonl"
    path.write_bytes(sink.bytes())
    return path
