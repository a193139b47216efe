"""``python -m benchmarks.peers``: what a step costs elsewhere, in the same process.

Environments and simulators that many know take turns with the market's own doors, and
with the bare event loop that is the yardstick of all benchmarks.  PettingZoo's games
need pygame, which the package does not.  They are toys beside a market with a journal:
what they show is what an interface costs, and a discrete event.
"""

import argparse
import json
import sys
from collections.abc import Callable
from functools import cache
from statistics import median
from time import process_time
from typing import Any, Final

import gymnasium
import simpy

from test_time_gym.envs.aec import MarketAEC

from .calibration import bare_event_us
from .workload import ScriptedChooser, choice_s, door

__all__ = ["main"]

STEPS: Final = 3_000
CUSTOMERS: Final = 2_000


@cache
def _market() -> MarketAEC:
    """Return the market, with what it remembers of earlier rounds, as in training."""
    return MarketAEC(door())


def market(steps: int) -> float:
    """Play the reference workload through the checked AEC door; seconds of a step."""
    env, choose, choosing = _market(), ScriptedChooser(), choice_s()
    env.reset(seed=1)
    done, start = 0, process_time()
    while done < steps and not env.turns.over:
        observation, *_ = env.last()
        env.step(choose(observation["action_mask"]))
        done += 1
    return (process_time() - start) / done - choosing


def pettingzoo(name: str) -> Callable[[int], float]:
    """Return what plays a classic game of PettingZoo, in its wrappers."""

    def play(steps: int) -> float:
        from importlib import import_module  # noqa: PLC0415 - an extra

        env = import_module(f"pettingzoo.classic.{name}").env()
        done, seconds, seed = 0, 0.0, 0
        while done < steps:
            seed += 1
            env.reset(seed=seed)
            for agent in env.agent_iter():
                start = process_time()
                observation, _, terminated, truncated, _ = env.last()
                seconds += process_time() - start
                action = None
                if not (terminated or truncated):
                    action = _legal(observation, env, agent)
                start = process_time()
                env.step(action)
                seconds += process_time() - start
                done += 1
        return seconds / done

    return play


def _legal(observation: Any, env: Any, agent: str) -> int:
    if isinstance(observation, dict):
        return int(observation["action_mask"].argmax())
    return int(env.action_space(agent).n) - 1


def cartpole(steps: int) -> float:
    """Play CartPole; seconds of a step."""
    env: Any = gymnasium.make("CartPole-v1")
    env.reset(seed=1)
    start = process_time()
    for k in range(steps):
        _, _, terminated, truncated, _ = env.step(k % 2)
        if terminated or truncated:
            env.reset()
    return (process_time() - start) / steps


def simpy_queue(_steps: int) -> float:
    """Serve customers of an M/M/3 queue, each a generator; seconds of a customer."""
    env = simpy.Environment()
    desk = simpy.Resource(env, 3)

    def customer() -> Any:
        with desk.request() as turn:
            yield turn
            yield env.timeout(1)

    def arrivals() -> Any:
        for _ in range(CUSTOMERS):
            env.process(customer())
            yield env.timeout(0.4)

    start = process_time()
    env.process(arrivals())
    env.run()
    return (process_time() - start) / CUSTOMERS


PEERS: Final[dict[str, tuple[str, Callable[[int], float]]]] = {
    "Test-Time Gym, AEC, checked, with its journal": ("agent-step", market),
    "PettingZoo rps": ("agent-step", pettingzoo("rps_v2")),
    "PettingZoo tictactoe": ("agent-step", pettingzoo("tictactoe_v3")),
    "PettingZoo connect_four": ("agent-step", pettingzoo("connect_four_v3")),
    "Gymnasium CartPole": ("step", cartpole),
    "SimPy, M/M/3": ("customer", simpy_queue),
}
"""Name → unit, and what returns the seconds of one."""


def main(argv: list[str] | None = None) -> int:
    """Measure, print the table (or JSON), and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", allow_abbrev=False
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--json", action="store_true", help="one object for machines")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(argv)
    steps = STEPS // 10 if options.quick else STEPS
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in PEERS}
    for _ in range(max(1, options.rounds)):
        for name, (_, play) in PEERS.items():
            before, seconds = bare_event_us(), play(steps)
            bare = (before + bare_event_us()) / 2
            taken[name].append((seconds * 1e6, seconds * 1e6 / bare))
    rows = [
        {
            "name": name,
            "unit": PEERS[name][0],
            "us_each": round(median(us for us, _ in some), 2),
            "bare_events_each": round(median(bare for _, bare in some), 1),
        }
        for name, some in taken.items()
    ]
    if options.json:
        print(json.dumps({"python": sys.version.split()[0], "peers": rows}, indent=2))
        return 0
    print("| what | µs each | bare events each |")
    print("| --- | ---: | ---: |")
    for row in rows:
        name, us, bare = row["name"], row["us_each"], row["bare_events_each"]
        print(f"| {name} ({row['unit']}) | {us} | {bare} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
