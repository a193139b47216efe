"""Runs of a language model: lives side by side, since what takes time is waiting."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any, Final

from test_time_gym.agents.llm import Cassette, LLMAgent
from test_time_gym.agents.llm.memory import MemoryAgent, make_memory
from test_time_gym.agents.llm.memory.skill_texts import SkillTextMemory
from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.policy import AgentError

from .curriculum import Curriculum, Hindsight
from .model_placebo import elsewhere
from .run import LearningRun, play_run
from .seed_runs import SeedResult, clairvoyant_met
from .study_spec import StudySpec
from .workers import Progress

__all__ = ["play_models"]

_LOOK_S: Final = 0.2
_PLACEBO: Final = "placebo"
_LIKE: Final = "skills-text"
"""The arm whose skills the placebo has the length of."""


@dataclass(slots=True)
class _Seed:
    """What is known of a seed so far."""

    curriculum: Curriculum
    hindsights: list[Hindsight]
    met: list[bool | None]
    runs: dict[str, LearningRun] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Life:
    """One life that has been played."""

    seed: int
    arm: str
    run: LearningRun
    skills: list[Skill]
    """Those that it was told of in the end."""


class _Stoppable:
    """Plays as an agent, until somebody wants all to end."""

    reads_as_people_do = True

    def __init__(self, agent: MemoryAgent, stopped: Event) -> None:
        self._agent, self._stopped = agent, stopped
        self._episode: Any = None

    def for_episode(self, *, seed: int, seat: str, trade: Trade) -> "_Stoppable":
        self._episode = self._agent.for_episode(seed=seed, seat=seat, trade=trade)
        return self

    def act(self, observation: dict[str, Any]) -> Any:
        if self._stopped.is_set():
            raise KeyboardInterrupt
        return self._episode.act(observation)

    def end(self, result: dict[str, Any]) -> None:
        self._episode.end(result)

    def usage(self) -> Any:
        return self._episode.usage()


def play_models(
    spec: StudySpec,
    seeds: Sequence[int],
    cassette: Path,
    *,
    workers: int,
    progress: Progress,
) -> Iterator[SeedResult]:
    """Play seeds, and yield each when it is finished; the order is chance.

    The episodes of a life are played in order; lives side by side, in threads.

    Args:
        spec: of the study, in which a model plays.
        seeds: their numbers.
        cassette: where answers are kept and found again, unless the model has one.
        workers: how many lives at once.
        progress: called now and then.

    Raises:
        CassetteError: the cassette cannot be used, or holds something else.
        AgentError: the agent cannot play.
    """
    if spec.model is None or not seeds:
        return
    agent = spec.model.agent
    own = Cassette(cassette, "resume") if agent.cassette is None else None
    agent = agent if own is None else agent.with_cassette(own)
    try:
        yield from _Lives(spec, agent, workers).play(seeds, progress)
    except AgentError:
        # It says so as well, but that it was an agent's `end` which told.
        if agent.cassette is not None and agent.cassette.failure is not None:
            raise agent.cassette.failure from None
        raise
    finally:
        if own is not None:
            own.close()


class _Lives:
    """Plays lives in threads.

    Args:
        spec: of the study.
        agent: the model.
        workers: how many at once.
    """

    def __init__(self, spec: StudySpec, agent: LLMAgent, workers: int) -> None:
        self._spec, self._agent = spec, agent
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="life")
        self._stopped = Event()
        self._lock = Lock()
        self._done = 0
        self._open: list[Future[Any]] = []
        self._seeds: dict[int, _Seed] = {}

    def play(self, seeds: Sequence[int], progress: Progress) -> Iterator[SeedResult]:
        try:
            for seed in seeds:
                self._submit(self._prepared, seed)
            while self._open:
                done, _ = wait(self._open, _LOOK_S, return_when=FIRST_COMPLETED)
                progress("playing", self._done)
                for future in [one for one in self._open if one in done]:
                    self._open.remove(future)
                    yield from self._go_on(future.result())
        finally:
            self._stopped.set()
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, play: Callable[..., Any], *args: Any) -> None:
        self._open.append(self._pool.submit(play, *args))

    def _go_on(self, found: "int | _Life") -> Iterator[SeedResult]:
        """Begin what had to wait for something; yield a seed that is finished."""
        if isinstance(found, int):
            for arm in self._spec.arms:
                if arm != _PLACEBO:
                    self._submit(self._life, found, arm, [])
            return
        seed, runs = self._seeds[found.seed], self._seeds[found.seed].runs
        runs[found.arm] = found.run
        if found.arm == _LIKE and _PLACEBO in self._spec.arms:
            trade = self._spec.family.base.market.trade
            given = elsewhere(found.skills, found.seed, trade)
            self._submit(self._life, found.seed, _PLACEBO, given)
        if len(runs) == len(self._spec.arms):
            ordered = {arm: runs[arm] for arm in self._spec.arms}
            yield SeedResult(seed=found.seed, clairvoyant=seed.met, runs=ordered)
            del self._seeds[found.seed]

    def _prepared(self, seed: int) -> int:
        spec = self._spec
        curriculum = Curriculum(spec.family, seed, spec.episodes, spec.drifts)
        hindsights = curriculum.hindsights()
        met = clairvoyant_met(curriculum, hindsights)
        self._seeds[seed] = _Seed(curriculum, hindsights, met)
        return seed

    def _life(self, seed: int, arm: str, given: list[Skill]) -> _Life:
        model = self._spec.model
        limits = None if model is None else model.limits
        memory = make_memory(arm, seed=seed, limits=limits, given=given)
        agent = MemoryAgent(self._agent, memory, arm=arm, site=f"{seed}")
        player = _Stoppable(agent, self._stopped)
        known = self._seeds[seed]
        run = play_run(
            known.curriculum, known.hindsights, lambda _phase: player, self._report
        )
        skills = memory.learner.skills if isinstance(memory, SkillTextMemory) else []
        return _Life(seed, arm, run, skills)

    def _report(self) -> None:
        if self._stopped.is_set():
            raise KeyboardInterrupt
        with self._lock:
            self._done += 1
