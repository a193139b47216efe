"""The cases: each plays the reference workload through one door.

All are measured in processor time: what other processes take does not count
(what they do to the caches does).
"""

import gc
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

from pettingzoo.utils.wrappers import AssertOutOfBoundsWrapper, OrderEnforcingWrapper

from test_time_gym.envs.aec import MarketAEC
from test_time_gym.envs.parallel import MarketParallel
from test_time_gym.envs.single import MarketSingle
from test_time_gym.market.events import SeatSold
from test_time_gym.market.journal import JournalWriter
from test_time_gym.replay import verify

from .learning import lives
from .workload import Buffer, Buffers, ScriptedChooser, choice_s, door

__all__ = ["CASES", "Case", "Result"]

STEPS = 6_000


@dataclass(frozen=True)
class Result:
    """How often something was done, and how long that took."""

    count: int
    seconds: float
    notes: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """Something to measure; `run` takes the share of the full work to do."""

    name: str
    unit: str
    run: Callable[[float], Result]


class _Play:
    """Plays one environment on and on; neither resets nor choices are counted.

    The first slice is not counted either: a training run is long, and what is
    remembered from episode to episode (masks) is soon known.
    """

    def __init__(self, make: Callable[[], Any], step: "Step") -> None:
        self._make = make
        self._step = step
        self._env: Any = None
        self._seed = 0

    def __call__(self, share: float) -> Result:
        steps = max(200, int(STEPS * share))
        if self._env is None:
            self._env = self._make()
            self._play(steps)
        gc.collect()
        return self._play(steps)

    def _play(self, steps: int) -> Result:
        done = events = lines = 0
        choosing, seconds = choice_s(), 0.0
        while done < steps:
            self._seed += 1
            seen = self._env.reset(seed=self._seed)
            turns = self._env.unwrapped.turns
            clock = turns.market.clock
            before = (clock.events, turns.journal.count)
            start = process_time()
            count, choices = self._step(self._env, seen, steps - done)
            seconds += process_time() - start - choices * choosing
            done += count
            events += clock.events - before[0]
            lines += turns.journal.count - before[1]
        notes = {"events_per_step": events / done, "lines_per_step": lines / done}
        return Result(done, seconds, notes)


Step = Callable[[Any, Any, int], tuple[int, int]]
"""Takes an environment that was reset, what `reset` returned, and a number of
steps; plays so many, or to the episode's end; returns steps and choices."""


def _aec(env: Any, _seen: Any, steps: int) -> tuple[int, int]:
    turns, last, step, choose = (
        env.unwrapped.turns,
        env.last,
        env.step,
        ScriptedChooser(),
    )
    done = 0
    while done < steps and not turns.over:
        observation, *_ = last()
        step(choose(observation["action_mask"]))
        done += 1
    return done, done


def _parallel(env: Any, seen: Any, steps: int) -> tuple[int, int]:
    observations, choose = seen[0], ScriptedChooser()
    done = choices = 0
    while done < steps and env.agents:
        done += len(env.turns.ready)
        choices += len(env.agents)
        observations, *_ = env.step(
            {name: choose(observations[name]["action_mask"]) for name in env.agents}
        )
    return done, choices


def _single(env: Any, seen: Any, steps: int) -> tuple[int, int]:
    observation, choose = seen[0], ScriptedChooser()
    done, over = 0, False
    while done < steps and not over:
        observation, _, terminated, truncated, _ = env.step(
            choose(observation["action_mask"])
        )
        over = terminated or truncated
        done += 1
    return done, done


def _journal(share: float) -> Result:
    journal, count = JournalWriter(Buffer()), max(200, int(50_000 * share))
    fact = SeatSold(arrival=7, price=87_000, product="XX101", segment="crowd")
    start = process_time()
    for time_ms in range(count):
        journal.emit(fact, time_ms)
    return Result(count, process_time() - start)


def _events(share: float) -> Result:
    env = MarketAEC(door())
    env.reset(seed=1)
    clock = env.turns.market.clock
    before, start = clock.events, process_time()
    for seat in env.turns.seats:
        env.turns.stop(seat, "truncated")
    clock.advance(clock.now_ms + int(600_000 * share))
    return Result(clock.events - before, process_time() - start)


def _reset(share: float) -> Result:
    env = MarketAEC(door())
    env.reset(seed=0)
    count = max(5, int(60 * share))
    start = process_time()
    for seed in range(count):
        env.reset(seed=seed)
    return Result(count, process_time() - start)


def _verify(*, reexecute: bool) -> Callable[[float], Result]:
    def run(share: float) -> Result:
        buffers = Buffers()
        env = MarketAEC(door(journal=buffers))
        env.reset(seed=1)
        _aec(env, None, max(200, int(STEPS * share)))
        env.close()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "j.jsonl"
            path.write_bytes(buffers.now.getvalue())
            start = process_time()
            verdict = verify(path, reexecute=reexecute)
            seconds = process_time() - start
        return Result(verdict.records, seconds)

    return run


def _lives(*, stored: bool) -> Callable[[float], Result]:
    play = lives(stored=stored)
    return lambda share: Result(*play(share))


def _alone() -> Any:
    return MarketSingle(door(agents=1), lambda _seed: {})


def _stock() -> Any:
    return OrderEnforcingWrapper(AssertOutOfBoundsWrapper(MarketAEC(door())))


CASES = (
    Case("aec-raw", "agent-step", _Play(lambda: MarketAEC(door()), _aec)),
    Case("aec-checked", "agent-step", _Play(lambda: MarketAEC(door()), _aec)),
    Case("aec-stock-wrappers", "agent-step", _Play(_stock, _aec)),
    Case(
        "parallel",
        "agent-step",
        _Play(lambda: MarketParallel(door(window_ms=5000)), _parallel),
    ),
    Case("gymnasium", "agent-step", _Play(_alone, _single)),
    Case("journal", "line", _journal),
    Case("events", "simulated event", _events),
    Case("reset", "reset", _reset),
    Case("verify-structure", "record", _verify(reexecute=False)),
    Case("verify-reexecute", "record", _verify(reexecute=True)),
    Case("skills", "episode", _lives(stored=False)),
    Case("skills-stored", "episode", _lives(stored=True)),
)
"""Everything that is measured; all with journal and chain on, in memory."""
