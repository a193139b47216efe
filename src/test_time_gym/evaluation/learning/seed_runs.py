"""One seed of a study: all its runs at one site."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from test_time_gym.agents.base import Agent, make_agent
from test_time_gym.agents.skill_memory import Memory
from test_time_gym.evaluation.oracle import Oracle
from test_time_gym.market.world import World
from test_time_gym.scenarios import Scenario
from test_time_gym.scenarios.schema import SITES_MAX

from .arm_agents import skills_agent, taught_agents, untaught_agents
from .arms import ARMS, BASELINES
from .curriculum import Curriculum, Hindsight, SitePhase
from .run import FreshAgents, LearningRun, Report, play_before, play_run
from .run_memory import opened, remembered
from .study_spec import SKILLS, CustomAgent, StudySpec

__all__ = ["SeedResult", "clairvoyant_met", "play_seed"]


class SeedResult(Struct, frozen=True, kw_only=True):
    """What one seed has come to."""

    seed: int
    clairvoyant: list[bool | None]
    """Whether the clairvoyant agent met each task; None: infeasible."""
    runs: dict[str, LearningRun] = field(name="lives")
    """By arm."""


class _Advised:
    """The clairvoyant agent: in each episode it is told the optimum."""

    def __init__(self, site: Scenario, hindsights: list[Hindsight]) -> None:
        self._site, self._world = site, World.of(site.market)
        self._coming = iter(hindsights)
        self._now = Oracle(None)

    def begin(self, _task: object) -> None:
        best = next(self._coming).best
        self._now = Oracle.advised(best, self._site, self._world)

    def act(self, observation: dict[str, object]) -> dict[str, object]:
        return self._now.act(observation)


def play_seed(
    spec: StudySpec, seed: int, memory: Path | None, report: Report
) -> SeedResult:
    """Play all runs of a seed.

    Args:
        spec: of the study.
        seed: number of the site, and the agent's seed.
        memory: file in which learning runs are kept; None: nowhere.
        report: called after every episode.

    Raises:
        AgentError: the agent cannot be made, or its ``end`` failed.
        StoreError: the memory cannot be written.
    """
    curriculum = Curriculum(spec.family, seed, spec.episodes, spec.drifts)
    hindsights = curriculum.hindsights()
    with opened(memory) as store:
        played = _Seed(spec, curriculum, hindsights, store, report)
        runs = {name: played.run(name) for name in spec.arms}
    return SeedResult(
        seed=seed, clairvoyant=clairvoyant_met(curriculum, hindsights), runs=runs
    )


class _Seed:
    """Plays the arms of a seed."""

    def __init__(
        self,
        spec: StudySpec,
        curriculum: Curriculum,
        hindsights: list[Hindsight],
        store: Memory | None,
        report: Report,
    ) -> None:
        self._spec, self._curriculum, self._hindsights = spec, curriculum, hindsights
        self._store, self._report = store, report
        self._seed = curriculum.number

    def run(self, arm: str) -> LearningRun:
        if arm in BASELINES:
            return self._played(_always(make_agent(arm, self._seed)))
        spec = self._spec
        if isinstance(spec.agent, CustomAgent) or spec.agent != SKILLS:
            return self._own(arm)
        if arm == "placebo":
            teacher = skills_agent("mined", self._seed, spec.usual)
            self._play_elsewhere(teacher)
            made = taught_agents(arm, self._seed, spec.usual, teacher)
            return self._played(_always(FreshAgents(made)))
        if not ARMS[arm].learns:
            made = untaught_agents(arm, self._seed, spec.usual)
            return self._played(_always(FreshAgents(made)))
        return self._learning(arm)

    def _learning(self, arm: str) -> LearningRun:
        """Play the skills agent while it learns."""
        spec = self._spec
        agent = skills_agent(arm, self._seed, spec.usual)
        key = f"{spec.family.name}/{spec.digest[:10]}/seed {self._seed}/{arm}"
        player = remembered(agent, self._store, key)
        if ARMS[arm].elsewhere:
            self._play_elsewhere(player)
            agent.change_site()
        return self._played(_always(player), inner=agent)

    def _own(self, arm: str) -> LearningRun:
        """Play an agent that is not `skills`: one object, or a new one each time."""
        spec = self._spec

        def made() -> Agent:
            if isinstance(spec.agent, CustomAgent):
                return spec.agent.made()
            return make_agent(spec.agent_name, self._seed)

        return self._played(_always(FreshAgents(made) if arm == "frozen" else made()))

    def _play_elsewhere(self, agent: Agent) -> None:
        """Let an agent learn at a site that no run is measured at."""
        spec = self._spec
        other = Curriculum(spec.family, SITES_MAX + self._seed, spec.episodes)
        play_before(other, agent, self._report)

    def _played(
        self, agent_at: Callable[[SitePhase], Agent], inner: Any = None
    ) -> LearningRun:
        return play_run(
            self._curriculum, self._hindsights, agent_at, self._report, inner=inner
        )


def _always(agent: Agent) -> Callable[[SitePhase], Agent]:
    return lambda _phase: agent


def clairvoyant_met(
    curriculum: Curriculum, hindsights: list[Hindsight]
) -> list[bool | None]:
    """Return whether the clairvoyant agent met each task; None: infeasible."""
    coming = iter(hindsights)

    def advised(phase: SitePhase) -> Agent:
        own = [next(coming) for _ in range(phase.episodes)]
        return _Advised(phase.site, own)

    run = play_run(curriculum, hindsights, advised, _silent)
    return [one.success if one.feasible else None for one in run.episodes]


def _silent() -> None:
    """Report to nobody."""
