"""``python -m benchmarks.costs``: what the journal costs, and what re-execution does.

Both are ratios of two ways to do the same, which take turns within one process, so
that a machine whose speed drifts moves both.  What is quoted is the median of the
rounds' ratios; the work is the reference workload, in processor time.
"""

import argparse
import gc
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, Final

from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.journal import FileSink, read_journal
from test_time_gym.replay import verify
from test_time_gym.replay.execute import action_of, reexecute, start

from .workload import Buffers, ScriptedChooser, door, reference_scenario

__all__ = ["main"]

STEPS: Final = 2_000
SEED: Final = 1


@dataclass(frozen=True)
class Cost:
    """Two ways to do the same, and what to say of the seconds they take."""

    name: str
    one: Callable[[], object]
    other: Callable[[], object]
    ratio: Callable[[float, float], float]
    goal: str


def main(argv: list[str] | None = None) -> int:
    """Measure, print the ratios (or JSON), and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.costs", allow_abbrev=False
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--json", action="store_true", help="one object for machines")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        made = costs(Path(folder), STEPS // 10 if options.quick else STEPS)
        rows = [_measure(cost, max(1, options.rounds)) for cost in made]
    if options.json:
        told = {"python": sys.version.split()[0], "costs": rows}
        print(json.dumps(told, indent=2))
    else:
        for row in rows:
            spread = f"{row['low_percent']} … {row['high_percent']} %"
            print(f"{row['name']}: {row['percent']} % ({spread}), {row['goal']}")
    return 0


def costs(folder: Path, steps: int) -> list[Cost]:
    """Play the reference workload once, and return what is to be done with it."""
    buffers = Buffers()
    recorded, silent = MarketAEC(door(journal=buffers)), MarketAEC(_silent_door())
    tape = _tape(steps)
    _step(recorded, tape)
    recorded.close()
    path = folder / "journal.jsonl"
    path.write_bytes(buffers.now.getvalue())
    journal = read_journal(path)
    again = _recording(path, folder / "again.jsonl")
    again()
    if (folder / "again.jsonl").read_bytes() != path.read_bytes():
        raise RuntimeError("what is recorded is not what is re-executed")
    return [
        Cost(
            "re-execution, of the recording's speed",
            again,
            lambda: reexecute(journal),
            lambda record, execute: record / execute,
            "at least 80 %",
        ),
        Cost(
            "reading, checking and re-execution, of the recording's speed",
            again,
            lambda: verify(path, reexecute=True),
            lambda record, execute: record / execute,
            "no goal",
        ),
        Cost(
            "journal and chain, of an agent-step (AEC, raw)",
            lambda: _step(recorded, tape),
            lambda: _step(silent, tape),
            lambda on, off: (on - off) / on,
            "at most 25 %",
        ),
    ]


def _silent_door() -> EnvAdapter:
    return EnvAdapter(reference_scenario())


def _tape(steps: int) -> list[Any]:
    """Choose actions, for others to take again without a thought."""
    env, choose, tape = MarketAEC(_silent_door()), ScriptedChooser(), []
    env.reset(seed=SEED)
    while len(tape) < steps and not env.unwrapped.turns.over:
        observation, *_ = env.last()
        tape.append(choose(observation["action_mask"]))
        env.step(tape[-1])
    return tape


def _step(env: MarketAEC, tape: list[Any]) -> None:
    env.reset(seed=SEED)
    last, step = env.last, env.step
    for action in tape:
        last()
        step(action)


def _recording(path: Path, again: Path) -> Callable[[], None]:
    """Return what plays a journal's actions and writes it again.

    As a run does whose agents need no time to think, nor look at anything: the same
    actions in the same market, its journal written to a file.
    """
    journal = read_journal(path)
    header = journal.header
    table = start(header, None).verbs
    inputs = [
        (record.actor, action_of(record, table))
        for record in journal.records()
        if record.kind == "act"
    ]

    def record() -> None:
        sink = FileSink(again, overwrite=True, durability="none")
        turns = start(header, sink)
        for actor, action in inputs:
            turns.act(turns.by_name[actor], action)
            turns.advance()
        turns.seal("complete" if turns.over else "aborted")
        sink.close()

    return record


def _measure(cost: Cost, rounds: int) -> dict[str, Any]:
    cost.one()
    cost.other()
    ratios = []
    for number in range(rounds):
        # Who comes second finds warm caches, or a machine that has become busy.
        if number % 2:
            other = _seconds(cost.other)
            one = _seconds(cost.one)
        else:
            one = _seconds(cost.one)
            other = _seconds(cost.other)
        ratios.append(100 * cost.ratio(one, other))
    ratios.sort()
    return {
        "name": cost.name,
        "percent": round(median(ratios), 1),
        "low_percent": round(ratios[len(ratios) // 4], 1),
        "high_percent": round(ratios[-1 - len(ratios) // 4], 1),
        "goal": cost.goal,
    }


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    begun = process_time()
    work()
    return process_time() - begun


if __name__ == "__main__":
    sys.exit(main())
