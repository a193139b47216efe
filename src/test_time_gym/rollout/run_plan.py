"""The plan of a run: what its episodes share, and in which order they are played."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import dataclass
from pathlib import Path

from test_time_gym.agents.base import AgentSource
from test_time_gym.journal.sink import Durability, FileSink, journal_path
from test_time_gym.market.interface.turns import Turns
from test_time_gym.scenarios import Scenario

from .at_once import EpisodesAtOnce, MarketLock, fresh_sources, verify_episodic
from .hooks import Advise, Measure
from .results import EpisodeResult
from .rollout import Report, Rollout

__all__ = ["RunPlan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """A run of one or more episodes, all arguments checked."""

    scenario: Scenario
    sources: Mapping[str, AgentSource]
    """Who plays each seat."""
    policies: dict[str, str]
    """What the journal's header calls them."""
    seed: int
    """Of the first episode."""
    episodes: int
    roles: tuple[str, ...]
    window_ms: int
    max_turns: int | None
    measure: Measure | None
    advised: Mapping[str, Advise]
    journal: Path | None
    overwrite: bool
    durability: Durability

    def play(self, concurrency: int, progress: Report | None) -> list[EpisodeResult]:
        """Play all episodes, so many of them at once."""
        if min(concurrency, self.episodes) > 1:
            return self.at_once(concurrency, progress)
        return self.one_after_another(progress)

    def one_after_another(self, progress: Report | None) -> list[EpisodeResult]:
        """Play the episodes in order, by the same agents."""
        told: _Numbered | Report | None = progress
        if progress is not None and self.episodes > 1:
            told = _Numbered(progress, self.episodes)
        rollout = self._rollout(self.sources, self.measure, told)
        played = []
        for k in range(self.episodes):
            if isinstance(told, _Numbered):
                told.episode = k + 1
            played.append(self._episode(rollout, k))
        return played

    def at_once(self, most: int, progress: Report | None) -> list[EpisodeResult]:
        """Play so many episodes at once, each by agents of its own.

        Raises:
            AgentError: an agent may keep something from one episode to the next.
        """
        own = {n: one for n, one in self.sources.items() if one not in self.advised}
        verify_episodic(own)
        steps = [0] * self.episodes

        def play(k: int, lock: MarketLock) -> EpisodeResult:
            def report(_what: str, done: int) -> None:
                steps[k] = max(steps[k], done)
                if progress is not None:
                    progress(f"{self.episodes} episodes, {most} at once", sum(steps))

            sources, measure = fresh_sources(self.sources), copy(self.measure)
            rollout = self._rollout(sources, measure, report, lock.asking)
            return self._episode(rollout, k)

        return EpisodesAtOnce(play, self.episodes, most).results()

    def _rollout(
        self,
        sources: Mapping[str, AgentSource],
        measure: Measure | None,
        progress: Report | None,
        asking: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> Rollout:
        return Rollout(
            self.scenario,
            sources,
            self.policies,
            seed=self.seed,
            roles=self.roles,
            window_ms=self.window_ms,
            progress=progress,
            measure=measure,
            advised=self.advised,
            asking=asking,
        )

    def _episode(self, rollout: Rollout, k: int) -> EpisodeResult:
        """Play the episode of a number, counted from 0."""
        seed, sink = self.seed + k, None
        if self.journal is not None:
            path = journal_path(self.journal, k)
            sink = FileSink(path, overwrite=self.overwrite, durability=self.durability)

        def opened() -> Turns:
            return Turns(
                rollout.scenario,
                rollout.world,
                seed,
                rollout.buyers,
                roles=rollout.roles,
                window_ms=self.window_ms,
                max_turns=self.max_turns,
                policies=rollout.policies,
                sink=sink,
            )

        rollout.start_episode(seed)
        turns = rollout.play(opened, rollout.names, sink)
        return rollout.result(turns, seed, sink)


class _Numbered:
    """Reports which of several episodes something is being done in.

    Args:
        report: who is told.
        episodes: how many there are.
    """

    def __init__(self, report: Report, episodes: int) -> None:
        self._report = report
        self._episodes = episodes
        self.episode = 1

    def __call__(self, what: str, done: int) -> None:
        self._report(f"episode {self.episode} of {self._episodes}, {what}", done)
