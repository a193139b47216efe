"""``python -m benchmarks.blocks``: what an agent-step saves by journals in blocks.

The same episode of the reference workload is played again and again; in every hundred
steps its journal's records are made lines either at once or 64 together, by turns, so
that each stretch of the episode is played both ways within moments of each other.
"""

import argparse
import gc
import json
import sys
from statistics import median
from time import process_time
from typing import Final

from test_time_gym.envs.aec import MarketAEC
from test_time_gym.journal.sink import BLOCK

from .workload import ScriptedChooser, door

__all__ = ["main"]

SEED: Final = 2
STRETCH: Final = 100
"""Steps."""

Seconds = dict[int, list[list[float]]]
"""Block → stretch of the episode → what it took, round by round."""


def main(argv: list[str] | None = None) -> int:
    """Measure, print the two times (or JSON), and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.blocks", allow_abbrev=False
    )
    parser.add_argument("--json", action="store_true", help="one object for machines")
    parser.add_argument("--rounds", type=int, default=24, help="2 or more")
    options = parser.parse_args(argv)
    env, taken = MarketAEC(door()), {1: [], BLOCK: []}
    _play(env, 0, {1: [], BLOCK: []})  # what is remembered of masks is not measured
    for number in range(max(2, options.rounds)):
        _play(env, number, taken)
    stretches = len(taken[1])
    at_once, blocks = (
        sum(map(median, taken[block])) * 1e6 / (stretches * STRETCH)
        for block in (1, BLOCK)
    )
    told = {
        "at_once_us": round(at_once, 1),
        "blocks_us": round(blocks, 1),
        "saved_percent": round(100 * (at_once - blocks) / at_once, 1),
    }
    if options.json:
        print(json.dumps(told))
    else:
        print(
            "an agent-step, its choice included: {at_once_us} us with records at once, "
            "{blocks_us} us in blocks, {saved_percent} % less".format(**told)
        )
    return 0


def _play(env: MarketAEC, number: int, taken: Seconds) -> None:
    """Play the episode; its first stretch is of blocks if the round's number is odd."""
    env.reset(seed=SEED)
    choose, turns = ScriptedChooser(), env.unwrapped.turns
    journal, last, step = turns.journal, env.last, env.step
    gc.collect()
    stretch = done = 0
    while not turns.over:
        if not done % STRETCH:
            journal.flush()
            journal.block = BLOCK if (stretch + number) % 2 else 1
            start = process_time()
        observation, *_ = last()
        step(choose(observation["action_mask"]))
        done += 1
        if not done % STRETCH:
            journal.flush()
            known = taken[journal.block]
            for of in taken.values():
                of.extend([] for _ in range(stretch + 1 - len(of)))
            known[stretch].append(process_time() - start)
            stretch += 1


if __name__ == "__main__":
    sys.exit(main())
