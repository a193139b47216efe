"""``python -m benchmarks.counts``: what a step costs in Python's own terms.

Bytecodes and Python calls of an agent-step and of a reset of the reference workload,
and of an event where thousands of flights follow each other's prices.
They are the same in every run, however busy the machine is, so that small savings can
be told from noise; what the interpreter does within one bytecode they do not tell.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Any, Final, Self

os.environ["TTGYM_PURE"] = "1"  # compiled modules have no bytecodes

from test_time_gym.envs.aec import MarketAEC
from test_time_gym.envs.parallel import MarketParallel
from test_time_gym.envs.single import MarketSingle
from test_time_gym.journal.journal_runs import episode_journals
from test_time_gym.market.clock import MINUTE_MS
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace

from .crowds import crowded_world
from .workload import Buffer, ScriptedChooser, door

__all__ = ["main"]

STEPS: Final = 1_900
RESETS: Final = 10
SHORT: Final = 50
"""Steps of a short episode."""
FIRST: Final = 2
"""Minutes that a market of many flights is open before its events are counted."""
MINUTES: Final = 5
KNOWN: Final = 2
"""Episodes that are played first: a training run is long, and soon knows its masks."""


class _Counted:
    """Bytecodes and calls, by function, while the block runs; the workload's aside."""

    def __init__(self) -> None:
        self.bytecodes: Counter[CodeType] = Counter()
        self.calls: Counter[CodeType] = Counter()

    def __enter__(self) -> Self:
        sys.settrace(self._note)
        return self

    def __exit__(self, *exception: object) -> None:
        sys.settrace(None)
        for code in list(self.bytecodes):
            if "benchmarks" in code.co_filename:
                del self.bytecodes[code], self.calls[code]

    def _note(self, frame: FrameType, event: str, _arg: object) -> Any:
        if event == "call":
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
            self.calls[frame.f_code] += 1
        elif event == "opcode":
            self.bytecodes[frame.f_code] += 1
        return self._note


def _aec(steps: int) -> tuple[_Counted, int]:
    env, choose = MarketAEC(door()), ScriptedChooser()

    def play() -> int:
        done = 0
        while done < steps and not env.unwrapped.turns.over:
            observation, *_ = env.last()
            env.step(choose(observation["action_mask"]))
            done += 1
        return done

    return _of_steps(env, lambda _seen: play())


def _parallel(steps: int) -> tuple[_Counted, int]:
    env, choose = MarketParallel(door(window_ms=5_000)), ScriptedChooser()

    def play(seen: Any) -> int:
        observations, done = seen[0], 0
        while done < steps and env.agents:
            done += len(env.turns.ready)
            observations, *_ = env.step(
                {name: choose(observations[name]["action_mask"]) for name in env.agents}
            )
        return done

    return _of_steps(env, play)


def _single(steps: int) -> tuple[_Counted, int]:
    env = MarketSingle(door(agents=1), lambda _seed: {})
    choose = ScriptedChooser()

    def play(seen: Any) -> int:
        observation, done, over = seen[0], 0, False
        while done < steps and not over:
            observation, _, ended, cut, _ = env.step(choose(observation["action_mask"]))
            done, over = done + 1, ended or cut
        return done

    return _of_steps(env, play)


def _of_steps(env: Any, play: Callable[[Any], int]) -> tuple[_Counted, int]:
    """Return what the steps of an episode cost, and how many there were."""
    for seed in range(1, 1 + KNOWN):
        play(env.reset(seed=seed))
    seen = env.reset(seed=1 + KNOWN)
    with _Counted() as counted:
        done = play(seen)
    return counted, done


def _resets(_steps: int) -> tuple[_Counted, int]:
    env = MarketAEC(door())
    env.reset(seed=0)
    with _Counted() as counted:
        for seed in range(1, 1 + RESETS):
            env.reset(seed=seed)
    return counted, RESETS


def _short(_steps: int) -> tuple[_Counted, int]:
    """Count steps of short episodes, resets included, that all go to one file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        env = MarketAEC(door(journal=episode_journals(path, one_file=True)))

        def play(episodes: range) -> None:
            for seed in episodes:
                env.reset(seed=seed)
                choose = ScriptedChooser()
                for _ in range(SHORT):
                    observation, *_ = env.last()
                    env.step(choose(observation["action_mask"]))

        play(range(KNOWN))
        with _Counted() as counted:
            play(range(KNOWN, KNOWN + RESETS))
        env.close()
    return counted, RESETS * SHORT


def _matched(flights: int, pair: int = 0) -> Callable[[int], tuple[_Counted, int]]:
    """Return what counts events of sellers that look at each other every minute.

    Args:
        flights: on all pairs of cities.
        pair: flights on each; 0: all on one.
    """
    match = {"kind": "match_rival", "undercut_minor": 100, "reprice_every_s": 60}

    def count(_steps: int) -> tuple[_Counted, int]:
        pairs = flights // pair if pair else 1
        world = crowded_world(flights, pairs=pairs, pricing=match)
        run = Marketplace(world, 1, [], JournalWriter(Buffer()))
        run.open()
        run.clock.advance(FIRST * MINUTE_MS)
        before = run.clock.events
        with _Counted() as counted:
            run.clock.advance((FIRST + MINUTES) * MINUTE_MS)
        return counted, run.clock.events - before

    return count


COUNTS: Final = {
    "AEC, agent-step": _aec,
    "Parallel, agent-step": _parallel,
    "Gymnasium, agent-step": _single,
    "disk, 50 steps, one file": _short,
    "reset": _resets,
    "match_rival, event, 100 flights": _matched(100),
    "match_rival, event, 3000 flights": _matched(3_000),
    "match_rival, event, 10 pairs": _matched(100, pair=10),
    "match_rival, event, 300 pairs": _matched(3_000, pair=10),
}


def main(argv: list[str] | None = None) -> int:
    """Count, print (or write JSON), and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.counts", allow_abbrev=False
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--json", action="store_true", help="one object for machines")
    parser.add_argument("--only", choices=COUNTS, action="append")
    parser.add_argument("--functions", type=int, default=0, help="so many of the most")
    options = parser.parse_args(argv)
    told = {
        name: _told(*count(STEPS // 10 if options.quick else STEPS), options.functions)
        for name, count in COUNTS.items()
        if not options.only or name in options.only
    }
    if options.json:
        print(json.dumps({"python": sys.version.split()[0], "counts": told}, indent=2))
        return 0
    for name, row in told.items():
        print(f"{name}: {row['bytecodes']:,} bytecodes, {row['calls']} calls")
        for one in row["functions"]:
            print(f"  {one['bytecodes']:8} {one['calls']:7} {one['function']}")
    return 0


def _told(counted: _Counted, times: int, functions: int) -> dict[str, Any]:
    return {
        "bytecodes": round(counted.bytecodes.total() / times),
        "calls": round(counted.calls.total() / times, 1),
        "functions": [
            {
                "function": f"{code.co_filename}:{code.co_firstlineno} {code.co_name}",
                "bytecodes": round(count / times, 1),
                "calls": round(counted.calls[code] / times, 3),
            }
            for code, count in counted.bytecodes.most_common(functions)
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
