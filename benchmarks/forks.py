"""``python -m benchmarks.forks``: how fast a running environment is forked.

One buyer's `flights/sfo-mad` after 20 actions: five times a search, an offer added, its
seats held, and a restart.  Rounds alternate with the calibration loop of
``python -m benchmarks``, in processor time.
"""

import argparse
import gc
import json
import pickle
import sys
import tracemalloc
from statistics import median
from time import process_time

from test_time_gym.envs import FlightBookingEnv
from test_time_gym.market.interface.verbs import ACTIONS, Verb

from .calibration import bare_event_us

_SHOPPING = tuple(
    ACTIONS.index((verb, 0))
    for verb in (Verb.SEARCH, Verb.ADD_TO_CART, Verb.PROCEED_TO_PAYMENT, Verb.RESTART)
)
_FORKS = 200


def main(argv: list[str] | None = None) -> int:
    """Measure, print (or print JSON), and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forks")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--json", action="store_true", help="one object for machines")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(argv)
    env = _running()
    count = _FORKS // 10 if options.quick else _FORKS
    took, ratios = [], []
    for _ in range(max(1, options.rounds)):
        before = bare_event_us()
        us = _fork_us(env, count)
        took.append(us)
        ratios.append(us / ((before + bare_event_us()) / 2))
    found = {
        "forks_per_s": round(1e6 / median(took), 1),
        "worst_per_s": round(1e6 / max(took), 1),
        "best_per_s": round(1e6 / min(took), 1),
        "bare_events_each": round(median(ratios), 1),
        "bytes_an_action_at_most": round(_kept(env), 1),
    }
    if options.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name.replace('_', ' '):<24} {value:>10,.1f}")
    return 0


def _running() -> FlightBookingEnv:
    env = FlightBookingEnv("flights/sfo-mad", observation="vector", flatten=True)
    env.reset(seed=1)
    for number in _SHOPPING * 5:
        env.step(number)
    return env


def _fork_us(env: FlightBookingEnv, count: int) -> float:
    gc.collect()
    start = process_time()
    for _ in range(count):
        env.fork()
    return (process_time() - start) * 1e6 / count


def _kept(env: FlightBookingEnv) -> float:
    """Return what a run keeps of an action, if no two of them were one object."""
    apart = [pickle.dumps(one) for one in env.turns.inputs]
    tracemalloc.start()
    kept = list(zip(env.turns.actors, map(pickle.loads, apart), strict=True))
    memory = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return memory / len(kept)


if __name__ == "__main__":
    sys.exit(main())
