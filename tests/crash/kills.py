"""Writers that are killed at any time, and what they leave behind."""

import os
import signal
from collections import Counter
from pathlib import Path
from random import Random
from time import sleep

from tests.crash.mutations import judged

from test_time_gym import run
from test_time_gym.journal import sink

SCENARIO = "flights/rush"
SEEDS = (1, 2, 3)
DURABILITIES = ("none", "turn", "end")
LONGEST_S = 0.25


def play(path: Path, seed: int, durability: sink.Durability) -> None:
    run(
        SCENARIO,
        "patient",
        seed=seed,
        journal=path,
        durability=durability,
        regret=False,
    )


def kill(folder: Path, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Kill writers, each after a random time.

    A writer plays the same runs again and again, until it is killed.

    Returns:
        How many files were found in which state, and what should not have been.
    """
    dice = Random(seed)
    expected = {}
    for one in SEEDS:
        path = folder / f"whole-{one}.jsonl"
        play(path, one, "none")
        expected[one] = path.read_bytes()
    said, wrong = Counter[str](), []
    for number in range(count):
        left = folder / f"killed-{number}"
        left.mkdir()
        # Small buffers reach the file often, large ones are lost as a whole.
        buffer = dice.choice((256, 4096, 64 * 1024))
        _kill_one(left, DURABILITIES[number % 3], buffer, dice.random() * LONGEST_S)
        for path in sorted(left.glob("*.jsonl")):
            whole = expected[int(path.stem.rpartition("-")[2])]
            status, why = _left_behind(path.read_bytes(), whole)
            said[status] += 1
            if why:
                wrong.append(f"kill {number} of seed {seed}: {path.name}: {why}")
            path.unlink()
    return said, wrong


def _kill_one(
    folder: Path, durability: sink.Durability, buffer: int, after_s: float
) -> None:
    child = os.fork()
    if child == 0:
        sink._BUFFER = buffer  # type: ignore[misc]
        number = 0
        while True:
            one = SEEDS[number % len(SEEDS)]
            play(folder / f"{number}-{one}.jsonl", one, durability)
            number += 1
    sleep(after_s)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        msg = f"the writer ended by itself: {status}"
        raise RuntimeError(msg)


def _left_behind(data: bytes, whole: bytes) -> tuple[str, str]:
    found, lines = judged(data)
    if not whole.startswith(data):
        return found.status, "it is no prefix of its journal"
    if found.status not in ("complete", "incomplete", "torn"):
        return found.status, "its prefix cannot be read"
    if (found.status == "complete") != (data == whole):
        return found.status, "it passes for complete"
    if len(lines) != data.count(b"\n"):
        return found.status, "a whole record of it is not read"
    return found.status, ""
