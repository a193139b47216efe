"""The cases: each plays the reference workload through one door."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pettingzoo.utils.wrappers import AssertOutOfBoundsWrapper, OrderEnforcingWrapper

from test_time_gym.market.interface.aec import CheckedMarketAEC, MarketAEC
from test_time_gym.market.interface.parallel import MarketParallel
from test_time_gym.market.interface.single import MarketSingle
from test_time_gym.replay import verify

from .workload import Buffers, Chooser, door

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


def _aec(wrap: Callable[[Any], Any]) -> Callable[[float], Result]:
    """Return a case that steps an AEC environment; choosing is not counted."""

    def run(share: float) -> Result:
        buffers = Buffers()
        core = wrap(door(journal=buffers))
        core.reset(seed=1)
        turns, choose = core.unwrapped.turns, Chooser(1)
        events, choosing, clock = turns.market.clock.events, 0.0, time.perf_counter
        steps = max(200, int(STEPS * share))
        start = clock()
        for _ in range(steps):
            observation, *_ = core.last()
            before = clock()
            action = choose(observation["action_mask"])
            choosing += clock() - before
            core.step(action)
        seconds = clock() - start - choosing
        notes = {
            "events_per_step": (turns.market.clock.events - events) / steps,
            "lines_per_step": turns.journal.count / steps,
        }
        core.close()
        return Result(steps, seconds, notes)

    return run


def _parallel(share: float) -> Result:
    env = MarketParallel(door(window_ms=5000))
    observations, _ = env.reset(seed=1)
    choose, clock, choosing, done = Chooser(1), time.perf_counter, 0.0, 0
    wanted = max(200, int(STEPS * share))
    start = clock()
    while done < wanted and env.agents:
        before = clock()
        actions = {
            name: choose(observations[name]["action_mask"]) for name in env.agents
        }
        choosing += clock() - before
        done += len(env.turns.ready)
        observations, *_ = env.step(actions)
    seconds = clock() - start - choosing
    env.close()
    return Result(done, seconds)


def _single(share: float) -> Result:
    env = MarketSingle(door(agents=1), lambda _seed: {})
    observation, _ = env.reset(seed=1)
    choose, clock, choosing, done = Chooser(1), time.perf_counter, 0.0, 0
    start = clock()
    for _ in range(min(900, max(200, int(STEPS * share)))):
        before = clock()
        action = choose(observation["action_mask"])
        choosing += clock() - before
        observation, _, terminated, truncated, _ = env.step(action)
        done += 1
        if terminated or truncated:
            break
    seconds = clock() - start - choosing
    env.close()
    return Result(done, seconds)


def _events(share: float) -> Result:
    env = MarketAEC(door())
    env.reset(seed=1)
    clock = env.turns.market.clock
    before, start = clock.events, time.perf_counter()
    for seat in env.turns.seats:
        env.turns.stop(seat, "truncated")
    clock.advance(clock.now_ms + int(600_000 * share))
    return Result(clock.events - before, time.perf_counter() - start)


def _reset(share: float) -> Result:
    env = MarketAEC(door())
    env.reset(seed=0)
    count = max(5, int(60 * share))
    start = time.perf_counter()
    for seed in range(count):
        env.reset(seed=seed)
    return Result(count, time.perf_counter() - start)


def _verify(*, reexecute: bool) -> Callable[[float], Result]:
    def run(share: float) -> Result:
        buffers = Buffers()
        env = MarketAEC(door(journal=buffers))
        env.reset(seed=1)
        choose = Chooser(1)
        for _ in range(max(200, int(STEPS * share))):
            env.step(choose(env.last()[0]["action_mask"]))
        env.close()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "j.jsonl"
            path.write_bytes(buffers.now.getvalue())
            start = time.perf_counter()
            verdict = verify(path, reexecute=reexecute)
            seconds = time.perf_counter() - start
        return Result(verdict.records, seconds)

    return run


def _stock(core: Any) -> Any:
    return OrderEnforcingWrapper(AssertOutOfBoundsWrapper(core))


CASES = (
    Case("aec-raw", "agent-step", _aec(MarketAEC)),
    Case("aec-checked", "agent-step", _aec(CheckedMarketAEC)),
    Case("aec-stock-wrappers", "agent-step", _aec(lambda d: _stock(MarketAEC(d)))),
    Case("parallel", "agent-step", _parallel),
    Case("gymnasium", "agent-step", _single),
    Case("events", "simulated event", _events),
    Case("reset", "reset", _reset),
    Case("verify-structure", "record", _verify(reexecute=False)),
    Case("verify-reexecute", "record", _verify(reexecute=True)),
)
"""Everything that is measured; all with journal and chain on, in memory."""
