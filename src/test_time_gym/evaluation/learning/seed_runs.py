"""One seed of a study: all its runs at one site."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct, field

from test_time_gym.agents.base import Agent, make_agent
from test_time_gym.agents.skill_memory import Memory
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.evaluation.oracle import Oracle
from test_time_gym.market.world import World
from test_time_gym.scenarios import Scenario

from .arms import ARMS, given
from .curriculum import Curriculum, Hindsight, SitePhase
from .run import FreshAgents, LearningRun, Report, play_before, play_run
from .run_memory import opened, remembered
from .study_spec import SEEDS_MAX, SKILLS, CustomAgent, StudySpec

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
    runs: dict[str, LearningRun] = {}
    mined: list[Skill] = []
    with opened(memory) as store:
        for name in spec.arms:
            if isinstance(spec.agent, CustomAgent) or spec.agent != SKILLS:
                runs[name] = _own(spec, name, curriculum, hindsights, report)
            elif name in ("oracle", "placebo"):
                who = given(name, seed, spec.usual, mined)
                runs[name] = play_run(curriculum, hindsights, who, report)
            else:
                agent = _skills_agent(spec, name, seed)
                player = _kept(spec, name, agent, seed, store)
                if name == "transfer":
                    other = Curriculum(spec.family, SEEDS_MAX + seed, spec.episodes)
                    play_before(other, player, report)
                    agent.change_site()
                who = _always(player)
                runs[name] = play_run(curriculum, hindsights, who, report, inner=agent)
                if name == "mined":
                    mined = agent.skills
    return SeedResult(
        seed=seed, clairvoyant=clairvoyant_met(curriculum, hindsights), runs=runs
    )


def _skills_agent(spec: StudySpec, arm: str, seed: int) -> SkillsAgent:
    return SkillsAgent(seed, **{**spec.usual, **ARMS[arm].settings})


def _kept(
    spec: StudySpec, arm: str, agent: SkillsAgent, seed: int, store: Memory | None
) -> Agent:
    if not ARMS[arm].learns:
        return agent
    key = f"{spec.family.name}/{spec.digest[:10]}/seed {seed}/{arm}"
    return remembered(agent, store, key)


def _own(
    spec: StudySpec,
    arm: str,
    curriculum: Curriculum,
    hindsights: list[Hindsight],
    report: Report,
) -> LearningRun:
    """Play an agent that is not `skills`: the same object, or a new one each time."""

    def made() -> Agent:
        if isinstance(spec.agent, CustomAgent):
            return spec.agent.made()
        return make_agent(spec.agent_name, curriculum.number)

    player = FreshAgents(made) if arm == "frozen" else made()
    return play_run(curriculum, hindsights, _always(player), report)


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
