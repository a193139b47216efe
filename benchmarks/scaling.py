"""``python -m benchmarks.scaling``: what grows with the world, and what must not.

Each figure is a ratio within one process: of an agent-step in a large world to one in
the reference world, or, where the unit says so, a time on this machine.  Sizes take
turns round by round, so that a machine whose speed drifts moves all of them; what is
quoted is the median of the rounds.
"""

import argparse
import gc
import json
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, Final

from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.envs.market_group import MarketPlan
from test_time_gym.envs.parallel import MarketParallel
from test_time_gym.envs.vector import MarketVector
from test_time_gym.journal.journal_runs import episode_journals
from test_time_gym.market.interface.workload import LongRun
from test_time_gym.market_v0 import env as market_env
from test_time_gym.scenarios.schema import Scenario

from .calibration import bare_event_us
from .crowds import MINUTES, digest, events
from .markets import RowPlay, buffers
from .workload import Buffers, ScriptedChooser, choice_s, reference_scenario

__all__ = ["FIGURES", "STEPS", "main", "measure_scaling"]

STEPS: Final = 2_000
AGENTS: Final = (8, 64, 256, 1_000)
SHARED: Final = 80
"""One in so many of the steps is each agent's, whatever their number."""
FLIGHTS: Final = (20, 271, 1_000, 5_000)
SHORT: Final = 50
"""Steps of an episode whose journal goes to disk."""
WINDOW_MS: Final = 5_000


class _Tape:
    """An environment that takes a fixed list of actions, again and again.

    Args:
        env: to be played.
        steps: agent-steps of the list.
        first: steps at its beginning that are played and not counted.
    """

    def __init__(self, env: MarketAEC, steps: int, first: int = 0) -> None:
        self._env, self._first = env, first
        self._actions: list[int] = []
        choose = ScriptedChooser()
        env.reset(seed=1)
        while len(self._actions) < steps + first and not env.turns.over:
            observation, *_ = env.last()
            self._actions.append(choose(observation["action_mask"]))
            env.step(self._actions[-1])

    def __call__(self) -> float:
        """Return the seconds of one step."""
        env, first = self._env, self._first
        env.reset(seed=1)
        last, step = env.last, env.step
        for action in self._actions[:first]:
            step(action)
        gc.collect()
        start = process_time()
        for action in self._actions[first:]:
            last()
            step(action)
        return (process_time() - start) / (len(self._actions) - first)


class _Windows:
    """A Parallel environment that is played from the start; seconds of one step."""

    def __init__(self, agents: int, steps: int) -> None:
        scenario = reference_scenario(agents)
        self._env = MarketParallel(
            _adapter(scenario, journal=Buffers(), window_ms=WINDOW_MS)
        )
        self._steps = steps

    def __call__(self) -> float:
        env, choose, done, seconds = self._env, ScriptedChooser(), 0, 0.0
        observations, _ = env.reset(seed=1)
        while done < self._steps and env.agents:
            actions = {
                name: choose(observations[name]["action_mask"]) for name in env.agents
            }
            done += len(env.turns.ready)
            start = process_time()
            observations, *_ = env.step(actions)
            seconds += process_time() - start
        return seconds / done


class _Rows:
    """One market of a vector environment, played on and on; seconds of a decision."""

    def __init__(self, agents: int, decisions: int) -> None:
        adapter = _adapter(reference_scenario(agents), flatten=True)
        plan = MarketPlan(adapter, agents, journals=buffers)
        self._play = RowPlay(MarketVector(plan, 1, copy=False))
        self._decisions = decisions

    def __call__(self) -> float:
        return self._play(self._decisions)


def _adapter(scenario: Scenario, **settings: Any) -> EnvAdapter:
    """Return an adapter of a world that may be large: only its start is played."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LongRun)
        return EnvAdapter(scenario, allow_long=True, **settings)


def _aec(agents: int = 8, flights: int = 20, turns: int = 250) -> MarketAEC:
    scenario = reference_scenario(agents, flights, turns)
    return MarketAEC(_adapter(scenario, journal=Buffers()))


def _short_episodes(*, one_file: bool = False) -> Callable[[], float]:
    """Return what plays short episodes, resets included, with journals on disk."""
    folder, choosing = tempfile.TemporaryDirectory(), choice_s()
    files = episode_journals(Path(folder.name) / "journal.jsonl", one_file=one_file)
    env = MarketAEC(EnvAdapter(reference_scenario(), journal=files))

    def play() -> float:
        episodes, choose = 20, ScriptedChooser()
        start = process_time()
        for seed in range(episodes):
            env.reset(seed=seed)
            for _ in range(SHORT):
                observation, *_ = env.last()
                env.step(choose(observation["action_mask"]))
        env.close()  # and force all of them onto the disk
        taken = process_time() - start
        return taken / (episodes * SHORT) - choosing

    play()
    return play


def _resets(scenario: Any, count: int) -> Callable[[], float]:
    env = market_env(scenario)

    def play() -> float:
        start = process_time()
        for seed in range(count):
            env.reset(seed=seed)
        return (process_time() - start) / count

    env.reset(seed=0)
    return play


def _pages() -> Callable[[], float]:
    """Return what asks for JSON pages, each after a step, and writes them as text."""
    env = market_env("flights/rush", observation="json")

    def play() -> float:
        env.reset(seed=1)
        seconds, pages = 0.0, 0
        for verb in ("search_flights", "add_to_cart", "wait", "restart") * 100:
            if not env.agents or env.turns.over:
                break
            env.step({"verb": verb})
            start = process_time()
            text = json.dumps(env.last()[0])
            seconds += process_time() - start
            pages += bool(text)
        return seconds / pages

    return play


MATCH: Final = {"kind": "match_rival", "undercut_minor": 100, "reprice_every_s": 60}
"""Three sellers that look at each other's prices every minute."""

Plays = dict[str, Callable[[], float]]
"""What is compared: the first is what the others are measured against."""


def _late(steps: int) -> Plays:
    return {
        f"step {first}": _Tape(_aec(turns=2_000), steps // 4, first)
        for first in (1_000, 9_000)
    }


def _reset(_steps: int) -> Plays:
    return {
        "20 flights": _resets(reference_scenario(), 20),
        "delhi-mumbai": _resets("flights/delhi-mumbai", 5),
    }


def _crowd(*sizes: int, pair: int = 0, **prices: Any) -> Callable[[int], Plays]:
    """Return what compares markets without agents, of so many flights (on a pair)."""

    def plays(steps: int) -> Plays:
        minutes = MINUTES * steps // STEPS
        return {
            str(n): events(n, pairs=n // pair if pair else 1, minutes=minutes, **prices)
            for n in sizes
        }

    return plays


FIGURES: Final[dict[str, tuple[str, Callable[[int], Plays]]]] = {
    "agents": (
        "of 8",
        lambda steps: {
            str(n): _Tape(_aec(agents=n), n * steps // SHARED) for n in AGENTS
        },
    ),
    "agents, Parallel": (
        "of 8",
        lambda steps: {str(n): _Windows(n, n * steps // SHARED) for n in AGENTS},
    ),
    "agents, vector_env": (
        "µs for each decision",
        lambda steps: {str(n): _Rows(n, n * steps // SHARED) for n in AGENTS},
    ),
    "flights": (
        "of 20",
        lambda steps: {str(n): _Tape(_aec(flights=n), steps) for n in FLIGHTS},
    ),
    "late": ("of step 1000", _late),
    "events": ("of 100", _crowd(100, 3_000)),
    "events, each sale": (
        "of 100",
        _crowd(100, 3_000, reprice_every_s=1, round_to_minor=1),
    ),
    "events, pairs": ("of 100", _crowd(100, 3_000, pair=10)),
    "events, match": ("of 100", _crowd(100, 3_000, **MATCH)),
    "events, match, pairs": ("of 100", _crowd(100, 3_000, pair=10, **MATCH)),
    "digest": ("ms", lambda _steps: {"5000 flights": digest(5_000)}),
    "disk": (
        "bare events",
        lambda _steps: {
            f"{SHORT} steps": _short_episodes(),
            f"{SHORT} steps, one file": _short_episodes(one_file=True),
        },
    ),
    "reset": ("ms", _reset),
    "pages": ("pages/s", lambda _steps: {"rush": _pages()}),
}
"""Name → unit, and what is played: agent-steps, down to `late`, and on disk."""


def main(argv: list[str] | None = None) -> int:
    """Measure, print the figures (or JSON), and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scaling", allow_abbrev=False
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--json", action="store_true", help="one object for machines")
    parser.add_argument("--only", choices=[*FIGURES], action="append")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(argv)
    steps = STEPS // 10 if options.quick else STEPS
    rows = []
    for name in options.only or FIGURES:
        unit, make = FIGURES[name]
        rows.append(measure_scaling(name, unit, make(steps), max(1, options.rounds)))
    if options.json:
        print(json.dumps({"python": sys.version.split()[0], "figures": rows}, indent=2))
    else:
        for row in rows:
            told = ", ".join(f"{size}: {figure}" for size, figure in row["of"].items())
            print(f"{row['name']} ({row['unit']}): {told}")
    return 0


def measure_scaling(name: str, unit: str, plays: Plays, rounds: int) -> dict[str, Any]:
    """Return medians of what is compared, round by round."""
    taken: dict[str, list[float]] = {size: [] for size in plays}
    for _ in range(rounds):
        seconds = {size: play() for size, play in plays.items()}
        base, bare = next(iter(seconds.values())), bare_event_us()
        for size, each in seconds.items():
            taken[size].append(_figure(unit, each, base, bare))
    return {
        "name": name,
        "unit": unit,
        "of": {size: round(median(figures), 2) for size, figures in taken.items()},
    }


def _figure(unit: str, seconds: float, base: float, bare_us: float) -> float:
    if unit == "bare events":
        return seconds * 1e6 / bare_us
    if unit == "µs for each decision":
        return seconds * 1e6
    if unit == "ms":
        return seconds * 1e3
    return 1 / seconds if unit == "pages/s" else seconds / base


if __name__ == "__main__":
    sys.exit(main())
