"""``python -m benchmarks.markets``: many markets at once, against one of them.

What is compared takes turns round by round within one process, so that a machine whose
speed drifts moves all of it.  Quoted are the median of the rounds' ratios and, as other
programs only ever take time, the ratio of the least times.
"""

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, Final

import numpy as np

from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.envs.market_group import MarketPlan
from test_time_gym.envs.vector import NO_ACTION, MarketVector
from test_time_gym.market_v0 import vector_env

from .workload import AGENTS, Buffers, ScriptedChooser, choice_s, door
from .workload import reference_scenario as reference

__all__ = ["RowPlay", "main"]

DECISIONS: Final = 4_000
MARKETS: Final = 8
"""Of the reference world, in one process."""
TURN: Final = 10
"""Decisions in one of several markets until it is the next one's turn."""
SHARED: Final = 32
"""The same, for two processes."""
FURTHER: Final = {"flights/sfo-mad": 100, "flights/delhi-mumbai": 10}
"""Markets of which the memory is measured."""


class RowPlay:
    """Plays the rows of a vector environment on and on; choices are not counted.

    Args:
        env: to be played.
        clock: ``perf_counter`` where other processes work.
    """

    def __init__(
        self, env: MarketVector, clock: Callable[[], float] = process_time
    ) -> None:
        """Reset the environment."""
        self.env = env
        self._clock = clock
        self._choose = ScriptedChooser()
        self._actions = np.full(env.num_envs, NO_ACTION)
        _, self._infos = env.reset(seed=1)

    def __call__(self, decisions: int) -> float:
        """Return the seconds of one decision."""
        env, actions, infos, choose = (
            self.env,
            self._actions,
            self._infos,
            self._choose,
        )
        done, seconds, clock = 0, 0.0, self._clock
        while done < decisions:
            actions.fill(NO_ACTION)
            masks, rows = infos["action_mask"], np.flatnonzero(infos["ready"])
            for row in rows:
                actions[row] = choose(masks[row])
            start = clock()
            *_, infos = env.step(actions)
            seconds += clock() - start
            done += len(rows)
        self._infos = infos
        return seconds / done


def buffers(_market: int) -> Buffers:
    """Return what opens the journals of a market: in memory, as everywhere here."""
    return Buffers()


def reference_vector(n: int, **settings: Any) -> MarketVector:
    """Return so many reference worlds as one environment."""
    adapter = EnvAdapter(reference(), flatten=True)
    return MarketVector(MarketPlan(adapter, AGENTS, journals=buffers), n, **settings)


class _AEC:
    """Plays one market through the AEC door on and on; see `RowPlay`."""

    def __init__(self) -> None:
        self._env = MarketAEC(door())
        self._choose = ScriptedChooser()
        self._env.reset(seed=1)

    def __call__(self, decisions: int) -> float:
        env, choose, seconds, choosing = self._env, self._choose, 0.0, choice_s()
        done = 0
        while done < decisions:
            begun, start = done, process_time()
            while done < decisions and not env.turns.over:
                observation, *_ = env.last()
                env.step(choose(observation["action_mask"]))
                done += 1
            seconds += process_time() - start - (done - begun) * choosing
            if env.turns.over:
                env.reset()
        return seconds / done


def rate(decisions: int, rounds: int) -> list[dict[str, Any]]:
    """Return the rate of one process, as a multiple of the AEC door's.

    Against one market, whose data stays in the processor's caches, and against as many
    as the vector has, which take turns.
    """
    plays = [_AEC() for _ in range(MARKETS)]
    vector = RowPlay(reference_vector(MARKETS))
    turns = TURN * MARKETS

    def by_turns() -> float:
        parts = [play(TURN) for _ in range(decisions // turns) for play in plays]
        return sum(parts) / len(parts)

    return [
        _ratios(
            f"one process, of the AEC door's rate in {name}",
            base,
            lambda: vector(decisions),
            rounds,
            "at least 1.0",
        )
        for name, base in (
            ("one market", lambda: plays[0](decisions)),
            (f"{MARKETS} markets by turns", by_turns),
        )
    ]


def processes(decisions: int, rounds: int) -> list[dict[str, Any]]:
    """Return the rate of two processes, as a multiple of that of one.

    By the clock, and by processor time: that of the parent and of the slower worker,
    as if no other program wanted the processors.
    """
    with reference_vector(SHARED, processes=2) as two, reference_vector(SHARED) as one:
        alone, shared = RowPlay(one, perf_counter), RowPlay(two, perf_counter)
        by_clock = _ratios(
            "two processes, of the rate of one, by the clock",
            lambda: alone(decisions),
            lambda: shared(decisions),
            rounds,
            "at least 1.6 on two processors",
        )
        alone, shared = RowPlay(one), RowPlay(two)
        pids = [worker.process.pid for worker in two._group._workers]  # noqa: SLF001

        def in_two() -> float:
            before = [_cpu_s(pid) for pid in pids]
            parent = shared(decisions * 2)
            worked = [_cpu_s(pid) - s for pid, s in zip(pids, before, strict=True)]
            return parent + max(worked) / (decisions * 2)

        by_cpu = _ratios(
            "two processes, of the rate of one, by processor time",
            lambda: alone(decisions),
            in_two,
            rounds,
            "at least 1.6",
        )
    return [by_clock, by_cpu]


def _cpu_s(pid: int) -> float:
    """Return the seconds that a process has computed (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(scenario: str, count: int) -> dict[str, Any]:
    """Return what a further market holds in the middle of an episode."""
    kept, resident = [], []
    for n in (2, count):  # the first for what all of them share
        kept.append(vector_env(n, scenario, copy=False))
        RowPlay(kept[-1])(20 * kept[-1].num_envs)
        gc.collect()
        resident.append(_resident())
    figure = (resident[1] - resident[0]) / count / 1e6
    return {"name": f"MB of a further {scenario}", "figure": round(figure, 3)}


def _resident() -> int:
    """Return the bytes of memory that the process holds (Linux)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


def _ratios(
    name: str,
    base: Callable[[], float],
    other: Callable[[], float],
    rounds: int,
    goal: str,
) -> dict[str, Any]:
    base()
    other()
    first, second = [], []
    for number in range(rounds):
        # Who comes second finds warm caches, or a machine that has become busy.
        for play in (other, base) if number % 2 else (base, other):
            (first if play is base else second).append(play())
    ratios = [one / two for one, two in zip(first, second, strict=True)]
    return {
        "name": name,
        "figure": round(median(ratios), 2),
        "least": round(min(first) / min(second), 2),
        "goal": goal,
    }


def main(argv: list[str] | None = None) -> int:
    """Measure, print the figures (or JSON), and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.markets", allow_abbrev=False
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--json", action="store_true", help="one object for machines")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args(argv)
    decisions = DECISIONS // 10 if options.quick else DECISIONS
    rounds = max(1, options.rounds)
    rows = [memory(name, count) for name, count in FURTHER.items()]
    rows += rate(decisions, rounds) + processes(decisions, rounds)
    if options.json:
        told = {"python": sys.version.split()[0], "figures": rows}
        print(json.dumps(told, indent=2))
    else:
        for row in rows:
            told = f"{row['name']}: {row['figure']}"
            if "least" in row:
                told += f", of least times {row['least']} ({row['goal']})"
            print(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
